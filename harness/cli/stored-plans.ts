/** The plans that a store holds runs of. */

import { placesOf } from "../evidence.ts";
import type { Profile, RunRecord } from "../run.ts";
import type { Store, StoreProblem } from "../store/store.ts";
import type { Plan, Suite } from "../suite.ts";

export interface StoredPlan {
  readonly suite: Suite;
  readonly plan: Plan;
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
    groups.set(id, [...(groups.get(id) ?? []), record]);
  }
  const plans = [...groups].flatMap(([id, records]): StoredPlan[] => {
    const [profile, engineClass, rootSeed] = JSON.parse(id) as [Profile, string, string];
    const usual = suite.plan(profile, engineClass, { rootSeed });
    const replicates = 1 + Math.max(...[...records.map((r) => r.spec), ...usual.runs].map((s) => s.replicate));
    const plan = suite.plan(profile, engineClass, { rootSeed, replicates });
    const keys = new Set(placesOf(plan, engineClass, rootSeed).map((p) => p.key));
    return records.some((r) => keys.has(r.key)) ? [{ suite, plan, engineClass, rootSeed, problems }] : [];
  });
  return { plans, problems };
}
