/** What the paper says of a linear classifier on ALI's features, as claims. */
import { published } from "../../baselines/papers/ali/published.ts";
import type { Claim, Quantity } from "../../harness/contract/claims.ts";
import type { RegressionMetric } from "../../harness/contract/suite.ts";
import type { MetricKey } from "./metrics.ts";
import type { Slot } from "./settings.ts";

export const PLACE = "table tab:semi-supervised-svhn, 1000 labels";
export const ERROR: Quantity<MetricKey> = {
  metric: "error",
  label: "test error of an L2-SVM on 1,000 labels",
  unit: "%",
  better: "lower",
  worst: 100,
  best: 0,
  nesting: ["encoder", "labelDraw"],
};
export const ASSUMPTION =
  "features, version 1: the outputs of the batch norms of the encoder's last three hidden layers and μ, 5,376 numbers; the text says 8,960, which the printed table cannot give";
const DCGAN_ASSUMPTION =
  "DCGAN on SVHN, version 1: no trainer was published; networks from the shipped weights, training after the faces script";

const base = { place: PLACE, axis: "encoder", family: "l2-svm" } as const;

export const CLAIMS: readonly Claim<Slot, MetricKey>[] = [
  {
    ...base,
    kind: "ordering",
    id: "ali-below-dcgan",
    family: "l2-svm ordering",
    statement: "ALI + L2-SVM has a lower test error than DCGAN + L2-SVM.",
    quantity: ERROR,
    arms: ["dcgan-l2-svm", "ali-l2-svm"],
    published: [published("svhn/dcgan-l2-svm/1000"), published("svhn/ali-l2-svm/1000")],
    design: "unpaired",
    assumption: DCGAN_ASSUMPTION,
  },
  {
    ...base,
    kind: "point",
    id: "ali-error",
    statement: "ALI + L2-SVM has 19.14 % test error.",
    quantity: ERROR,
    arm: "ali-l2-svm",
    published: published("svhn/ali-l2-svm/1000"),
    margin: { value: 1, reason: "a third of the step of 3 points that the paper claims over DCGAN" },
    assumption: ASSUMPTION,
  },
  {
    ...base,
    kind: "point",
    id: "ali-error-within-encoders",
    axis: "labelDraw",
    statement: "Label draws on the features of a given encoder have a mean test error of 19.14 %.",
    quantity: ERROR,
    arm: "ali-l2-svm",
    published: published("svhn/ali-l2-svm/1000"),
    margin: { value: 1, reason: "as for the claim on encoders; this one says nothing of another encoder" },
    assumption: ASSUMPTION,
  },
  {
    ...base,
    kind: "point",
    id: "dcgan-error",
    statement: "DCGAN + L2-SVM has 22.18 % test error.",
    quantity: ERROR,
    arm: "dcgan-l2-svm",
    published: published("svhn/dcgan-l2-svm/1000"),
    margin: { value: 1, reason: "as for ALI; the DCGAN paper itself prints 22.48" },
    assumption: DCGAN_ASSUMPTION,
  },
  {
    ...base,
    kind: "gap",
    id: "ali-three-points-below-dcgan",
    place: "text beside table tab:semi-supervised-svhn",
    statement: "ALI + L2-SVM is roughly 3.00 ± 0.50 points below DCGAN + L2-SVM.",
    quantity: ERROR,
    arms: ["ali-l2-svm", "dcgan-l2-svm"],
    published: published("svhn/ali-l2-svm-minus-dcgan-l2-svm/1000"),
    margin: { value: 1, reason: "a third of the gap" },
    design: "unpaired",
    assumption: DCGAN_ASSUMPTION,
  },
];

export const REGRESSION: readonly RegressionMetric<MetricKey>[] = [
  { quantity: ERROR, margin: { value: 1, reason: "the margin of the claim on the error" } },
];
