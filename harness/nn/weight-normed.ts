/** Networks under weight norm as tables (Salimans and Kingma 2016): rows → sizes and parameters. Maps are [batch, height, width, channels]. */
import type { MapSize } from "./convolutional.ts";
import type { Parameter } from "./mlp.ts";

/**
 * Dropout, what stays scaled up; a convolution between `padding` zeros on each side, under weight norm, with a bias a channel and the
 * nonlinearity; or the mean over all places of a map, which leaves maps of 1 × 1. A dense row is a convolution of those.
 */
export type WeightNormedRow =
  | readonly [op: "dropout", rate: number]
  | WeightNormedConvolution
  | readonly [op: "meanPool"];
export type WeightNormedConvolution = readonly [
  op: "conv",
  kernel: number,
  stride: number,
  padding: number,
  features: number,
  /** A frozen gain stays as the first batch has set it. */
  gain: "frozen" | "trained",
  /** Standard deviation on the first batch, before the nonlinearity. */
  deviation: number,
  nonlinearity: "leakyRelu" | "linear",
];
export interface WeightNormedTable {
  /** Prefix of its parameters' names, e.g. "features". */
  readonly name: string;
  /** Height, width and channels of the input. */
  readonly input: MapSize;
  /** Slope of leaky ReLUs below zero. */
  readonly leak: number;
  /** Whether the first batch gives each channel its row's deviation, or all of them together. */
  readonly deviationOf: "channel" | "layer";
  readonly rows: readonly WeightNormedRow[];
}

/** Size of the maps after each row. @throws RangeError where a kernel is larger than its map. */
export function weightNormedSizes({ name, input, rows }: WeightNormedTable): MapSize[] {
  let [height, width, channels] = input;
  return rows.map((row, index) => {
    if (row[0] === "meanPool") [height, width] = [1, 1];
    if (row[0] === "conv") {
      const [, kernel, stride, padding, features] = row;
      if (kernel > Math.min(height, width) + 2 * padding)
        throw new RangeError(`${name}/${index + 1}: a kernel of ${kernel} on maps of ${height} × ${width}`);
      const after = (size: number): number => Math.floor((size + 2 * padding - kernel) / stride) + 1;
      [height, width, channels] = [after(height), after(width), features];
    }
    return [height, width, channels];
  });
}

/** Row by row: weights [kernel, kernel, in, out], gain (its role is a scale's) and bias, each [out]; and those that are trained. */
export function weightNormedParameters(table: WeightNormedTable): {
  readonly all: readonly Parameter[];
  readonly trained: readonly Parameter[];
} {
  const sizes = weightNormedSizes(table);
  const rows = table.rows.map((row, index) => {
    if (row[0] !== "conv") return { all: [], trained: [] };
    const [, kernel, , , outputs, whichGain] = row;
    const [, , inputs] = index === 0 ? table.input : sizes[index - 1]!;
    const prefix = `${table.name}/${index + 1}`;
    const shape = [kernel, kernel, inputs, outputs];
    const vector = { shape: [outputs], size: outputs };
    const weights: Parameter = {
      name: `${prefix}/weights`,
      shape,
      size: kernel ** 2 * inputs * outputs,
      role: "weights",
    };
    const gain: Parameter = { name: `${prefix}/gain`, ...vector, role: "scale" };
    const bias: Parameter = { name: `${prefix}/bias`, ...vector, role: "bias" };
    return { all: [weights, gain, bias], trained: whichGain === "trained" ? [weights, gain, bias] : [weights, bias] };
  });
  return { all: rows.flatMap(({ all }) => all), trained: rows.flatMap(({ trained }) => trained) };
}
