/** The networks of the categorical GAN for CIFAR10, row for row. Remembered, not read, and partly chosen: see README.md. */
import type { ConvolutionalTable } from "../../../harness/nn/convolutional.ts";
import type { NoisyNormedTable } from "../../../harness/nn/noisy-normed.ts";
import { narrowedRows, narrowedWidth } from "../ali/networks/narrowed.ts";
import { type NoisyFactors, narrowedNoisy } from "../noisy-classifier.ts";

export interface CatganNetworks {
  readonly discriminator: NoisyNormedTable;
  /** z [batch, 1, 1, latent] → the units of the first maps, normalised unit by unit. */
  readonly projection: ConvolutionalTable;
  /** The first maps → images with values in (−1, 1). */
  readonly decoder: ConvolutionalTable;
}

const [LEAK, NOISE] = [0.1, 0.05];

// biome-ignore format: one line is one row of the network
const discriminator: NoisyNormedTable = { name: "discriminator", input: [32, 32, 3], leak: LEAK, noise: NOISE, rows: [
  // op        kernel  border   features  normed  bias   nonlinearity
  ["conv",     3,      "same",  96,       true,   true,  "leakyRelu"],
  ["conv",     3,      "same",  96,       true,   true,  "leakyRelu"],
  ["conv",     3,      "same",  96,       true,   true,  "leakyRelu"],
  ["maxPool",                             false],
  ["dropout",  0.5],
  ["conv",     3,      "same",  192,      true,   true,  "leakyRelu"],
  ["conv",     3,      "same",  192,      true,   true,  "leakyRelu"],
  ["conv",     3,      "same",  192,      true,   true,  "leakyRelu"],
  ["maxPool",                             false],
  ["dropout",  0.5],
  ["conv",     3,      "valid", 192,      true,   true,  "leakyRelu"],
  ["conv",     1,      "valid", 192,      true,   true,  "leakyRelu"],
  ["conv",     1,      "valid", 10,       false,  true,  "linear"],
  ["meanPool", 1,                         false,  false],
] };
// biome-ignore format: one line is one row of the network
export const catganNetworks: CatganNetworks = {
  discriminator,
  projection: { name: "projection", input: [1, 1, 128], leak: LEAK, pieces: 1, bias: "none", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   1,      1,      12288,    true,       0,       "leakyRelu"],
  ] },
  // Zeros between the places, then a convolution of 5 × 5: a transposed one of stride 2.
  decoder: { name: "decoder", input: [8, 8, 192], leak: LEAK, pieces: 1, bias: "tied", padding: 2, rows: [
    ["convT",  5,      2,      96,       true,       0,       "leakyRelu"],
    ["convT",  5,      2,      64,       true,       0,       "leakyRelu"],
    ["conv",   5,      1,      3,        false,      0,       "tanh"],
  ] },
};

/** Features of hidden layers, noise and dropout times their factors. */
export function narrowedCatgan(
  { discriminator, projection, decoder }: CatganNetworks,
  factors: NoisyFactors,
): CatganNetworks {
  const { widthFactor } = factors;
  const [height, width, maps] = decoder.input;
  const first = [height, width, narrowedWidth(maps, widthFactor)] as const;
  const [op, kernel, stride, , ...rest] = projection.rows[0]!;
  const hidden = narrowedRows(decoder.rows.slice(0, -1), widthFactor);
  return {
    discriminator: narrowedNoisy(discriminator, factors),
    projection: { ...projection, rows: [[op, kernel, stride, height * width * first[2], ...rest]] },
    decoder: { ...decoder, input: first, rows: [...hidden, decoder.rows.at(-1)!] },
  };
}
