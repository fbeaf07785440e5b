import type { Claim } from "../contract/claims.ts";
import { PROFILES, type Profile, type RunSpec } from "../contract/run.ts";
import type { Plan, Suite } from "../contract/suite.ts";
import { EXIT, HarnessError, unknownName } from "../errors.ts";
import type { RunPlace } from "../store/store.ts";
import { decides, missingData } from "./places.ts";
import { requirePlanned } from "./sound-suite.ts";

/** An upper bound of --replicates beyond practical use. */
export const MOST_REPLICATES = 10_000;

export interface PlanChoice {
  readonly profile: Profile;
  readonly seed: string;
  readonly replicates?: number;
  /** Only runs of this model. */
  readonly model?: string;
  /** Only runs of this setting. */
  readonly setting?: string;
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

/** The first `replicates` runs of each arm in a plan (undefined: all), of one slot (undefined: all). */
export function partOf(plan: Plan, replicates: number | undefined, slot: string | undefined): Plan {
  const isIn = ({ replicate, model }: RunSpec): boolean =>
    (replicates === undefined || replicate < replicates) && (slot === undefined || model === slot);
  return { ...plan, runs: plan.runs.filter(isIn) };
}

/** Whether the options select a run: by the first `replicates` of its arm, its model, its setting, and a claim. */
export function isWanted(suite: Suite, { replicates, model, setting, claim }: PlanChoice): (spec: RunSpec) => boolean {
  const counts = claim === undefined ? () => true : decides(findClaim(suite, claim), suite);
  return (spec) =>
    (replicates === undefined || spec.replicate < replicates) &&
    (model === undefined || spec.model === model) &&
    (setting === undefined || spec.setting === setting) &&
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
function requireData(plan: Plan): void {
  if (plan.runs.length > 0 || !plan.missing?.length) return;
  throw new HarnessError(missingData(plan).join("\n"), EXIT.cannotJudge);
}

/**
 * Throws HarnessError when claims of the suite name unplanned arms, when the requested model, setting or claim is not
 * in the suite's plan, when the options together leave no run, and when the data for all of the plan are missing.
 */
export function requireRunnable(suite: Suite, choice: PlanChoice): void {
  const { profile, seed, model, setting, claim } = choice;
  const plan = suite.plan(profile, "any", { rootSeed: seed });
  requirePlanned(suite, plan, "any", seed);
  if (claim !== undefined) findClaim(suite, claim);
  requireData(plan);
  const models = new Set(plan.runs.map((spec) => spec.model));
  if (model !== undefined && !models.has(model)) throw unknownName("model", model, [...models]);
  if (setting !== undefined) requireSetting(suite, plan, setting, seed);
  if (plan.runs.some(isWanted(suite, choice))) return;
  const asked = Object.entries({ model, setting, claim }).filter(([, value]) => value !== undefined);
  if (asked.length === 0) return;
  throw new HarnessError(
    `No run of the ${profile} profile of ${suite.id} matches ${asked.map(([name, value]) => `--${name} ${value}`).join(" ")}. ` +
      `Runs of ${claim === undefined ? "the plan" : `the claim ${claim}`}: ${armsText(suite, plan, claim) || "none"}. Change or leave out an option.`,
  );
}

/** Throws HarnessError if the plan has no runs of the setting; the message names another profile that has some. */
function requireSetting(suite: Suite, plan: Plan, setting: string, rootSeed: string): void {
  const settings = settingsOf(plan);
  if (settings.includes(setting)) return;
  const elsewhere = PROFILES.filter((profile) =>
    settingsOf(suite.plan(profile, "any", { rootSeed })).includes(setting),
  );
  if (elsewhere.length === 0) throw unknownName("setting", setting, settings);
  throw new HarnessError(
    `The ${plan.profile} profile of ${suite.id} has no runs of the setting "${setting}". It has: ${settings.join(", ")}. ` +
      `Profiles with that setting: ${elsewhere.join(", ")} (--profile).`,
  );
}

const settingsOf = ({ runs }: Plan): string[] => [...new Set(runs.map(({ setting }) => setting))];

/** The arms of a claim, or of the whole plan: "a under random, b under random". */
function armsText(suite: Suite, { runs }: Plan, claim: string | undefined): string {
  const counts = claim === undefined ? () => true : decides(findClaim(suite, claim), suite);
  return [...new Set(runs.filter(counts).map(({ model, setting }) => `${model} under ${setting}`))].join(", ");
}
