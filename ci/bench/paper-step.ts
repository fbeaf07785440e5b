/** A training as a suite's paper profile has it, on an engine that is opened here. */
import type { Training } from "../../harness/contract/training.ts";
import type { Engine, EngineId } from "../../harness/engine/engine.ts";
import { openEngine } from "../../harness/engine/open.ts";
import { placesOf } from "../../harness/plan/places.ts";
import { probe } from "../../harness/worker/probe.ts";
import { SUITES } from "../../suites/index.ts";

const ROOT_SEED = "bench";

/** Hands the training of a suite's first run of a model to `use`. @param stacked opens tensorflow for stacked runs. */
export async function withPaperTraining(
  suiteId: string,
  model: string,
  requested: EngineId | undefined,
  use: (training: Training, engine: Engine) => Promise<void>,
  stacked = false,
): Promise<void> {
  const suite = SUITES.find(({ id }) => id === suiteId)!;
  const engine = await openEngine({ requested: stacked ? "tensorflow" : requested, stacked, provision: false });
  const plan = suite.plan("paper", engine.class, { rootSeed: ROOT_SEED });
  const place = placesOf(plan, engine.class, ROOT_SEED).find(({ spec }) => spec.model === model)!;
  const needs = place.needs?.spec ?? null;
  await probe({ suites: SUITES, spec: place.spec, needs, rootSeed: ROOT_SEED, engine }, (training) =>
    use(training, engine),
  );
}
