/** The metrics of stored runs measured again from their arrays, by today's code. */
import type { Profile } from "../contract/profiles.ts";
import type { RunRecord } from "../contract/run.ts";
import type { StoredRun, Suite } from "../contract/suite.ts";
import { EXIT, HarnessError, messageOf } from "../errors.ts";
import { storedPlans } from "../plan/stored-plans.ts";
import { recordSha256 } from "../store/revalidation.ts";
import type { RunPlace, Store } from "../store/store.ts";
import { sourcesToday } from "../verdict/standings.ts";

export interface RemeasuredRun {
  readonly path: string;
  /** Metrics that the record lacks. */
  readonly added: readonly string[];
  /** Metrics of the record that come out otherwise: "modes was 24, is 23". */
  readonly differing: readonly string[];
  /** Why the run was not measured; null where it was. */
  readonly failure: string | null;
}

/**
 * Measures every finished run of the suite's plans in the store, and writes the metrics next to its record. Throws HarnessError for
 * a suite that cannot measure from arrays, and where the store holds no finished runs of it.
 */
export function remeasureSuite(suite: Suite, store: Store, profile: Profile | undefined): RemeasuredRun[] {
  const { measure } = suite;
  if (!measure)
    throw new HarnessError(
      `The suite ${suite.id} cannot measure stored runs again: some of its metrics need more than the stored arrays (it has no measure). Run npm run suite ${suite.id} for runs of today's code.`,
    );
  const today = sourcesToday();
  const places = storedPlans(store, suite, profile).plans.flatMap((plan) => plan.places);
  const done = places.flatMap((place): RemeasuredRun[] => {
    const run = store.read(place);
    if (run?.record.state !== "finished") return [];
    const { path } = place.spec;
    try {
      return [{ path, failure: null, ...measured(store, place, run, run.record, measure, today(place.spec)) }];
    } catch (error) {
      return [{ path, added: [], differing: [], failure: messageOf(error) }];
    }
  });
  if (done.length === 0)
    throw new HarnessError(
      `The store ${store.folder} holds no finished runs of ${suite.id}${profile ? ` of profile ${profile}` : ""} that this version can read. Run npm run suite ${suite.id} first.`,
      EXIT.cannotJudge,
    );
  return done;
}

function measured(
  store: Store,
  place: RunPlace,
  run: StoredRun,
  record: Extract<RunRecord, { state: "finished" }>,
  measure: NonNullable<Suite["measure"]>,
  sourceSha256: string,
): Pick<RemeasuredRun, "added" | "differing"> {
  const metrics = { ...measure(place.spec, (name) => run.array(name)) };
  const bad = Object.entries(metrics).find(([, value]) => !Number.isFinite(value));
  if (bad) throw new Error(`the measured ${bad[0]} is not finite: ${bad[1]}`);
  store.writeRemeasured(place, {
    format: "reproducibility-remeasured",
    version: 1,
    key: place.key,
    recordSha256: recordSha256(record),
    sourceSha256,
    at: new Date().toISOString(),
    metrics,
  });
  const names = Object.keys(metrics);
  return {
    added: names.filter((name) => record.metrics[name] === undefined),
    differing: names
      .filter((name) => record.metrics[name] !== undefined && record.metrics[name] !== metrics[name])
      .map((name) => `${name} was ${record.metrics[name]}, is ${metrics[name]}`),
  };
}
