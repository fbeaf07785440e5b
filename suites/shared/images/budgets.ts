/** How much is trained on images, per budget and dataset: the printed amounts, and short ones. */
import { IMAGE_NETWORKS } from "../../../baselines/models/ali/networks/networks-of.ts";
import { type ImageNetworkId, PAPER_SETTINGS } from "../../../baselines/models/image-settings.ts";
import type { DatasetId } from "../../../datasets/dataset-ids.ts";
import type { ImageData } from "../../../datasets/image-data.ts";
import { updatesPerEpoch } from "./minibatches.ts";
import type { ImageRunSettings } from "./settings.ts";

export { budgetOf } from "../../../harness/contract/profiles.ts";

/** Epochs of the printed tables. */
export const PAPER_EPOCHS: Readonly<Record<DatasetId, number>> = {
  cifar10: 6475,
  svhn: 100,
  celeba: 123,
  "imagenet-64": 125,
};
/** Networks as the tables print them. */
export const PRINTED_NETWORK: Readonly<Record<DatasetId, ImageNetworkId>> = {
  cifar10: "cifar10",
  svhn: "svhn",
  celeba: "celeba",
  "imagenet-64": "tiny-imagenet",
};

/** Images that the paper trains on, of `trainedOn`. */
const PAPER_IMAGES: Readonly<Record<DatasetId, number>> = {
  cifar10: 45_000,
  svhn: 531_131,
  celeba: 162_770,
  "imagenet-64": 1_281_167,
};

/** The split that a model is trained on, and the one that is reconstructed and learning curves are taken on. */
export const trainedOn = (dataset: DatasetId): string => (dataset === "svhn" ? "extra" : "train");
export const HELD_OUT = "validation";

export interface ImageBudget {
  /** Features of hidden layers, as a share of the printed ones. */
  readonly widthFactor: number;
  /** Dropout's rates, as a share of the printed ones. */
  readonly dropoutFactor: number;
  /** Absent: the printed ones. */
  readonly learningRate?: number;
  readonly initialSd?: number;
  readonly batchSize: number;
  readonly updates: number;
  readonly curveEvery: number;
  /** Held-out images that are reconstructed for the error. */
  readonly reconstructed: number;
  /** Samples and held-out images behind the Fréchet distance. */
  readonly compared: number;
  /** Updates of the classifier whose features the distance is taken in. */
  readonly classifierUpdates: number;
}
export type BudgetId = "paper" | "quick" | "quick-wasm" | "smoke";

/**
 * Short budgets: the same networks with fewer features, larger steps, fewer of them. No dropout in `quick`: of a tenth of
 * the features it takes too much (measured: the notebook, "What a few minutes reach on images").
 */
const REDUCED: Readonly<Record<Exclude<BudgetId, "paper">, ImageBudget>> = {
  quick: {
    widthFactor: 0.125,
    dropoutFactor: 0,
    learningRate: 1e-3,
    initialSd: 0.05,
    batchSize: 50,
    updates: 5_000,
    curveEvery: 100,
    reconstructed: 500,
    compared: 1_000,
    classifierUpdates: 1_000,
  },
  "quick-wasm": {
    widthFactor: 0.0625,
    dropoutFactor: 0,
    learningRate: 4e-4,
    initialSd: 0.02,
    batchSize: 20,
    updates: 150,
    curveEvery: 15,
    reconstructed: 200,
    compared: 400,
    classifierUpdates: 200,
  },
  smoke: {
    widthFactor: 0.03125,
    dropoutFactor: 1,
    batchSize: 10,
    updates: 6,
    curveEvery: 2,
    reconstructed: 40,
    compared: 100,
    classifierUpdates: 10,
  },
};
/** Images of 64 × 64 cost four times as much a step. */
const LARGE_UPDATES: Readonly<Record<Exclude<BudgetId, "paper">, number>> = {
  quick: 1_000,
  "quick-wasm": 40,
  smoke: 4,
};

/** @param printedBatch of the paper's budget, where it is not the table's */
export function imageBudget(id: BudgetId, data: ImageData, printedBatch?: number): ImageBudget {
  const { dataset } = data;
  if (id === "paper") {
    const batchSize = printedBatch ?? PAPER_SETTINGS[PRINTED_NETWORK[dataset]].batchSize;
    const perEpoch = updatesPerEpoch(data.splits[trainedOn(dataset)]!, batchSize);
    return {
      widthFactor: 1,
      dropoutFactor: 1,
      batchSize,
      updates: PAPER_EPOCHS[dataset] * perEpoch,
      curveEvery: perEpoch,
      reconstructed: 5_000,
      compared: 10_000,
      classifierUpdates: 3_000,
    };
  }
  const budget = REDUCED[id];
  const large = dataset === "celeba" || dataset === "imagenet-64";
  return large ? { ...budget, updates: LARGE_UPDATES[id], curveEvery: Math.ceil(LARGE_UPDATES[id] / 10) } : budget;
}

/** Updates of the paper's budget on the paper's own images. */
export function updatesOnPapersData(dataset: DatasetId, printedBatch?: number): number {
  const batchSize = printedBatch ?? PAPER_SETTINGS[PRINTED_NETWORK[dataset]].batchSize;
  return PAPER_EPOCHS[dataset] * updatesPerEpoch(PAPER_IMAGES[dataset], batchSize);
}

export function imageRunSettings(network: ImageNetworkId, budget: ImageBudget, data: ImageData): ImageRunSettings {
  const printed = PAPER_SETTINGS[network];
  return {
    ...printed,
    widthFactor: budget.widthFactor,
    dropoutFactor: budget.dropoutFactor,
    learningRate: budget.learningRate ?? printed.learningRate,
    initialSd: budget.initialSd ?? printed.initialSd,
    batchSize: budget.batchSize,
    latent: IMAGE_NETWORKS[network].decoder.input[2],
    curveEvery: budget.curveEvery,
    data: data.name,
    shape: data.shape,
  };
}
