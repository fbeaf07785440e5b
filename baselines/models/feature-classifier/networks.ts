/** Networks of the feature classifier, row for row: the features of an image, and what is told from them. */
import type { ConvolutionalRow, ConvolutionalTable, MapSize } from "../../../harness/nn/convolutional.ts";

export interface ClassifierNetwork {
  /** Images [batch, height, width, channels] → features [batch, 1, 1, 64]. */
  readonly features: ConvolutionalTable;
  /** Features → logits [batch, 1, 1, classes or attributes]. */
  readonly head: ConvolutionalTable;
}

export const FEATURES = 64;
/** Slope of the leaky ReLUs. */
const LEAK = 0.1;

// biome-ignore format: one line is one row of the network
const FROM_32: readonly ConvolutionalRow[] = [
  // op      kernel  stride  features  batch norm  dropout  nonlinearity
  ["conv",   4,      2,      32,       true,       0,       "leakyRelu"],
  ["conv",   3,      1,      48,       true,       0,       "leakyRelu"],
  ["conv",   3,      2,      64,       true,       0,       "leakyRelu"],
  ["conv",   3,      1,      96,       true,       0,       "leakyRelu"],
  ["conv",   4,      1,      FEATURES, true,       0,       "leakyRelu"],
];
// biome-ignore format: one line is one row of the network
const FROM_64: readonly ConvolutionalRow[] = [
  // op      kernel  stride  features  batch norm  dropout  nonlinearity
  ["conv",   4,      2,      16,       true,       0,       "leakyRelu"],
  ["conv",   3,      2,      32,       true,       0,       "leakyRelu"],
  ["conv",   3,      1,      48,       true,       0,       "leakyRelu"],
  ["conv",   3,      2,      64,       true,       0,       "leakyRelu"],
  ["conv",   3,      1,      96,       true,       0,       "leakyRelu"],
  ["conv",   4,      1,      FEATURES, true,       0,       "leakyRelu"],
];
const ROWS: Readonly<Record<number, readonly ConvolutionalRow[]>> = { 32: FROM_32, 64: FROM_64 };

/**
 * The network for images of a size with so many classes or attributes.
 * @throws RangeError for images that are not 32 × 32 or 64 × 64.
 */
export function classifierNetwork(input: MapSize, outputs: number): ClassifierNetwork {
  const [height, width, channels] = input;
  const rows = ROWS[height];
  if (height !== width || !rows)
    throw new RangeError(`features of images of ${height} × ${width} × ${channels}; they are 32 × 32 or 64 × 64`);
  const table = { leak: LEAK, pieces: 1, bias: "tied" } as const;
  return {
    features: { ...table, name: "features", input, rows },
    head: {
      ...table,
      name: "head",
      input: [1, 1, FEATURES],
      rows: [["conv", 1, 1, outputs, false, 0, "linear"]],
    },
  };
}
