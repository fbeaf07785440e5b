/** The runs of a plan: their keys, the stored ones, and the claims that wait for them. */
import type { Claim } from "../contract/claims.ts";
import type { RunSpec } from "../contract/run.ts";
import type { Plan, StoredRun, Suite } from "../contract/suite.ts";
import { runKey, specSha256 } from "../store/run-key.ts";
import type { RunPlace, Store } from "../store/store.ts";
import { countsFor } from "./counts-for.ts";
import { requireDistinctRuns } from "./sound-suite.ts";

/** The run that a run of the plan starts from; null where it starts from nothing. */
export function neededIn(plan: Plan): (spec: RunSpec) => RunSpec | null {
  const needed = new Map((plan.needs ?? []).map((spec) => [specSha256(spec), spec]));
  return ({ path, needs }) => {
    if (!needs) return null;
    const upstream = needed.get(needs.specSha256);
    if (!upstream) throw new TypeError(`${path} starts from ${needs.path}, which its plan does not name`);
    return upstream;
  };
}

/** Keys of a plan's runs and their upstream runs on an engine class. Throws HarnessError if two runs share a path. */
export function placesOf(plan: Plan, engineClass: string, rootSeed: string): RunPlace[] {
  const neededBy = neededIn(plan);
  const placeOf = (spec: RunSpec): RunPlace => {
    const place = { spec, engineClass, key: runKey(spec, engineClass, rootSeed) };
    const upstream = neededBy(spec);
    return upstream === null ? place : { ...place, needs: placeOf(upstream) };
  };
  const places = plan.runs.map(placeOf);
  requireDistinctRuns(places);
  return places;
}

/** The parts that a plan leaves out because data are missing, one line each. */
export const missingData = ({ missing = [] }: Plan): string[] =>
  missing.map(({ what, how }) => `NOT TESTED: ${what}: the data are not here. ${how}`);

/** The stored ones of these runs. Throws HarnessError for a record that cannot be trusted. */
export function storedRuns(store: Store, places: readonly RunPlace[]): StoredRun[] {
  return places.flatMap((place) => store.read(place) ?? []);
}

/**
 * Whether a claim's verdict waits for a run: one of its arms under the primary reading, or under any for an ordering or a
 * trend, which has to hold under all of them.
 */
export function decides(claim: Claim, { readings }: Pick<Suite, "readings">): (spec: RunSpec) => boolean {
  return countsFor(claim, claim.kind === "ordering" || claim.kind === "trend" ? readings : [readings[0]]);
}
