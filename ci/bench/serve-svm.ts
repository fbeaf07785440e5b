/** Serves L2-SVMs over a grid of C, from features to weights. */
import { serveSteps } from "../../harness/bench/serve.ts";
import { expGrid } from "../../harness/svm/choose.ts";
import { madeFeatures } from "../../harness/svm/fixtures/made-features.ts";
import { gram } from "../../harness/svm/gram.ts";
import { solvePath } from "../../harness/svm/path.ts";
import { pathWeights } from "../../harness/svm/weights.ts";

// As ci/peers/svm_path.py.
const [samples, features, classes] = [1000, 5376, 10];
const made = madeFeatures({ samples, features, classes, separation: 0.2, latents: 400, key: [20170424, 7] });
const GRID = expGrid(-20, 20, 50);

await serveSteps({
  step() {
    const path = solvePath(gram(made.features, samples, features), made.labels, classes, GRID);
    const unsolved = path.find(({ certificates }) => certificates.some(({ state }) => state === "stalled"));
    if (unsolved) throw new Error(`C = ${unsolved.c} is not solved`);
    pathWeights(path, made.features, samples, features);
  },
  finish() {},
  versions: { node: process.versions.node },
  warmUp: 2,
});
