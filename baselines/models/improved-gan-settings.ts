/** What the models after openai/improved-gan's scripts share: networks by the images, scaling, the published recipes. */
import * as tf from "@tensorflow/tfjs-core";
import {
  cifar10Classifier,
  earlierNetwork,
  narrowedClassifier,
  svhnClassifier,
} from "./gan-feature-matching/networks.ts";
import type { ImprovedGanRecipe } from "./improved-gan-update.ts";
import type { ClassifierNetwork } from "./weight-normed-classifier.ts";

export interface ImprovedGanSettings extends ImprovedGanRecipe {
  readonly network: "svhn" | "cifar10";
  /** The scripts as they stand, or as they were on 2016-06-09, nearer to the paper's runs. */
  readonly script: "release" | "june-9";
  /** Standard deviation of the initial weights. */
  readonly initialSd: number;
  /** Features of hidden layers as a share of the published ones, and dropout's rates: 1 but in reduced budgets. */
  readonly widthFactor: number;
  readonly dropoutFactor: number;
}

const COMMON = {
  learningRate: 3e-4,
  beta1: 0.5,
  beta2: 0.999,
  epsilon: 1e-8,
  initialSd: 0.05,
  widthFactor: 1,
  dropoutFactor: 1,
} as const;
/** Updates in an epoch are 73,257 and 50,000 images by 100. */
export const RELEASE: Readonly<Record<"svhn" | "cifar10", ImprovedGanSettings>> = {
  svhn: {
    ...COMMON,
    network: "svhn",
    script: "release",
    averageRate: 1e-4,
    schedule: { updatesPerEpoch: 732, flatEpochs: 600, epochs: 900 },
  },
  cifar10: {
    ...COMMON,
    network: "cifar10",
    script: "release",
    averageRate: 1e-4,
    schedule: { updatesPerEpoch: 500, flatEpochs: 800, epochs: 1200 },
  },
};
/** 501 epochs of SVHN, 1,001 of CIFAR10, at a constant rate. */
export const JUNE_9: Readonly<Record<"svhn" | "cifar10", ImprovedGanSettings>> = {
  svhn: { ...COMMON, network: "svhn", script: "june-9", averageRate: 1e-3 },
  cifar10: { ...COMMON, network: "cifar10", script: "june-9", averageRate: 1e-3 },
};

/** The discriminator that settings ask for. */
export function classifierOf({
  network,
  script,
  widthFactor,
  dropoutFactor,
}: Pick<ImprovedGanSettings, "network" | "script" | "widthFactor" | "dropoutFactor">): ClassifierNetwork {
  const published = { svhn: svhnClassifier, cifar10: cifar10Classifier }[network];
  const narrowed = narrowedClassifier(published, widthFactor, dropoutFactor);
  return script === "release" ? narrowed : earlierNetwork(narrowed);
}

/** Pixels in [0, 1] → (255 x − 127.5) / 127.5 for SVHN, / 128 for CIFAR10. */
export function scaling(network: ImprovedGanSettings["network"]): (x: tf.Tensor) => tf.Tensor4D {
  const divisor = { svhn: 127.5, cifar10: 128 }[network];
  return (x) => tf.sub(tf.mul(x, 255 / divisor), 127.5 / divisor);
}
