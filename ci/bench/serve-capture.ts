/** Serves compilations of the toy's ALI step, each with its first update: `serve-capture.ts [ENGINE]`. */
import { serveSteps } from "../../harness/bench/serve.ts";
import type { EngineId } from "../../harness/engine/engine.ts";
import { withPaperTraining } from "./paper-step.ts";

const [requested] = process.argv.slice(2) as [EngineId?];

await withPaperTraining("toy-modes", "ali", requested, (training, engine) =>
  serveSteps({
    step() {
      const program = engine.compile(training.step, training.initialState(), training.data);
      program.run(() => training.batch(0), training.key(0));
      program.metrics();
      program.dispose();
    },
    finish() {},
    versions: engine.versions,
    warmUp: 1,
  }),
);
