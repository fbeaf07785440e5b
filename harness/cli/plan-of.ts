import type { Claim } from "../claims.ts";
import { EXIT, HarnessError, unknownName } from "../errors.ts";
import { decides, missingData } from "../evidence.ts";
import type { Profile, RunSpec } from "../run.ts";
import { requirePlanned } from "../sound-suite.ts";
import type { RunPlace } from "../store/store.ts";
import type { Plan, Suite } from "../suite.ts";

export interface PlanChoice {
  readonly profile: Profile;
  readonly seed: string;
  readonly replicates?: number;
  /** Only runs of this model. */
  readonly model?: string;
  /** Only runs that this claim's verdict waits for. */
  readonly claim?: string;
}

/** A suite's plan. More replicates than the profile's extend it; fewer leave it unfinished, and it says so. */
export function planOf(suite: Suite, { profile, seed, replicates }: PlanChoice, engineClass: string): Plan {
  const usual = suite.plan(profile, engineClass, { rootSeed: seed });
  requirePlanned(suite, usual, engineClass, seed);
  if (replicates === undefined || usual.runs.some((spec) => spec.replicate >= replicates)) return usual;
  return suite.plan(profile, engineClass, { rootSeed: seed, replicates });
}

/** Whether a run is among those asked for: the first `replicates` of its model and setting, of one model or claim or of all. */
export function isWanted(suite: Suite, { replicates, model, claim }: PlanChoice): (spec: RunSpec) => boolean {
  const counts = claim === undefined ? () => true : decides(findClaim(suite, claim), suite);
  return (spec) =>
    (replicates === undefined || spec.replicate < replicates) &&
    (model === undefined || spec.model === model) &&
    counts(spec);
}

/** Throws HarnessError for an unknown claim, and for one that no run decides. */
function findClaim({ id, claims }: Suite, asked: string): Claim {
  const claim = claims.find((one) => one.id === asked);
  const testable = claims.filter(({ kind }) => kind !== "qualitative").map((one) => one.id);
  if (!claim) throw unknownName("claim", asked, testable);
  if (claim.kind === "qualitative")
    throw new HarnessError(
      `The claim "${asked}" of ${id} is qualitative: no run decides it. Claims with runs: ${testable.join(", ") || "none"}.`,
    );
  return claim;
}

/** Runs with those that they start from, each once, before the first that needs it. */
export function withNeeded(places: readonly RunPlace[]): RunPlace[] {
  const found = new Map<string, RunPlace>();
  const add = (place: RunPlace): void => {
    if (place.needs) add(place.needs);
    if (!found.has(place.key)) found.set(place.key, place);
  };
  for (const place of places) add(place);
  return [...found.values()];
}

/** Throws HarnessError where nothing of a plan can be run for want of data. */
export function requireData(plan: Plan): void {
  if (plan.runs.length > 0 || !plan.missing?.length) return;
  throw new HarnessError(missingData(plan).join("\n"), EXIT.cannotJudge);
}

/** Throws HarnessError when claims of the suite speak of what it does not plan, when the model or claim asked for is not in the suite, or nothing of it can be run for want of data. */
export function requireRunnable(suite: Suite, choice: PlanChoice): void {
  const plan = suite.plan(choice.profile, "any", { rootSeed: choice.seed });
  requirePlanned(suite, plan, "any", choice.seed);
  if (choice.claim !== undefined) findClaim(suite, choice.claim);
  requireData(plan);
  if (choice.model === undefined) return;
  const models = new Set(plan.runs.map((spec) => spec.model));
  if (!models.has(choice.model)) throw unknownName("model", choice.model, [...models]);
}
