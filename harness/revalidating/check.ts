/** One stored run against today's code, in a worker: its first updates made again, its metrics measured again. */
import type { Engine } from "../engine/engine.ts";
import { Interrupted, pause } from "../execute/ends.ts";
import { EARLY_UPDATES, replayEarly } from "../execute/replay.ts";
import type { RunRecord } from "../run.ts";
import { streamKey } from "../seeds.ts";
import type { Needed, StoredRun, Suite } from "../suite.ts";
import type { Difference, Finding } from "./revalidation.ts";

export interface Check {
  readonly suite: Suite;
  readonly stored: StoredRun;
  readonly engine: Engine;
  /** The stored run that it starts from. */
  needed(): Needed;
  stopping(): boolean;
}

/** The replay is done, and there is no trained state to measure. */
class Replayed extends Error {}

/**
 * A finished run is trained for its first updates, then measured from its stored final state; one that trains nothing is
 * measured. A run that diverged has no state to measure and stands when its first updates are the same; where those were
 * not kept it stands unverified. Throws Interrupted when told to stop, and whatever the suite throws.
 */
export async function check({ suite, stored, engine, needed, stopping }: Check): Promise<Finding> {
  const { record } = stored;
  const { spec, provenance } = record;
  const early = earlyStateOf(record);
  if (record.state !== "finished" && early === null)
    return { verdict: "unverifiable", reason: `it ${record.state} and the state of its first updates was not kept` };
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
        if (record.state !== "finished") throw new Replayed();
        return { finalState: stored.weights(), curve: record.curve };
      },
    });
    if (record.state === "finished") differences.push(...metricDifferences(record.metrics, metrics));
  } catch (error) {
    if (!(error instanceof Replayed)) throw error;
  }
  return differences.length === 0 ? { verdict: "stands" } : { verdict: "stale", differences };
}

function earlyStateOf(record: RunRecord): string | null {
  return record.state === "finished" || record.state === "diverged" ? (record.earlyStateSha256 ?? null) : null;
}

/** Equal means the same number, not about the same. */
function metricDifferences(
  stored: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
): Difference[] {
  return [...new Set([...Object.keys(stored), ...Object.keys(now)])]
    .filter((name) => stored[name] !== now[name])
    .map((name) => ({ what: `metric ${name}`, stored: say(stored[name]), now: say(now[name]) }));
}

const say = (value: number | undefined): string => (value === undefined ? "absent" : String(value));
