import type { Plan, Suite } from "../contract/suite.ts";
import { neededIn } from "../plan/places.ts";
import { startWorker, type Worker } from "../worker/pool.ts";
import type { ParameterCounts } from "./baseline.ts";

/** Parameters of the model in each slot that a plan runs, at that plan's settings, by the worker's suites. */
export async function slotParameters(
  worker: Worker,
  suite: Suite,
  plan: Plan,
  rootSeed: string,
  slot?: string,
): Promise<Record<string, ParameterCounts>> {
  const neededBy = neededIn(plan);
  const parameters: Record<string, ParameterCounts> = {};
  for (const name of Object.keys(suite.slots ?? {})) {
    const spec = plan.runs.find(({ model }) => model === name);
    if (!spec || (slot !== undefined && name !== slot)) continue;
    const checked = await worker.ask({ type: "check", spec, needs: neededBy(spec), rootSeed, module: null }, [
      "checked",
    ]);
    parameters[name] = checked.parameters;
  }
  return parameters;
}

/** A worker with the engine that is there everywhere, for looking at models. It is gone when this resolves. */
export async function withCheckWorker<T>(use: (worker: Worker) => Promise<T>): Promise<T> {
  const { worker } = await startWorker({ requested: "cpu" }, 1);
  try {
    return await use(worker);
  } finally {
    worker.kill();
    await worker.gone();
  }
}
