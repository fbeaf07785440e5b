/** The plans that a store holds runs of. */

import type { Profile, RunRecord, RunSpec } from "../contract/run.ts";
import type { Plan, Suite } from "../contract/suite.ts";
import type { RunPlace, Store, StoreProblem } from "../store/store.ts";
import { placesOf } from "./places.ts";
import { requirePlanned } from "./sound-suite.ts";

export interface StoredPlan {
  readonly suite: Suite;
  readonly plan: Plan;
  readonly places: readonly RunPlace[];
  readonly engineClass: string;
  readonly rootSeed: string;
  readonly problems: readonly StoreProblem[];
}

/** What tells of a plan that a run of it was made, or begun. */
export interface MadeRun {
  readonly spec: RunSpec;
  readonly key: string;
  readonly engineClass: string;
  readonly rootSeed: string;
}

/** Every plan of a suite with at least one stored run of today's version. */
export function storedPlans(
  store: Store,
  suite: Suite,
  profile?: Profile,
): { plans: StoredPlan[]; problems: readonly StoreProblem[] } {
  const { runs, problems } = store.list(suite.id);
  const made = runs
    .map(({ record }) => madeRun(record))
    .filter(({ spec }) => profile === undefined || suite.literal || spec.profile === profile);
  return { plans: plansOf(suite, made).map((plan) => ({ ...plan, problems })), problems };
}

export const madeRun = ({ spec, key, provenance }: RunRecord): MadeRun => ({
  spec,
  key,
  engineClass: provenance.engine.class,
  rootSeed: provenance.rootSeed,
});

/**
 * The plans that some of these runs are of, by today's version: one for each profile, engine class and root seed. The
 * number of replicates is the profile's, or more where there are more.
 */
export function plansOf(suite: Suite, made: readonly MadeRun[]): Omit<StoredPlan, "problems">[] {
  const groups = new Map<string, MadeRun[]>();
  for (const run of made) {
    const id = JSON.stringify([run.spec.profile, run.engineClass, run.rootSeed]);
    const group = groups.get(id);
    if (group) group.push(run);
    else groups.set(id, [run]);
  }
  return [...groups].flatMap(([id, runs]) => {
    const [profile, engineClass, rootSeed] = JSON.parse(id) as [Profile, string, string];
    const usual = suite.plan(profile, engineClass, { rootSeed });
    requirePlanned(suite, usual, engineClass, rootSeed);
    const specs = [...runs.map(({ spec }) => spec), ...usual.runs];
    const replicates = 1 + specs.reduce((most, { replicate }) => Math.max(most, replicate), 0);
    const plan = suite.plan(profile, engineClass, { rootSeed, replicates });
    const places = placesOf(plan, engineClass, rootSeed);
    const keys = new Set(places.map((p) => p.key));
    return runs.some(({ key }) => keys.has(key)) ? [{ suite, plan, places, engineClass, rootSeed }] : [];
  });
}
