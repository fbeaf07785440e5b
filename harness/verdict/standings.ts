/** Whether stored runs are of today's code, as the verbs that report need it. */

import { HarnessError } from "../errors.ts";
import { withNeeded } from "../plan/plan-of.ts";
import { thisProject } from "../project.ts";
import { armKeyOf } from "../provenance/provenance.ts";
import { sourceSha256 } from "../provenance/sources.ts";
import type { RunPlace, Store } from "../store/store.ts";
import { type SourcesToday, type Standing, standingsOf } from "./standing.ts";

/** Hashes the sources of each arm once. Throws HarnessError when they cannot be read. */
export function sourcesToday(): SourcesToday {
  const known = new Map<string, string>();
  return (spec) => {
    const arm = armKeyOf(spec);
    const hash = known.get(arm) ?? sourceSha256(thisProject().root, spec);
    known.set(arm, hash);
    return hash;
  };
}

export interface Standings {
  /** By run key; empty where today's sources cannot be read. */
  readonly standings: ReadonlyMap<string, Standing>;
  readonly warnings: readonly string[];
}

/** Throws HarnessError for a file of the store that cannot be trusted. */
export function readStandings(store: Store, places: readonly RunPlace[]): Standings {
  const today = sourcesToday();
  try {
    for (const { spec } of withNeeded(places)) today(spec);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return {
      standings: new Map(),
      warnings: [`Nobody can say whether the runs are of today's code. ${error.message}`],
    };
  }
  return { standings: standingsOf(store, places, today), warnings: [] };
}
