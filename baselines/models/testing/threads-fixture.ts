/** A process that trains each of the toy's models on so many threads (first argument) and prints what came of it. */
import { readdirSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../../../harness/contract/model.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { standardNormal } from "../../../harness/engine/stateless-normal.ts";
import { stateSha256 } from "../../../harness/store/checkpoint.ts";
import { ali } from "../ali/model.ts";
import { gan } from "../gan/model.ts";
import { type VaeSettings, vae } from "../vae/model.ts";

const BATCH = 100;
const UPDATES = 30;
const SETTINGS = { network: "quick", batchSize: BATCH, learningRate: 1e-3, beta1: 0.5, initialSd: 0.02 } as const;
const MODELS: readonly Model<VaeSettings>[] = [ali, gan, vae];

const engine = await openEngine({ requested: "tensorflow", threads: Number(process.argv[2]), provision: false });
const states = MODELS.map((model) => {
  const built = model.build({ ...SETTINGS, likelihoodSd: "learned" }, engine.ops);
  const program = engine.compile(built.step, built.initialState([1, 2]));
  for (let i = 0; i < UPDATES; i++)
    program.run(() => ({ x: tf.tensor2d(standardNormal(2 * BATCH, [i, 3]), [BATCH, 2]) }), [i, 4]);
  return { model: model.id, kind: program.kind, sha256: stateSha256(program.read()) };
});
console.log(JSON.stringify({ states, threads: readdirSync("/proc/self/task").length }));
