/** The runs of the suite: each is one encoder, with the linear classifiers on it. */
import { DCGAN_SVHN } from "../../baselines/models/dcgan/images.ts";
import { dcganSvhn } from "../../baselines/models/dcgan/networks.ts";
import type { ImageData } from "../../datasets/image-data.ts";
import type { Profile, RunSpec } from "../../harness/contract/run.ts";
import type { Plan } from "../../harness/contract/suite.ts";
import {
  type BudgetId,
  budgetOf,
  imageBudget,
  imageRunSettings,
  updatesOnPapersData,
} from "../shared/images/budgets.ts";
import { budgetName, dataScope, imagesFor, missing } from "../shared/images/data.ts";
import { imageSpec, onPapersData, replicatesUpTo } from "../shared/images/plan.ts";
import { DCGAN_EPOCHS, DCGAN_PAPER_IMAGES, DCGAN_UPDATES, SLOTS, type Slot, svmSettings } from "./settings.ts";

export const SUITE = "svhn-l2-svm";
export const VERSION = 2;
/** Of all runs: the networks as printed. */
const SETTING = "table";

type Versions = Readonly<Record<Slot, number>>;

export function planOf(profile: Profile, engineClass: string, replicates: number, versions: Versions): Plan {
  const budget = budgetOf(profile, engineClass);
  const data = imagesFor("svhn", profile);
  const draws = svmSettings(budget, "ali-l2-svm").testDraws;
  if (!data) {
    const leftOut = SLOTS.map((model) => ({ model, setting: SETTING, runs: replicates }));
    const without = missing("svhn", "ALI + L2-SVM and DCGAN + L2-SVM on SVHN", leftOut);
    return { profile, budget, runs: [], scope: SCOPE[budget], missing: [without], draws };
  }
  const runs = replicatesUpTo(replicates).flatMap((replicate) => [
    aliSpec(profile, budget, data, replicate, versions["ali-l2-svm"]),
    dcganSpec(profile, budget, data, replicate, versions["dcgan-l2-svm"]),
  ]);
  return {
    ...{ profile, budget: budgetName(budget, [data]), runs, scope: `${SCOPE[budget]} ${dataScope([data])}`, draws },
    ...onPapersData([data], runs, ({ model }) =>
      model === "dcgan-l2-svm" ? DCGAN_EPOCHS * dcganEpoch(DCGAN_PAPER_IMAGES) : updatesOnPapersData("svhn"),
    ),
  };
}

/** The run that trains ALI on SVHN, for who starts from it. @throws TypeError where there are no images. */
export function aliOnSvhn(profile: Profile, engineClass: string, replicate: number, modelVersion: number): RunSpec {
  const data = imagesFor("svhn", profile);
  if (!data) throw new TypeError("there are no images of SVHN");
  return aliSpec(profile, budgetOf(profile, engineClass), data, replicate, modelVersion);
}

function aliSpec(profile: Profile, id: BudgetId, data: ImageData, replicate: number, modelVersion: number): RunSpec {
  const budget = imageBudget(id, data);
  return imageSpec({
    ...{ suite: SUITE, suiteVersion: VERSION, profile, budget: id, model: "ali-l2-svm", modelVersion },
    ...{ setting: SETTING, replicate, data, updates: budget.updates },
    settings: {
      ...imageRunSettings("svhn", budget, data),
      reconstructed: budget.reconstructed,
      svm: svmSettings(id, "ali-l2-svm"),
    },
  });
}

/** A step is an update of either network; in the authors' script a minibatch is one or the other. */
const dcganEpoch = (images: number): number => Math.floor(images / DCGAN_SVHN.batchSize / 2);

function dcganSpec(profile: Profile, id: BudgetId, data: ImageData, replicate: number, modelVersion: number): RunSpec {
  const { widthFactor } = imageBudget(id, data);
  const perEpoch = dcganEpoch(data.splits.train!);
  const updates = id === "paper" ? DCGAN_EPOCHS * perEpoch : DCGAN_UPDATES[id];
  return imageSpec({
    ...{ suite: SUITE, suiteVersion: VERSION, profile, budget: id, model: "dcgan-l2-svm", modelVersion },
    ...{ setting: SETTING, replicate, data, updates },
    settings: {
      ...DCGAN_SVHN,
      latent: dcganSvhn.projection.input[2],
      widthFactor,
      curveEvery: id === "paper" ? perEpoch : Math.ceil(updates / 20),
      data: data.name,
      shape: data.shape,
      svm: svmSettings(id, "dcgan-l2-svm"),
    },
  });
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
