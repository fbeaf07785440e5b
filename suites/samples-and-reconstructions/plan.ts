/** The runs of the suite: ALI on each dataset whose images are here; on SVHN those of svhn-l2-svm, measured again. */
import type { ImageData } from "../../datasets/image-data.ts";
import type { MissingData } from "../../harness/contract/suite.ts";
import type { PlanAsked, PlannedRun, PlannedRuns } from "../../harness/contract/suite-definition.ts";
import {
  type BudgetId,
  budgetOf,
  type ImageBudget,
  imageBudget,
  imageRunSettings,
  updatesOnPapersData,
} from "../shared/images/budgets.ts";
import { budgetName, dataScope, imagesFor, missing, TITLES } from "../shared/images/data.ts";
import { onPapersData, replicatesUpTo, runOn } from "../shared/images/plan.ts";
import { svhnL2SvmSuite } from "../svhn-l2-svm/suite.ts";
import { CODE, NETWORKS, type Settings, SLOTS, type Slot } from "./settings.ts";

/** What a run measures on, beside what it trains with. */
const measured = ({ reconstructed, compared, classifierUpdates }: ImageBudget) => ({
  reconstructed,
  compared,
  classifierUpdates,
});

export function planOf({ profile, engineClass, rootSeed, replicates = 1 }: PlanAsked): PlannedRuns<Slot, Settings> {
  const budgetId = budgetOf(profile, engineClass);
  const onSvhn = svhnL2SvmSuite.plan(profile, engineClass, { rootSeed, replicates });
  const runs: PlannedRun<Slot, Settings>[] = [];
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
    const trained = { updates: budget.updates, ...onPapersData(profile, data, updatesOnPapersData(dataset)) };
    for (const [setting, network] of networks)
      for (const replicate of replicatesUpTo(replicates)) {
        const isItsTraining = (run: (typeof onSvhn.runs)[number]): boolean =>
          run.model === "ali-l2-svm" && run.replicate === replicate;
        const from = slot === "ali-svhn" ? onSvhn.runs.find(isItsTraining) : undefined;
        runs.push({
          arm: slot,
          setting,
          replicate,
          ...runOn(budgetId, data),
          settings: { ...imageRunSettings(network, budget, data), ...measured(budget) },
          ...(from ? { updates: 0, needs: from } : trained),
        });
      }
  }
  return {
    budget: budgetName(budgetId, used),
    runs,
    scope: scopeOf(budgetId, used),
    missing: without,
    updatesOnPapersData: onSvhn.updatesOnPapersData ?? {},
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
