/**
 * The discriminator of GANs with feature matching as a classifier, row for row (openai/improved-gan,
 * train_svhn_feature_matching.py and train_cifar_feature_matching.py).
 */
import type { WeightNormedRow, WeightNormedTable } from "../../../harness/nn/weight-normed.ts";

export interface ClassifierNetwork {
  /** Scaled images [batch, 32, 32, 3] → the pooled features [batch, 1, 1, features]. */
  readonly features: WeightNormedTable;
  /** Those → logits [batch, 1, 1, classes]. */
  readonly head: WeightNormedTable;
}

const LEAK = 0.2;

// biome-ignore format: one line is one row of the network
const SVHN_ROWS: readonly WeightNormedRow[] = [
  // op       kernel  stride  padding  features  gain      deviation  nonlinearity
  ["dropout", 0.2],
  ["conv",    3,      1,      1,       64,       "frozen", 1,         "leakyRelu"],
  ["conv",    3,      1,      1,       64,       "frozen", 1,         "leakyRelu"],
  ["conv",    3,      2,      1,       64,       "frozen", 1,         "leakyRelu"],
  ["dropout", 0.5],
  ["conv",    3,      1,      1,       128,      "frozen", 1,         "leakyRelu"],
  ["conv",    3,      1,      1,       128,      "frozen", 1,         "leakyRelu"],
  ["conv",    3,      2,      1,       128,      "frozen", 1,         "leakyRelu"],
  ["dropout", 0.5],
  ["conv",    3,      1,      0,       128,      "frozen", 1,         "leakyRelu"],
  ["conv",    1,      1,      0,       128,      "frozen", 1,         "leakyRelu"],
  ["conv",    1,      1,      0,       128,      "frozen", 1,         "leakyRelu"],
  ["meanPool"],
];
// biome-ignore format: one line is one row of the network
const CIFAR10_ROWS: readonly WeightNormedRow[] = [
  // op       kernel  stride  padding  features  gain      deviation  nonlinearity
  ["dropout", 0.2],
  ["conv",    3,      1,      1,       96,       "frozen", 1,         "leakyRelu"],
  ["conv",    3,      1,      1,       96,       "frozen", 1,         "leakyRelu"],
  ["conv",    3,      2,      1,       96,       "frozen", 1,         "leakyRelu"],
  ["dropout", 0.5],
  ["conv",    3,      1,      1,       192,      "frozen", 1,         "leakyRelu"],
  ["conv",    3,      1,      1,       192,      "frozen", 1,         "leakyRelu"],
  ["conv",    3,      2,      1,       192,      "frozen", 1,         "leakyRelu"],
  ["dropout", 0.5],
  ["conv",    3,      1,      0,       192,      "frozen", 1,         "leakyRelu"],
  ["conv",    1,      1,      0,       192,      "frozen", 1,         "leakyRelu"],
  ["conv",    1,      1,      0,       192,      "frozen", 1,         "leakyRelu"],
  ["meanPool"],
];
// biome-ignore format: one line is one row of the network
const HEAD_ROWS: readonly WeightNormedRow[] = [
  ["conv",    1,      1,      0,       10,       "trained", 0.1,      "linear"],
];

export const supervisedSvhn: ClassifierNetwork = {
  features: { name: "features", input: [32, 32, 3], leak: LEAK, rows: SVHN_ROWS },
  head: { name: "head", input: [1, 1, 128], leak: LEAK, rows: HEAD_ROWS },
};
export const supervisedCifar10: ClassifierNetwork = {
  features: { name: "features", input: [32, 32, 3], leak: LEAK, rows: CIFAR10_ROWS },
  head: { name: "head", input: [1, 1, 192], leak: LEAK, rows: HEAD_ROWS },
};
