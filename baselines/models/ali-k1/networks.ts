/**
 * The discriminators of K + 1 classes. None was published: ALI's printed one with an output a class, and openai/improved-gan's
 * (row for row in ../gan-feature-matching/networks.ts), which a D(z) and a joint part after ALI's tables join.
 */
import { type WeightNormedRow, type WeightNormedTable, weightNormedSizes } from "../../../harness/nn/weight-normed.ts";
import type { ImageNetworks } from "../ali/networks/image-networks.ts";
import { withOutputs } from "../ali/networks/narrowed.ts";
import {
  cifar10Classifier,
  earlierTable,
  narrowedWeightNormedRows,
  svhnClassifier,
} from "../gan-feature-matching/networks.ts";

/** ALI's networks whose D(x, z) ends in so many logits. */
export function withClasses(networks: ImageNetworks, classes: number): ImageNetworks {
  return { ...networks, joint: withOutputs(networks.joint, 1, classes) };
}

/** A discriminator of pairs under weight norm. */
export interface WeightNormedPairs {
  /** D(x): scaled images → the pooled features */
  readonly imageFeatures: WeightNormedTable;
  /** D(z): z → features */
  readonly latentFeatures: WeightNormedTable;
  /** D(x, z): both features, concatenated → logits */
  readonly joint: WeightNormedTable;
}

/** Slope of the leaky ReLUs: openai/improved-gan's. */
const LEAK = 0.2;

// biome-ignore format: one line is one row of the network
export const svhnPairs: WeightNormedPairs = {
  imageFeatures: { ...svhnClassifier.features, name: "image-features" },
  latentFeatures: { name: "latent-features", input: [1, 1, 256], leak: LEAK, deviationOf: "channel", rows: [
    // op       kernel  stride  padding  features  gain      deviation  nonlinearity
    ["dropout", 0.2],
    ["conv",    1,      1,      0,       128,      "frozen", 1,         "leakyRelu"],
    ["dropout", 0.2],
    ["conv",    1,      1,      0,       128,      "frozen", 1,         "leakyRelu"],
  ] },
  joint: { name: "joint", input: [1, 1, 256], leak: LEAK, deviationOf: "channel", rows: [
    ["dropout", 0.2],
    ["conv",    1,      1,      0,       256,      "frozen", 1,         "leakyRelu"],
    ["dropout", 0.2],
    ["conv",    1,      1,      0,       256,      "frozen", 1,         "leakyRelu"],
    ["dropout", 0.2],
    ["conv",    1,      1,      0,       10,       "trained", 0.1,      "linear"],
  ] },
};

// biome-ignore format: one line is one row of the network
export const cifar10Pairs: WeightNormedPairs = {
  imageFeatures: { ...cifar10Classifier.features, name: "image-features" },
  latentFeatures: { name: "latent-features", input: [1, 1, 64], leak: LEAK, deviationOf: "channel", rows: [
    // op       kernel  stride  padding  features  gain      deviation  nonlinearity
    ["dropout", 0.2],
    ["conv",    1,      1,      0,       192,      "frozen", 1,         "leakyRelu"],
    ["dropout", 0.5],
    ["conv",    1,      1,      0,       192,      "frozen", 1,         "leakyRelu"],
  ] },
  joint: { name: "joint", input: [1, 1, 384], leak: LEAK, deviationOf: "channel", rows: [
    ["dropout", 0.5],
    ["conv",    1,      1,      0,       384,      "frozen", 1,         "leakyRelu"],
    ["dropout", 0.5],
    ["conv",    1,      1,      0,       384,      "frozen", 1,         "leakyRelu"],
    ["dropout", 0.5],
    ["conv",    1,      1,      0,       10,       "trained", 0.1,      "linear"],
  ] },
};

export interface PairScale {
  /** Features of hidden layers and dropout's rates times these; z's dimensions. */
  readonly widthFactor: number;
  readonly dropoutFactor: number;
  readonly latent: number;
}

/** The networks with a share of the features and of dropout, and z of so many dimensions; for reduced budgets. */
export function narrowedPairs(
  { imageFeatures, latentFeatures, joint }: WeightNormedPairs,
  { widthFactor, dropoutFactor, latent }: PairScale,
): WeightNormedPairs {
  const narrowed = (rows: readonly WeightNormedRow[]) => narrowedWeightNormedRows(rows, widthFactor, dropoutFactor);
  const ofX = { ...imageFeatures, rows: narrowed(imageFeatures.rows) };
  const ofZ = { ...latentFeatures, input: [1, 1, latent] as const, rows: narrowed(latentFeatures.rows) };
  const [features, codes] = [ofX, ofZ].map((table) => weightNormedSizes(table).at(-1)![2]) as [number, number];
  const rows = [...narrowed(joint.rows.slice(0, -1)), joint.rows.at(-1)!];
  return { imageFeatures: ofX, latentFeatures: ofZ, joint: { ...joint, input: [1, 1, features + codes], rows } };
}

/** As `earlierNetwork`: the script's version of 2016-06-09. */
export function earlierPairs({ imageFeatures, latentFeatures, joint }: WeightNormedPairs): WeightNormedPairs {
  return {
    imageFeatures: earlierTable(imageFeatures),
    latentFeatures: earlierTable(latentFeatures),
    joint: earlierTable(joint),
  };
}
