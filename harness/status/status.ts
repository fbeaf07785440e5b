/** The runs that a store holds of a suite, finished and in progress. */
import type { Suite } from "../contract/suite.ts";
import { HarnessError } from "../errors.ts";
import type { Queued, QueuedRun } from "../execute/slurm/queued-runs.ts";
import { madeRun, plansOf } from "../plan/stored-plans.ts";
import type { Progress } from "../store/progress.ts";
import { isResult, type RunPlace, type Store, type StoreProblem } from "../store/store.ts";
import { type UnderWay, underWay } from "./under-way.ts";

/** The runs that a store holds of a suite, plan by plan. */
export interface SuiteStatus {
  readonly suite: string;
  readonly plans: readonly {
    readonly suite: string;
    readonly budget: string;
    readonly engine: string;
    readonly seed: string;
    readonly planned: number;
    /** How many runs are in each state. */
    readonly states: Readonly<Record<string, number>>;
    readonly underWay: readonly UnderWay[];
  }[];
  readonly problems: readonly StoreProblem[];
  readonly sizeBytes: number;
}

/** Only reads, also while another process works in the store. */
export async function statusOf(store: Store, suite: Suite, queued: Queued, sizeBytes: number): Promise<SuiteStatus> {
  const { runs, problems } = store.list(suite.id);
  const ofSuite = [...queued.runs.values()].filter(({ made }) => made.spec.suite === suite.id);
  const progress = new Map(store.listProgress(suite.id).map((told) => [told.key, told]));
  const made = [...runs.map(({ record }) => madeRun(record)), ...progress.values(), ...ofSuite.map(({ made }) => made)];
  const plans: SuiteStatus["plans"][number][] = [];
  for (const { plan, places, engineClass, rootSeed } of plansOf(suite, made)) {
    const states: Record<string, number> = {};
    const begun: UnderWay[] = [];
    for (const place of places) {
      const { state, at } = await stateOf(store, place, progress.get(place.key), queued.runs.get(place.key));
      states[state] = (states[state] ?? 0) + 1;
      if (at) begun.push(at);
    }
    const { budget } = plan;
    const planned = places.length;
    plans.push({ suite: suite.id, budget, engine: engineClass, seed: rootSeed, planned, states, underWay: begun });
  }
  return { suite: suite.id, plans, problems, sizeBytes };
}

/** A status is for looking at a damaged store too: `problems` says what is wrong with the file. */
async function stateOf(
  store: Store,
  place: RunPlace,
  progress: Progress | undefined,
  queued: QueuedRun | undefined,
): Promise<{ readonly state: string; readonly at?: UnderWay }> {
  try {
    const stored = store.read(place)?.record;
    if (stored && isResult(stored)) return { state: stored.state };
    const at = progress && (await underWay(store, place, progress));
    const task = queued?.task;
    if (task && task.state !== "PENDING")
      return { state: "running on Slurm", ...(at && { at: { ...at, node: task.nodes } }) };
    if (task) return { state: "in Slurm's queue", ...(at && { at: { ...at, node: null } }) };
    if (queued && !task) return { state: "given to Slurm" };
    if (at && at.process !== null) return { state: "running", at };
    const state = stored?.state ?? (at || store.hasCheckpoint(place) ? "interrupted" : "not run");
    return at ? { state, at } : { state };
  } catch (error) {
    if (error instanceof HarnessError) return { state: "unreadable" };
    throw error;
  }
}
