/** The runs of the suite: each ALI that samples-and-reconstructions trained on CelebA, measured again. */
import type { RunSpec } from "../../harness/contract/run.ts";
import type { Plan } from "../../harness/contract/suite.ts";
import { specSha256 } from "../../harness/store/run-key.ts";
import { scopeOf } from "../samples-and-reconstructions/plan.ts";
import { budgetOf, updatesOnPapersData } from "../shared/images/budgets.ts";
import { budgetName, imagesFor, missing } from "../shared/images/data.ts";
import { onPapersData } from "../shared/images/plan.ts";

export const SUITE = "celeba-interpolations";
export const VERSION = 1;
/** Pairs of validation images in the picture, and behind the numbers; steps from one to the other, both included. */
export const PAIRS = { shown: 10, measured: 100, steps: 9 };

/** @param upstream the plan of samples-and-reconstructions */
export function planOf(upstream: Plan, engineClass: string): Plan {
  const { profile } = upstream;
  const budget = budgetOf(profile, engineClass);
  const data = imagesFor("celeba", profile);
  const wanted = ({ model, setting }: { readonly model: string; readonly setting: string }): boolean =>
    model === "ali-celeba" && setting === "table";
  if (!data) {
    const leftOut = (upstream.missing ?? []).flatMap((without) => without.leftOut.filter(wanted));
    return { profile, budget, runs: [], scope: scopeOf(budget, []), missing: [missing("celeba", WHAT, leftOut)] };
  }
  const needs = upstream.runs.filter(wanted);
  const runs = needs.map(
    (from): RunSpec => ({
      ...from,
      suite: SUITE,
      suiteVersion: VERSION,
      path: `${SUITE}/${from.budget}/${from.model}/${from.setting}/replicate=${from.replicate}`,
      updates: 0,
      settings: { ...from.settings, pairs: PAIRS },
      needs: { suite: from.suite, path: from.path, specSha256: specSha256(from) },
    }),
  );
  return {
    ...{ profile, budget: budgetName(budget, [data]), runs, needs, scope: scopeOf(budget, [data]) },
    ...onPapersData([data], needs, () => updatesOnPapersData("celeba")),
  };
}
const WHAT = "interpolations on CelebA";
