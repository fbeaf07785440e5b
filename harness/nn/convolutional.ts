/** Convolutional networks as tables: rows → sizes and parameters. Maps are [batch, height, width, channels]. */
import type { Parameter } from "./mlp.ts";
import type { Elementwise } from "./nonlinearities.ts";

/**
 * One layer: dropout of its input, a convolution or the transpose of one, batch norm (learned scale and shift) if asked,
 * the nonlinearity. `features` is the number of maps after the nonlinearity.
 */
export type ConvolutionalRow = readonly [
  op: "conv" | "convT",
  kernel: number,
  stride: number,
  features: number,
  batchNorm: boolean,
  dropout: number,
  nonlinearity: Elementwise | "leakyRelu" | "maxout",
  /** Dropout of the nonlinearity's input, of a maxout alone; none unless it is named. */
  dropoutBeforeIt?: number,
];
export interface ConvolutionalTable {
  /** Prefix of its parameters' names, e.g. "encoder". */
  readonly name: string;
  /** Height, width and channels of the input. */
  readonly input: MapSize;
  /** Slope of leaky ReLUs below zero. */
  readonly leak: number;
  /** Number of linear pieces of each maxout. */
  readonly pieces: number;
  /** Biases of the rows without batch norm: one a channel, one a channel and position, or none. */
  readonly bias: "tied" | "untied" | "none";
  /**
   * Zeros on each side of the maps before each convolution; a transposed one gives maps `stride` times as large, the
   * convolution's input. Without it nothing is padded: kernels stay on the map.
   */
  readonly padding?: number;
  readonly rows: readonly ConvolutionalRow[];
}
export type MapSize = readonly [height: number, width: number, channels: number];

/** Size of the maps after each row. @throws RangeError where a kernel is larger than its map. */
export function mapSizes({ name, input, padding, rows }: ConvolutionalTable): MapSize[] {
  const around = 2 * (padding ?? 0);
  let [height, width] = input;
  return rows.map(([op, kernel, stride, features], index) => {
    if (op === "conv" && kernel > Math.min(height, width) + around)
      throw new RangeError(`${name}/${index + 1}: a kernel of ${kernel} on maps of ${height} × ${width}`);
    const after = (size: number): number => {
      if (op === "conv") return Math.floor((size + around - kernel) / stride) + 1;
      return padding === undefined ? (size - 1) * stride + kernel : size * stride;
    };
    [height, width] = [after(height), after(width)];
    return [height, width, features];
  });
}

/**
 * Parameters of a table, row by row: weights ([kernel, kernel, in, out], of a transposed convolution [kernel, kernel,
 * out, in]), then bias or (under batch norm) scale and shift.
 */
export function convolutionalParameters(table: ConvolutionalTable): Parameter[] {
  const sizes = mapSizes(table);
  return table.rows.flatMap(([op, kernel, , features, batchNorm, , nonlinearity], index) => {
    const [, , inputs] = index === 0 ? table.input : sizes[index - 1]!;
    const outputs = nonlinearity === "maxout" ? features * table.pieces : features;
    const parameter = (role: Parameter["role"], shape: number[]): Parameter => ({
      name: `${table.name}/${index + 1}/${role}`,
      shape,
      size: shape.reduce((a, b) => a * b, 1),
      role,
    });
    const ends = op === "conv" ? [inputs, outputs] : [outputs, inputs];
    const weights = parameter("weights", [kernel, kernel, ...ends]);
    if (batchNorm) return [weights, parameter("scale", [outputs]), parameter("shift", [outputs])];
    if (table.bias === "none") return [weights];
    const [height, width] = sizes[index]!;
    return [weights, parameter("bias", table.bias === "tied" ? [outputs] : [height, width, outputs])];
  });
}

/** Maps under batch norm, row by row: the layers that have running averages. */
export function normalisedMaps({ rows }: ConvolutionalTable): number[] {
  return rows.filter(([, , , , batchNorm]) => batchNorm).map(([, , , features]) => features);
}
