/** Settings that the models of images share. */
import type { TrainingSettings } from "./trained-model.ts";

export interface ImageSettings extends TrainingSettings {
  /** Batch norm's ε. */
  readonly batchNormEpsilon: number;
}

/** The printed tables of networks, and the authors' code's where it departs from them (`…-code`). */
export type ImageNetworkId = "svhn" | "cifar10" | "cifar10-code" | "celeba" | "celeba-code" | "tiny-imagenet";

/** Which networks, and how large. */
export interface ImageScale {
  readonly network: ImageNetworkId;
  /** Every hidden layer's features times this, at least 1: the scale of reduced budgets. 1 is the paper's. */
  readonly widthFactor: number;
  /** Every dropout rate times this, from 0 to 1; without it the printed rates. */
  readonly dropoutFactor?: number;
  /** Dimensions of z, where they are not the printed ones. */
  readonly latent?: number;
}

export interface ImageModelSettings extends ImageSettings, ImageScale {
  readonly batchSize: number;
}

/** The same in all tables; ε of Adam and of batch norm are the authors' code's. "β2 = 10⁻³" as printed is 1 − β2. */
const COMMON = {
  widthFactor: 1,
  learningRate: 1e-4,
  beta1: 0.5,
  beta2: 0.999,
  epsilon: 1e-8,
  initialSd: 0.01,
  batchNormEpsilon: 1e-4,
};

/** What the tables print, by the network. */
export const PAPER_SETTINGS: Readonly<Record<ImageNetworkId, ImageModelSettings>> = {
  svhn: { ...COMMON, network: "svhn", batchSize: 100 },
  cifar10: { ...COMMON, network: "cifar10", batchSize: 100 },
  "cifar10-code": { ...COMMON, network: "cifar10-code", batchSize: 100 },
  celeba: { ...COMMON, network: "celeba", batchSize: 100 },
  "celeba-code": { ...COMMON, network: "celeba-code", batchSize: 100 },
  "tiny-imagenet": { ...COMMON, network: "tiny-imagenet", batchSize: 128 },
};
