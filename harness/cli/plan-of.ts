import type { Profile, RunSpec } from "../run.ts";
import type { Plan, Suite } from "../suite.ts";

export interface PlanChoice {
  readonly profile: Profile;
  readonly seed: string;
  readonly replicates?: number;
}

/** A suite's plan. More replicates than the profile's extend it; fewer leave it unfinished, and it says so. */
export function planOf(suite: Suite, { profile, seed, replicates }: PlanChoice, engineClass: string): Plan {
  const usual = suite.plan(profile, engineClass, { rootSeed: seed });
  if (replicates === undefined || usual.runs.some((spec) => spec.replicate >= replicates)) return usual;
  return suite.plan(profile, engineClass, { rootSeed: seed, replicates });
}

/** Whether a run is among the first `replicates` of its model and setting. */
export const isWanted = ({ replicate }: RunSpec, { replicates }: PlanChoice): boolean =>
  replicates === undefined || replicate < replicates;
