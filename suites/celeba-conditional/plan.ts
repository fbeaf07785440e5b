/** The runs of the suite: conditional ALI on CelebA, under both readings of its embedding. */
import { CONDITIONAL_CELEBA } from "../../baselines/models/conditional-ali/images.ts";
import type { Profile } from "../../harness/contract/run.ts";
import type { Plan } from "../../harness/contract/suite.ts";
import { budgetOf, imageBudget, imageRunSettings, updatesOnPapersData } from "../shared/images/budgets.ts";
import { budgetName, dataScope, imagesFor, missing } from "../shared/images/data.ts";
import { imageSpec, onPapersData, replicatesUpTo } from "../shared/images/plan.ts";

export const SUITE = "celeba-conditional";
export const VERSION = 1;
/** Whether the embedding of the attributes learns, or stays as it was drawn: the code leaves it out of both updates. */
export const EMBEDDINGS = ["trained", "fixed"] as const;

export function planOf(profile: Profile, engineClass: string, replicates: number, modelVersion: number): Plan {
  const id = budgetOf(profile, engineClass);
  const data = imagesFor("celeba", profile);
  if (!data) {
    const leftOut = EMBEDDINGS.map((setting) => ({ model: "conditional-ali", setting, runs: replicates }));
    const without = missing("celeba", "conditional generation of CelebA", leftOut);
    return { profile, budget: id, runs: [], scope: SCOPE[id], missing: [without] };
  }
  const budget = imageBudget(id, data, id === "paper" ? CONDITIONAL_CELEBA.batchSize : undefined);
  const runs = EMBEDDINGS.flatMap((embedding) =>
    replicatesUpTo(replicates).map((replicate) =>
      imageSpec({
        ...{ suite: SUITE, suiteVersion: VERSION, profile, budget: id, model: "conditional-ali", modelVersion },
        ...{ setting: embedding, replicate, data, updates: budget.updates },
        settings: {
          ...CONDITIONAL_CELEBA,
          ...imageRunSettings(CONDITIONAL_CELEBA.network, budget, data),
          embedding,
          reconstructed: budget.reconstructed,
        },
      }),
    ),
  );
  return {
    ...{ profile, budget: budgetName(id, [data]), runs, scope: `${SCOPE[id]} ${dataScope([data])}` },
    ...onPapersData([data], runs, () => updatesOnPapersData("celeba", CONDITIONAL_CELEBA.batchSize)),
  };
}

const SCOPE = {
  paper: "The printed networks with the code's embedding of the attributes, 123 epochs.",
  quick:
    "The printed networks with a fraction of their features for a few minutes: they show what that budget reaches, and say nothing of the paper's figure.",
  "quick-wasm":
    "The quick profile cut down for a slow engine: it shows that the pipeline works; never compared with results of the tensorflow engine.",
  smoke:
    "Tiny networks for a few updates on generated images: it shows that the pipeline works, and nothing about the models.",
} as const;
