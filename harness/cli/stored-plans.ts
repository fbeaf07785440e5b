/** The plans that a store holds runs of. */

import { placesOf } from "../evidence.ts";
import type { Profile, RunRecord } from "../run.ts";
import type { RunPlace, Store, StoreProblem } from "../store/store.ts";
import type { Plan, Suite } from "../suite.ts";

export interface StoredPlan {
  readonly suite: Suite;
  readonly plan: Plan;
  readonly places: readonly RunPlace[];
  readonly engineClass: string;
  readonly rootSeed: string;
  readonly problems: readonly StoreProblem[];
}

/**
 * Every plan of a suite with at least one stored run of today's version: one for each profile, engine class and root
 * seed. The number of replicates is the profile's, or more where more are stored.
 */
export function storedPlans(
  store: Store,
  suite: Suite,
  profile?: Profile,
): { plans: StoredPlan[]; problems: readonly StoreProblem[] } {
  const { runs, problems } = store.list(suite.id);
  const groups = new Map<string, RunRecord[]>();
  for (const { record } of runs) {
    if (profile !== undefined && !suite.literal && record.spec.profile !== profile) continue;
    const { engine, rootSeed } = record.provenance;
    const id = JSON.stringify([record.spec.profile, engine.class, rootSeed]);
    const group = groups.get(id);
    if (group) group.push(record);
    else groups.set(id, [record]);
  }
  const plans = [...groups].flatMap(([id, records]): StoredPlan[] => {
    const [profile, engineClass, rootSeed] = JSON.parse(id) as [Profile, string, string];
    const usual = suite.plan(profile, engineClass, { rootSeed });
    const specs = [...records.map((record) => record.spec), ...usual.runs];
    const replicates = 1 + specs.reduce((most, { replicate }) => Math.max(most, replicate), 0);
    const plan = suite.plan(profile, engineClass, { rootSeed, replicates });
    const places = placesOf(plan, engineClass, rootSeed);
    const keys = new Set(places.map((p) => p.key));
    return records.some((r) => keys.has(r.key)) ? [{ suite, plan, places, engineClass, rootSeed, problems }] : [];
  });
  return { plans, problems };
}
