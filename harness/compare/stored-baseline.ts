/** What the store holds of a suite, as a baseline: all its runs, of one clean revision. */

import { resolve } from "node:path";
import type { Profile, RunRecord } from "../contract/run.ts";
import type { Suite } from "../contract/suite.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { type StoredPlan, storedPlans } from "../plan/stored-plans.ts";
import { thisProject } from "../project.ts";
import { readOrigin } from "../provenance/provenance.ts";
import { Store } from "../store/store.ts";
import { acceptable, cleanRevision, type Purpose, runCommand } from "./acceptable.ts";
import { type Baseline, baselineRun } from "./baseline.ts";
import { slotParameters, withCheckWorker } from "./slot-parameters.ts";

export interface StoredChoice {
  readonly profile: Profile;
  /** Engine or engine class; needed where the store holds several. */
  readonly engine?: string;
  readonly seed: string;
  readonly store: string;
  readonly note?: string;
}
export interface StoredAsBaseline {
  readonly baseline: Baseline;
  readonly stored: StoredPlan;
  /** In the order of the plan. */
  readonly records: readonly RunRecord[];
}

/** Throws HarnessError that says why what is stored cannot be one. */
export async function storedBaseline(suite: Suite, choice: StoredChoice, purpose: Purpose): Promise<StoredAsBaseline> {
  const origin = await readOrigin(thisProject().root, choice.seed, suite.id);
  const revision = await cleanRevision(origin, purpose);
  const store = Store.open(resolve(choice.store), { create: false });
  const stored = storedPlan(store, suite, choice);
  const records = acceptable(store, stored, purpose);
  const { plan, engineClass, rootSeed } = stored;
  const parameters = await withCheckWorker((worker) => slotParameters(worker, suite, plan, rootSeed));
  const { sourceSha256, lockfileSha256 } = origin;
  const armSources = Object.fromEntries(records.map(({ spec, provenance }) => [spec.model, provenance.sourceSha256]));
  const { engine, machine } = records[0]!.provenance;
  const baseline: Baseline = {
    format: "reproducibility-baseline",
    version: 1,
    suite: suite.id,
    suiteVersion: suite.version,
    profile: plan.profile,
    budget: plan.budget,
    engineClass,
    rootSeed,
    acceptedAt: new Date().toISOString(),
    note: choice.note ?? null,
    provenance: { revision, sourceSha256, armSources, lockfileSha256, engine, machine },
    parameters,
    runs: records.map(baselineRun),
  };
  return { baseline, stored, records };
}

/** The one plan that the arguments mean. Throws HarnessError when the store holds none or several. */
function storedPlan(store: Store, suite: Suite, { profile, engine, seed }: StoredChoice): StoredPlan {
  const ofSeed = storedPlans(store, suite, profile).plans.filter(({ rootSeed }) => rootSeed === seed);
  const plans = ofSeed.filter(
    ({ engineClass }) => engine === undefined || engineClass === engine || engineClass.startsWith(`${engine}-`),
  );
  const classes = ofSeed.map(({ engineClass }) => engineClass);
  if (plans.length === 0)
    throw new HarnessError(
      `The store ${store.folder} holds no runs of ${suite.id}, profile ${profile}, root seed ${seed}${engine === undefined ? "" : `, engine ${engine}`}${classes.length > 0 ? `, only of ${classes.join(", ")}` : ""}. Run ${runCommand(suite, { profile, seed, engineClass: engine })} first.`,
      EXIT.cannotJudge,
    );
  if (plans.length > 1)
    throw new HarnessError(
      `The store ${store.folder} holds runs of ${plans.map((p) => p.engineClass).join(" and ")}. Name one with --engine.`,
    );
  return plans[0]!;
}
