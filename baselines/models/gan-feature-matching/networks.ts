/**
 * The networks of GANs with feature matching, row for row (openai/improved-gan, train_svhn_feature_matching.py and
 * train_cifar_feature_matching.py).
 */
import type { ConvolutionalTable } from "../../../harness/nn/convolutional.ts";
import { type WeightNormedRow, type WeightNormedTable, weightNormedSizes } from "../../../harness/nn/weight-normed.ts";
import { narrowedRows, narrowedWidth } from "../ali/networks/narrowed.ts";
import type { ClassifierNetwork } from "../weight-normed-classifier.ts";

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

export const svhnClassifier: ClassifierNetwork = {
  features: { name: "features", input: [32, 32, 3], leak: LEAK, deviationOf: "channel", rows: SVHN_ROWS },
  head: { name: "head", input: [1, 1, 128], leak: LEAK, deviationOf: "channel", rows: HEAD_ROWS },
};
export const cifar10Classifier: ClassifierNetwork = {
  features: { name: "features", input: [32, 32, 3], leak: LEAK, deviationOf: "channel", rows: CIFAR10_ROWS },
  head: { name: "head", input: [1, 1, 192], leak: LEAK, deviationOf: "channel", rows: HEAD_ROWS },
};

/**
 * The networks of the scripts' version of 2016-06-09, nearer to the paper's runs: leaky ReLUs of slope 0.1, and a first batch that gives
 * every layer, the last too, a deviation of 1 over all its channels.
 */
export function earlierNetwork({ features, head }: ClassifierNetwork): ClassifierNetwork {
  return { features: earlierTable(features), head: earlierTable(head) };
}

export function earlierTable(table: WeightNormedTable): WeightNormedTable {
  const rows = table.rows.map((row): WeightNormedRow => {
    if (row[0] !== "conv") return row;
    const [op, kernel, stride, padding, width, gain, , nonlinearity] = row;
    return [op, kernel, stride, padding, width, gain, 1, nonlinearity];
  });
  return { ...table, leak: 0.1, deviationOf: "layer", rows };
}

/** Features of hidden layers times `factor` (rounded, at least 1), and dropout's rates times `dropoutFactor`; for reduced budgets. */
export function narrowedClassifier(
  { features, head }: ClassifierNetwork,
  factor: number,
  dropoutFactor: number,
): ClassifierNetwork {
  const narrowed = { ...features, rows: narrowedWeightNormedRows(features.rows, factor, dropoutFactor) };
  return { features: narrowed, head: { ...head, input: weightNormedSizes(narrowed).at(-1)! } };
}

export const narrowedWeightNormedRows = (
  rows: readonly WeightNormedRow[],
  factor: number,
  dropoutFactor: number,
): WeightNormedRow[] =>
  rows.map((row) => {
    if (row[0] === "dropout") return ["dropout", row[1] * dropoutFactor];
    if (row[0] !== "conv") return row;
    const [op, kernel, stride, padding, width, ...rest] = row;
    return [op, kernel, stride, padding, narrowedWidth(width, factor), ...rest];
  });

/** Batch norm in the rows that have it is without a scale; the last rows are under weight norm. */
export interface GeneratorNetwork {
  /** z [batch, 1, 1, latent] → the units of the first maps, normalised unit by unit. */
  readonly projection: ConvolutionalTable;
  /** The first maps → maps. */
  readonly decoder: ConvolutionalTable;
  /** Those → images with values in (−1, 1). */
  readonly image: ConvolutionalTable;
}

/** Slope of the generator's ReLUs; zeros about its maps, so that a stride of 2 doubles them. */
const [PLAIN, PADDING] = [0, 2];

// biome-ignore format: one line is one row of the network
export const generator: GeneratorNetwork = {
  projection: { name: "projection", input: [1, 1, 100], leak: PLAIN, pieces: 1, bias: "none", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   1,      1,      8192,     true,       0,       "leakyRelu"],
  ] },
  decoder: { name: "decoder", input: [4, 4, 512], leak: PLAIN, pieces: 1, bias: "none", padding: PADDING, rows: [
    ["convT",  5,      2,      256,      true,       0,       "leakyRelu"],
    ["convT",  5,      2,      128,      true,       0,       "leakyRelu"],
  ] },
  image: { name: "image", input: [16, 16, 128], leak: PLAIN, pieces: 1, bias: "tied", padding: PADDING, rows: [
    ["convT",  5,      2,      3,        false,      0,       "tanh"],
  ] },
};

/** Features of hidden layers times `factor` (rounded, at least 1). */
export function narrowedGenerator({ projection, decoder, image }: GeneratorNetwork, factor: number): GeneratorNetwork {
  const [height, width, maps] = decoder.input;
  const first = [height, width, narrowedWidth(maps, factor)] as const;
  const [op, kernel, stride, , ...rest] = projection.rows[0]!;
  const [imageHeight, imageWidth, imageMaps] = image.input;
  return {
    projection: { ...projection, rows: [[op, kernel, stride, height * width * first[2], ...rest]] },
    decoder: { ...decoder, input: first, rows: narrowedRows(decoder.rows, factor) },
    image: { ...image, input: [imageHeight, imageWidth, narrowedWidth(imageMaps, factor)] },
  };
}
