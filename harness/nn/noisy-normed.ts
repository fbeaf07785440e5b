/**
 * Classifiers under batch norm and Gaussian noise as tables: rows → sizes and parameters. Maps are [batch, height, width, channels].
 */
import type { MapSize } from "./convolutional.ts";
import type { Parameter } from "./mlp.ts";

/**
 * A convolution of stride 1; the largest of each 2 × 2 places (stride 2, odd borders kept); the mean over all places of a map times
 * a factor, which leaves maps of 1 × 1; or dropout, what stays scaled up. After the operation of a row that is normed come batch
 * norm without gain or shift, and noise; then the bias, where the row has one; then the nonlinearity.
 */
export type NoisyNormedRow =
  | NoisyNormedConvolution
  | readonly [op: "maxPool", normed: boolean]
  | readonly [op: "meanPool", factor: number, normed: boolean, bias: boolean]
  | readonly [op: "dropout", rate: number];
export type NoisyNormedConvolution = readonly [
  op: "conv",
  kernel: number,
  /** Of k − 1 places by which a kernel of k shrinks its maps, none, half or all twice over are put about them as zeros. */
  border: "valid" | "same" | "full",
  features: number,
  normed: boolean,
  bias: boolean,
  nonlinearity: "leakyRelu" | "linear",
];
export interface NoisyNormedTable {
  /** Prefix of its parameters' names, e.g. "encoder". */
  readonly name: string;
  /** Height, width and channels of the input. */
  readonly input: MapSize;
  /** Slope of leaky ReLUs below zero. */
  readonly leak: number;
  /** Standard deviation of the noise of the input and of each normed row. */
  readonly noise: number;
  readonly rows: readonly NoisyNormedRow[];
}

/** Zeros on each side of the maps of a convolution. */
export function zerosAbout([, kernel, border]: NoisyNormedConvolution): number {
  return { valid: 0, same: (kernel - 1) / 2, full: kernel - 1 }[border];
}

/** Whether batch norm and noise come after a row's operation, and whether a bias does. */
export function afterRow(row: NoisyNormedRow): { readonly normed: boolean; readonly bias: boolean } {
  if (row[0] === "conv") return { normed: row[4], bias: row[5] };
  if (row[0] === "maxPool") return { normed: row[1], bias: false };
  if (row[0] === "meanPool") return { normed: row[2], bias: row[3] };
  return { normed: false, bias: false };
}

/** Size of the maps after each row. @throws RangeError where a kernel is larger than its map, or its zeros are not whole. */
export function noisyNormedSizes({ name, input, rows }: NoisyNormedTable): MapSize[] {
  let [height, width, channels] = input;
  return rows.map((row, index) => {
    if (row[0] === "meanPool") [height, width] = [1, 1];
    if (row[0] === "maxPool") [height, width] = [Math.ceil(height / 2), Math.ceil(width / 2)];
    if (row[0] === "conv") {
      const [, kernel, border, features] = row;
      const zeros = zerosAbout(row);
      if (!Number.isInteger(zeros))
        throw new RangeError(`${name}/${index + 1}: an even kernel of ${kernel}, "${border}"`);
      if (kernel > Math.min(height, width) + 2 * zeros)
        throw new RangeError(`${name}/${index + 1}: a kernel of ${kernel} on maps of ${height} × ${width}`);
      const after = (size: number): number => size + 2 * zeros - kernel + 1;
      [height, width, channels] = [after(height), after(width), features];
    }
    return [height, width, channels];
  });
}

/** Row by row: weights [kernel, kernel, in, out], bias [out]. */
export function noisyNormedParameters(table: NoisyNormedTable): Parameter[] {
  const sizes = noisyNormedSizes(table);
  return table.rows.flatMap((row, index) => {
    const [, , inputs] = index === 0 ? table.input : sizes[index - 1]!;
    const [, , outputs] = sizes[index]!;
    const parameter = (role: Parameter["role"], shape: number[]): Parameter => ({
      name: `${table.name}/${index + 1}/${role}`,
      shape,
      size: shape.reduce((a, b) => a * b, 1),
      role,
    });
    const weights = row[0] === "conv" ? [parameter("weights", [row[1], row[1], inputs, outputs])] : [];
    return afterRow(row).bias ? [...weights, parameter("bias", [outputs])] : weights;
  });
}

/** Maps under batch norm, row by row: the layers that have running averages. */
export function noisyNormedMaps(table: NoisyNormedTable): number[] {
  return noisyNormedSizes(table).flatMap(([, , maps], index) => (afterRow(table.rows[index]!).normed ? [maps] : []));
}
