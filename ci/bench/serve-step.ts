/** Serves training steps of a suite's paper profile: `serve-step.ts SUITE MODEL [ENGINE]`. */
import { serveSteps } from "../../harness/bench/serve.ts";
import type { EngineId } from "../../harness/engine/engine.ts";
import { openEngine } from "../../harness/engine/open.ts";
import { placesOf } from "../../harness/evidence.ts";
import { probe } from "../../harness/execute/probe.ts";
import { SUITES } from "../../suites/index.ts";

const [suiteId, model, requested] = process.argv.slice(2) as [string, string, EngineId?];
const rootSeed = "bench";
const suite = SUITES.find(({ id }) => id === suiteId)!;
const engine = await openEngine({ requested, provision: false });
const plan = suite.plan("paper", engine.class, { rootSeed });
const place = placesOf(plan, engine.class, rootSeed).find(({ spec }) => spec.model === model)!;

await probe({ suites: SUITES, spec: place.spec, needs: place.needs?.spec ?? null, rootSeed, engine }, (training) => {
  const program = engine.compile(training.step, training.initialState(), training.data);
  let index = 0;
  return serveSteps({
    step() {
      program.run(() => training.batch(index), training.key(index));
      index += 1;
    },
    finish: () => void program.metrics(),
    versions: engine.versions,
  });
});
