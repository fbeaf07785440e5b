/** What the claims of both tables share. */
import type { Margin, Quantity } from "../../../harness/contract/claims.ts";
import type { RegressionMetric } from "../../../harness/contract/suite.ts";
import type { MetricKey } from "./metrics.ts";

export const ERROR = {
  metric: "error",
  label: "test error",
  unit: "%",
  better: "lower",
  worst: 100,
  best: 0,
} as const satisfies Quantity<MetricKey>;

/** A replicate is one draw of labels and one initialisation, as in the scripts that the cited numbers come from. */
export const AXIS = "labelDraw";

/** What is chosen where the protocol of a row was never published; the choices stand in the models' READMEs. */
export const ASSUMPTIONS = {
  aliK1:
    "ALI K+1, version 1: no code was published; networks, recipe, the weights of its terms and the code z at test time are chosen here",
  m1m2: "M1 + M2, version 1: M2's sizes on SVHN and M1's end are not published; those of the script for MNIST, a fixed number of epochs",
  sdgm: "SDGM, version 1: its networks on SVHN are not published; those of the script for MNIST, a Gaussian likelihood",
  swwae: "SWWAE, version 1: weights of its terms, optimiser, amount of training and preprocessing are chosen here",
  catgan: "CatGAN, version 1: networks after recollection, optimiser and amount of training are chosen here",
} as const;

/** Errors of about 8 to 20 %. */
export const ONE_POINT: Margin = {
  value: 1,
  reason: "about half of what ALI gains over feature matching on CIFAR10 with 1,000 labels",
};

export const REGRESSION: readonly RegressionMetric<MetricKey>[] = [
  { quantity: ERROR, margin: { value: 1, reason: "the margin of the claims on the error" } },
];
