/** The task "revalidate": one stored run against today's code. Nothing is stored. Its first updates made again, its metrics measured again. */
import type { FinishedRun, RunRecord } from "../contract/run.ts";
import type { Needed, StoredRun, Suite } from "../contract/suite.ts";
import type { Engine } from "../engine/engine.ts";
import { streamKey } from "../random/seeds.ts";
import type { Difference, Finding, MeasuredFrom } from "../store/revalidation.ts";
import { Store } from "../store/store.ts";
import { Interrupted, pause } from "./ends.ts";
import { EARLY_UPDATES, replayEarly } from "./first-updates.ts";
import type { TaskContext } from "./handler.ts";
import type { Task } from "./messages.ts";
import { NotHere, neededRun, requireHere } from "./needed-run.ts";
import { suiteOf } from "./probe.ts";

interface Check {
  readonly suite: Suite;
  readonly stored: StoredRun;
  readonly engine: Engine;
  /** Whether the run's weights are here; irrelevant for a run that trains nothing. */
  readonly hasWeights: boolean;
  /** The run's stored upstream run. Throws NotHere if that run or its weights are missing. */
  needed(): Needed;
  stopping(): boolean;
}

/** Throws Error for a run that is not stored, and as `check` does. */
export async function checkRun(task: Task<"revalidate">, context: TaskContext): Promise<Finding> {
  const { spec, key } = task;
  const engine = await context.engine();
  const store = Store.open(task.store, { create: false });
  const place = { spec, key, engineClass: engine.class };
  const stored = store.read(place);
  if (!stored) throw new Error(`the run ${spec.path} is not stored`);
  const needed = (): Needed => {
    if (task.needs) requireHere(store, task.needs);
    return neededRun(store, task);
  };
  const suite = suiteOf(spec, context.suites);
  return check({ suite, stored, engine, hasWeights: store.hasWeights(place), needed, stopping: context.stopping });
}

/** The replay is done, and there is no trained state to measure. */
class Replayed extends Error {}

/**
 * A finished run is trained for its first updates, then measured from its stored final state; one that trains nothing is
 * measured. Without weights it is measured from its stored arrays, if the suite can. A run that diverged has no state
 * to measure and stands if its first updates are the same; if those were not kept, or cannot be repeated without its
 * upstream run, it is unverifiable. Throws Interrupted on request, and whatever the suite throws.
 */
async function check(options: Check): Promise<Finding> {
  const { suite, stored } = options;
  const { record } = stored;
  if (record.state !== "finished" && earlyStateOf(record) === null)
    return { verdict: "unverifiable", reason: `it ${record.state} and the state of its first updates was not kept` };
  const { differences, metrics, notHere } = await runAgain(options, record);
  if (record.state !== "finished") return found(differences, notHere, undefined);
  const fromArrays = metrics === null ? suite.measure?.(record.spec, stored.array) : undefined;
  const now = metrics ?? fromArrays;
  if (now) differences.push(...metricDifferences(record, now));
  return found(differences, notHere, metrics ? "weights" : fromArrays ? "arrays" : "nothing");
}

/** Result of the repeated run: `metrics` is null if the suite did not measure them. */
interface Again {
  readonly differences: Difference[];
  readonly metrics: Readonly<Record<string, number>> | null;
  /** The reason why the run could not start. */
  readonly notHere: string | null;
}

async function runAgain(
  { suite, stored, engine, hasWeights, needed, stopping }: Check,
  record: RunRecord,
): Promise<Again> {
  const { spec, provenance } = record;
  const early = earlyStateOf(record);
  const differences: Difference[] = [];
  try {
    const { metrics } = await suite.run(spec, {
      engine,
      seed: (purpose) => streamKey(provenance.rootSeed, spec.path, purpose),
      needed,
      pause: () => pause(stopping),
      async train(training) {
        const now = await replayEarly(training, engine, stopping);
        if (now === undefined) throw new Interrupted("stopped in the first updates");
        if (now !== early) {
          const what = `state after ${Math.min(EARLY_UPDATES, training.updates)} updates`;
          differences.push({ what, stored: early ?? "absent", now });
        }
        if (record.state !== "finished" || !hasWeights) throw new Replayed();
        return { finalState: stored.weights(), curve: record.curve };
      },
    });
    return { differences, metrics, notHere: null };
  } catch (error) {
    if (error instanceof Replayed) return { differences, metrics: null, notHere: null };
    if (error instanceof NotHere) return { differences, metrics: null, notHere: error.message };
    throw error;
  }
}

function found(
  differences: readonly Difference[],
  notHere: string | null,
  measuredFrom: MeasuredFrom | undefined,
): Finding {
  const how = measuredFrom && { measuredFrom };
  if (differences.length > 0) return { verdict: "stale", differences: [...differences], ...how };
  if (notHere === null) return { verdict: "stands", ...how };
  const metrics = measuredFrom === "arrays" ? "measured again from the stored arrays, and equal" : "not measured again";
  const reason = `first updates not replayed: ${notHere}${measuredFrom ? `; metrics ${metrics}` : ""}`;
  return { verdict: "unverifiable", reason, ...how };
}

function earlyStateOf(record: RunRecord): string | null {
  return record.state === "finished" || record.state === "diverged" ? (record.earlyStateSha256 ?? null) : null;
}

/**
 * Compares the metrics in the record: a metric that today's code adds is ignored, a metric that it removes is a
 * difference, because its value is unknown. Values must be equal exactly.
 */
function metricDifferences({ metrics: stored }: FinishedRun, now: Readonly<Record<string, number>>): Difference[] {
  return Object.entries(stored)
    .filter(([name, value]) => value !== now[name])
    .map(([name, value]) => ({ what: `metric ${name}`, stored: String(value), now: say(now[name]) }));
}

const say = (value: number | undefined): string => (value === undefined ? "absent" : String(value));
