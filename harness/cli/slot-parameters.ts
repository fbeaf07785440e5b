import type { ParameterCounts } from "../comparing/baseline.ts";
import { startWorker, type Worker } from "../execute/pool.ts";
import type { RunSpec } from "../run.ts";
import { specSha256 } from "../store/run-key.ts";
import type { Plan, Suite } from "../suite.ts";

/** The run that a run of a plan starts from; null when it starts from nothing. */
export function neededBy(spec: RunSpec, plan: Plan): RunSpec | null {
  if (!spec.needs) return null;
  const found = (plan.needs ?? []).find((needed) => specSha256(needed) === spec.needs?.specSha256);
  if (!found) throw new TypeError(`${spec.path} starts from ${spec.needs.path}, which its plan does not name`);
  return found;
}

/** Parameters of the model in each slot that a plan runs, at that plan's settings, by the worker's suites. */
export async function slotParameters(
  worker: Worker,
  suite: Suite,
  plan: Plan,
  rootSeed: string,
  slot?: string,
): Promise<Record<string, ParameterCounts>> {
  const parameters: Record<string, ParameterCounts> = {};
  for (const name of Object.keys(suite.slots ?? {})) {
    const spec = plan.runs.find(({ model }) => model === name);
    if (!spec || (slot !== undefined && name !== slot)) continue;
    const checked = await worker.ask({ type: "check", spec, needs: neededBy(spec, plan), rootSeed, module: null }, [
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
