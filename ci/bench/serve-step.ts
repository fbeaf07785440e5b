/** Serves training steps of a suite's paper profile: `serve-step.ts SUITE MODEL [ENGINE]`. */
import { serveSteps } from "../../harness/bench/serve.ts";
import type { EngineId } from "../../harness/engine/engine.ts";
import { withPaperTraining } from "./paper-step.ts";

const [suite, model, requested] = process.argv.slice(2) as [string, string, EngineId?];

await withPaperTraining(suite, model, requested, (training, engine) => {
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
