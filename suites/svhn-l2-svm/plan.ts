/** The runs of the suite: each is one encoder, with the linear classifiers on it. */
import { DCGAN_SVHN } from "../../baselines/models/dcgan/images.ts";
import { dcganSvhn } from "../../baselines/models/dcgan/networks.ts";
import type { ImageData } from "../../datasets/image-data.ts";
import type { PlanAsked, PlannedRun, PlannedRuns } from "../../harness/contract/suite-definition.ts";
import {
  type BudgetId,
  budgetOf,
  imageBudget,
  imageRunSettings,
  updatesOnPapersData,
} from "../shared/images/budgets.ts";
import { budgetName, dataScope, imagesFor, missing } from "../shared/images/data.ts";
import { onPapersData, replicatesUpTo, runOn } from "../shared/images/plan.ts";
import {
  DCGAN_EPOCHS,
  DCGAN_PAPER_IMAGES,
  DCGAN_UPDATES,
  type Settings,
  SLOTS,
  type Slot,
  svmSettings,
} from "./settings.ts";

/** Of all runs: the networks as printed. */
const SETTING = "table";

export function planOf({ profile, engineClass, replicates = 1 }: PlanAsked): PlannedRuns<Slot, Settings> {
  const budget = budgetOf(profile, engineClass);
  const data = imagesFor("svhn", profile);
  const draws = svmSettings(budget, "ali-l2-svm").testDraws;
  if (!data) {
    const leftOut = SLOTS.map((model) => ({ model, setting: SETTING, runs: replicates }));
    const without = missing("svhn", "ALI + L2-SVM and DCGAN + L2-SVM on SVHN", leftOut);
    return { budget, runs: [], scope: SCOPE[budget], missing: [without], draws };
  }
  const runs = replicatesUpTo(replicates).flatMap((replicate): PlannedRun<Slot, Settings>[] => {
    const shared = { setting: SETTING, replicate, ...runOn(budget, data) };
    return [
      {
        arm: "ali-l2-svm",
        ...shared,
        ...ofAli(budget, data),
        ...onPapersData(profile, data, updatesOnPapersData("svhn")),
      },
      {
        arm: "dcgan-l2-svm",
        ...shared,
        ...ofDcgan(budget, data),
        ...onPapersData(profile, data, DCGAN_EPOCHS * dcganEpoch(DCGAN_PAPER_IMAGES)),
      },
    ];
  });
  return { budget: budgetName(budget, [data]), runs, scope: `${SCOPE[budget]} ${dataScope([data])}`, draws };
}

function ofAli(id: BudgetId, data: ImageData) {
  const budget = imageBudget(id, data);
  return {
    updates: budget.updates,
    settings: {
      ...imageRunSettings("svhn", budget, data),
      reconstructed: budget.reconstructed,
      svm: svmSettings(id, "ali-l2-svm"),
    },
  };
}

/** A step is an update of either network; in the authors' script a minibatch is one or the other. */
const dcganEpoch = (images: number): number => Math.floor(images / DCGAN_SVHN.batchSize / 2);

function ofDcgan(id: BudgetId, data: ImageData) {
  const { widthFactor } = imageBudget(id, data);
  const perEpoch = dcganEpoch(data.splits.train!);
  const updates = id === "paper" ? DCGAN_EPOCHS * perEpoch : DCGAN_UPDATES[id];
  return {
    updates,
    settings: {
      ...DCGAN_SVHN,
      latent: dcganSvhn.projection.input[2],
      widthFactor,
      curveEvery: id === "paper" ? perEpoch : Math.ceil(updates / 20),
      data: data.name,
      shape: data.shape,
      svm: svmSettings(id, "dcgan-l2-svm"),
    },
  };
}

const SCOPE: Readonly<Record<BudgetId, string>> = {
  paper: "The printed networks, 100 epochs; one encoder, 100 draws of labels.",
  quick:
    "The printed networks with a fraction of their features for a few minutes, 10 draws: it shows what that budget reaches, and says nothing of the paper's table.",
  "quick-wasm":
    "The quick profile cut down for a slow engine: it shows that the pipeline works; never compared with results of the tensorflow engine.",
  smoke:
    "Tiny networks for a few updates on generated images: it shows that the pipeline works, and nothing about the models.",
};
