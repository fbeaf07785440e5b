/** The runs of the suite: ALI on each dataset whose images are here; on SVHN those of svhn-l2-svm, measured again. */
import type { ImageData } from "../../datasets/image-data.ts";
import type { Profile, RunSpec } from "../../harness/contract/run.ts";
import type { MissingData, Plan } from "../../harness/contract/suite.ts";
import {
  type BudgetId,
  budgetOf,
  type ImageBudget,
  imageBudget,
  imageRunSettings,
  updatesOnPapersData,
} from "../shared/images/budgets.ts";
import { budgetName, dataScope, imagesFor, missing, TITLES } from "../shared/images/data.ts";
import { imageSpec, onPapersData, replicatesUpTo } from "../shared/images/plan.ts";
import { aliOnSvhn } from "../svhn-l2-svm/plan.ts";
import { CODE, NETWORKS, SLOTS, type Slot } from "./settings.ts";

export const SUITE = "samples-and-reconstructions";
export const VERSION = 2;

/** What a run measures on, beside what it trains with. */
export const measured = ({ reconstructed, compared, classifierUpdates }: ImageBudget) => ({
  reconstructed,
  compared,
  classifierUpdates,
});

export function planOf(
  profile: Profile,
  engineClass: string,
  { replicates = 1, modelVersion }: { readonly replicates?: number; readonly modelVersion: number },
): Plan {
  const budgetId = budgetOf(profile, engineClass);
  const runs: RunSpec[] = [];
  const needs: RunSpec[] = [];
  const without: MissingData[] = [];
  const used: ImageData[] = [];
  for (const [slot, dataset] of Object.entries(SLOTS) as [Slot, (typeof SLOTS)[Slot]][]) {
    const data = imagesFor(dataset, profile);
    // In a reduced profile the code's networks would repeat the training on the same pictures.
    const networks = Object.entries(NETWORKS[slot]).filter(([setting]) => setting !== CODE || profile === "paper");
    if (!data) {
      const leftOut = networks.map(([setting]) => ({ model: slot, setting, runs: replicates }));
      without.push(missing(dataset, `samples and reconstructions of ${TITLES[dataset]}`, leftOut));
      continue;
    }
    used.push(data);
    const budget = imageBudget(budgetId, data);
    for (const [setting, network] of networks)
      for (const replicate of replicatesUpTo(replicates)) {
        const from = slot === "ali-svhn" ? aliOnSvhn(profile, engineClass, replicate, modelVersion) : undefined;
        if (from) needs.push(from);
        runs.push(
          imageSpec({
            ...{ suite: SUITE, suiteVersion: VERSION, profile, budget: budgetId, model: slot, modelVersion, setting },
            ...{ replicate, data, updates: from ? 0 : budget.updates },
            settings: { ...imageRunSettings(network, budget, data), ...measured(budget) },
            from,
          }),
        );
      }
  }
  return {
    ...{ profile, budget: budgetName(budgetId, used), runs, needs, scope: scopeOf(budgetId, used), missing: without },
    ...onPapersData(used, [...runs, ...needs], ({ model }) => updatesOnPapersData(SLOTS[model as Slot] ?? "svhn")),
  };
}

/** What results of a budget on these images can and cannot show. */
export const scopeOf = (budget: BudgetId, data: readonly ImageData[]): string => `${SCOPE[budget]} ${dataScope(data)}`;

const SCOPE: Readonly<Record<BudgetId, string>> = {
  paper: "The printed networks, batches and epochs.",
  quick:
    "The printed networks with a fraction of their features for a few minutes of training: they show what that budget reaches, and say nothing of the paper's pictures.",
  "quick-wasm":
    "The quick profile cut down for a slow engine: it shows that the pipeline works; never compared with results of the tensorflow engine.",
  smoke:
    "Tiny networks for a few updates on generated images: it shows that the pipeline works, and nothing about the models.",
};
