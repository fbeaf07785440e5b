/** Which baseline a compare is against, and whether it can be. */

import { join, relative } from "node:path";
import type { Profile } from "../contract/run.ts";
import type { Suite } from "../contract/suite.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { planOf } from "../plan/plan-of.ts";
import { thisProject } from "../project.ts";
import { ACCEPTED, runCommand } from "./acceptable.ts";
import { type Difference, differencesOf } from "./baseline.ts";
import { currentBaseline, type StoredBaseline } from "./baseline-files.ts";
import type { BaselineSource } from "./change-data.ts";

export const baselinesFolder = (): string => join(thisProject().root, ACCEPTED);

export interface Wanted {
  readonly suite: Suite;
  readonly profile: Profile;
  readonly seed: string;
}

export function noBaseline({ suite, profile }: Wanted, what: string): HarnessError {
  return new HarnessError(
    `NO BASELINE ${what}. Accept one: ${runCommand(suite, { profile })}, then npm run accept ${suite.id}${suite.literal ? "" : ` -- --profile ${profile}`}.`,
    EXIT.cannotJudge,
  );
}

/** The baseline of this budget on this engine class. Throws HarnessError (NO BASELINE, NOT COMPARABLE). */
export function baselineFor(wanted: Wanted, history: readonly StoredBaseline[], engineClass: string): StoredBaseline {
  const { suite, seed } = wanted;
  const plan = planOf(suite, wanted, engineClass);
  const found = currentBaseline(baselinesFolder(), { suite: suite.id, budget: plan.budget, engineClass });
  if (found) return found;
  const elsewhere = history.find(({ baseline }) => baseline.profile === plan.profile);
  if (!elsewhere) throw noBaseline(wanted, `of the profile ${plan.profile}`);
  throw notComparable(
    relative(thisProject().root, elsewhere.file),
    differencesOf(elsewhere.baseline, { suite, plan, engineClass, rootSeed: seed }),
  );
}

const OF_A_FILE =
  "Give the options that it was made with, let the code of its revision do its runs here (--rev; npm run history names it), or accept a baseline of what is there now.";
const OF_A_REVISION = "Name a revision at which these are as they are now.";
/** What to do where a compare with it is not possible. */
export const adviceOn = ({ kind }: BaselineSource): string => (kind === "revision" ? OF_A_REVISION : OF_A_FILE);

/**
 * @param baseline what it is, in words
 * @throws HarnessError where the sides differ in a field in which they have to agree
 */
export function requireComparable(baseline: string, differences: readonly Difference[], advice = OF_A_FILE): void {
  if (differences.length > 0) throw notComparable(baseline, differences, advice);
}

function notComparable(baseline: string, differences: readonly Difference[], advice = OF_A_FILE): HarnessError {
  const fields = differences.map(({ field, baseline, now }) => `${field}: baseline ${baseline}, now ${now}`);
  return new HarnessError(`NOT COMPARABLE with ${baseline}: ${fields.join("; ")}. ${advice}`, EXIT.cannotJudge);
}
