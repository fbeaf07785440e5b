/** Serves one update of each of several trainings of the toy's ALI: `serve-stacked.ts stacked|alone TRAININGS`. */
import { serveSteps } from "../../harness/bench/serve.ts";
import { withPaperTraining } from "./paper-step.ts";

const [how, count] = process.argv.slice(2) as ["stacked" | "alone", string];
/** Updates between the batches of one training and of the next. */
const APART = 1_000;

await withPaperTraining(
  "toy-modes",
  "ali",
  "tensorflow",
  (training, engine) => {
    const trainings = Number(count);
    const places = engine.stack?.(trainings) ?? new Array<typeof engine>(trainings).fill(engine);
    const programs = places.map(({ compile }) => compile(training.step, training.initialState(), training.data));
    let update = 0;
    return serveSteps({
      step() {
        // In a stack the last one does the update of all before it returns.
        for (const [i, program] of programs.entries()) {
          const index = update + i * APART;
          void program.run(() => training.batch(index), training.key(index));
        }
        update += 1;
      },
      finish() {
        for (const program of programs) program.metrics();
      },
      versions: engine.versions,
    });
  },
  how === "stacked",
);
