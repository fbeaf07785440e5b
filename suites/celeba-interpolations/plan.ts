/** The runs of the suite: each ALI that samples-and-reconstructions trained on CelebA, measured again. */
import { z } from "zod";
import type { PlanAsked, PlannedRun, PlannedRuns } from "../../harness/contract/suite-definition.ts";
import { scopeOf } from "../samples-and-reconstructions/plan.ts";
import { SETTINGS as TRAINED } from "../samples-and-reconstructions/settings.ts";
import { samplesAndReconstructionsSuite } from "../samples-and-reconstructions/suite.ts";
import { budgetOf } from "../shared/images/budgets.ts";
import { budgetName, imagesFor, missing } from "../shared/images/data.ts";
import type { ImageRunSettings } from "../shared/images/settings.ts";

const ARM = "ali-celeba";
/** Pairs of validation images in the picture, and behind the numbers; steps from one to the other, both included. */
export const PAIRS = { shown: 10, measured: 100, steps: 9 };

/** Those of the run that it starts from, and the pairs. */
export const SETTINGS = TRAINED.extend({
  pairs: z.strictObject({ shown: z.int().positive(), measured: z.int().positive(), steps: z.int().min(2) }),
});
export type Settings = z.infer<typeof SETTINGS> & ImageRunSettings;

export function planOf({ profile, engineClass, ...options }: PlanAsked): PlannedRuns<typeof ARM, Settings> {
  const upstream = samplesAndReconstructionsSuite.plan(profile, engineClass, options);
  const budget = budgetOf(profile, engineClass);
  const data = imagesFor("celeba", profile);
  const wanted = ({ model, setting }: { readonly model: string; readonly setting: string }): boolean =>
    model === ARM && setting === "table";
  if (!data) {
    const leftOut = (upstream.missing ?? []).flatMap((without) => without.leftOut.filter(wanted));
    return { budget, runs: [], scope: scopeOf(budget, []), missing: [missing("celeba", WHAT, leftOut)] };
  }
  const runs = upstream.runs.filter(wanted).map((from): PlannedRun<typeof ARM, Settings> => {
    const { budget, setting, replicate, dataSha256 } = from;
    const settings = { ...TRAINED.parse(from.settings), pairs: PAIRS };
    return { arm: ARM, budget, setting, replicate, dataSha256, updates: 0, settings, needs: from };
  });
  return {
    budget: budgetName(budget, [data]),
    runs,
    scope: scopeOf(budget, [data]),
    updatesOnPapersData: upstream.updatesOnPapersData ?? {},
  };
}
const WHAT = "interpolations on CelebA";
