/** Whether stored runs are results of today's code. */
import type { RunOf } from "../provenance/sources.ts";
import type { Store } from "../store/store.ts";
import { isResult, type RunPlace } from "../store/store.ts";

/**
 * `current`: made by today's sources. The others were made by other sources. `revalidated`: a check found the same
 * results with today's. `replayed`: the same for the first updates; the metrics were not measured again. `unverified`:
 * the first updates cannot be repeated. `unchecked`: no check was made. `stale`: a check found a difference, or the
 * upstream run is stale.
 */
export type Standing = "current" | "revalidated" | "replayed" | "unverified" | "unchecked" | "stale";

/** Worst last. */
const ORDER: readonly Standing[] = ["current", "revalidated", "replayed", "unverified", "unchecked", "stale"];

/** Hash of today's sources of a run's arm. */
export type SourcesToday = (run: RunOf) => string;

/** Undefined for a run without a result. Throws HarnessError for a file of it that cannot be trusted. */
export function standingOf(store: Store, place: RunPlace, today: SourcesToday): Standing | undefined {
  const own = ownStanding(store, place, today);
  const needed = place.needs && standingOf(store, place.needs, today);
  if (own === undefined || needed === undefined) return own;
  return ORDER.indexOf(needed) > ORDER.indexOf(own) ? needed : own;
}

/** Of the run itself, whatever it starts from. */
export function ownStanding(store: Store, place: RunPlace, today: SourcesToday): Standing | undefined {
  const record = store.read(place)?.record;
  if (!record || !isResult(record)) return undefined;
  const sources = today(place.spec);
  if (record.provenance.sourceSha256 === sources) return "current";
  const found = store.readRevalidation(place, record);
  if (found?.sourceSha256 !== sources) return "unchecked";
  switch (found.finding.verdict) {
    case "stands":
      return found.finding.measuredFrom === "nothing" ? "replayed" : "revalidated";
    case "stale":
      return "stale";
    case "unverifiable":
      return "unverified";
  }
}

/** By run key, of those that have a result. */
export function standingsOf(
  store: Store,
  places: readonly RunPlace[],
  today: SourcesToday,
): ReadonlyMap<string, Standing> {
  return new Map(
    places.flatMap((place) => {
      const standing = standingOf(store, place, today);
      return standing === undefined ? [] : [[place.key, standing] as const];
    }),
  );
}
