/** The runs of the suite: conditional ALI on CelebA, under both readings of its embedding. */
import { z } from "zod";
import { CONDITIONAL_CELEBA } from "../../baselines/models/conditional-ali/images.ts";
import type { PlanAsked, PlannedRun, PlannedRuns } from "../../harness/contract/suite-definition.ts";
import { budgetOf, imageBudget, imageRunSettings, updatesOnPapersData } from "../shared/images/budgets.ts";
import { budgetName, dataScope, imagesFor, missing } from "../shared/images/data.ts";
import { onPapersData, replicatesUpTo, runOn } from "../shared/images/plan.ts";
import { IMAGE_RUN, type ImageRunSettings } from "../shared/images/settings.ts";

const ARM = "conditional-ali";
/** Whether the embedding of the attributes learns, or stays as it was drawn: the code leaves it out of both updates. */
const EMBEDDINGS = ["trained", "fixed"] as const;

export const SETTINGS = IMAGE_RUN.extend({
  attributes: z.int().positive(),
  embeddingUnits: z.int().positive(),
  embedding: z.enum(EMBEDDINGS),
  reconstructed: z.int().positive(),
});
export type Settings = z.infer<typeof SETTINGS> & ImageRunSettings;

export function planOf({ profile, engineClass, replicates = 1 }: PlanAsked): PlannedRuns<typeof ARM, Settings> {
  const id = budgetOf(profile, engineClass);
  const data = imagesFor("celeba", profile);
  if (!data) {
    const leftOut = EMBEDDINGS.map((setting) => ({ model: ARM, setting, runs: replicates }));
    const without = missing("celeba", "conditional generation of CelebA", leftOut);
    return { budget: id, runs: [], scope: SCOPE[id], missing: [without] };
  }
  const budget = imageBudget(id, data, id === "paper" ? CONDITIONAL_CELEBA.batchSize : undefined);
  const runs = EMBEDDINGS.flatMap((embedding) =>
    replicatesUpTo(replicates).map(
      (replicate): PlannedRun<typeof ARM, Settings> => ({
        arm: ARM,
        setting: embedding,
        replicate,
        updates: budget.updates,
        ...runOn(id, data),
        settings: {
          ...CONDITIONAL_CELEBA,
          ...imageRunSettings(CONDITIONAL_CELEBA.network, budget, data),
          embedding,
          reconstructed: budget.reconstructed,
        },
        ...onPapersData(profile, data, updatesOnPapersData("celeba", CONDITIONAL_CELEBA.batchSize)),
      }),
    ),
  );
  return { budget: budgetName(id, [data]), runs, scope: `${SCOPE[id]} ${dataScope([data])}` };
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
