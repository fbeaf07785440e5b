/** Multilayer perceptrons as tables: rows → parameters → forward pass. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.ts";
import type { Tensors } from "../engine/step.ts";

/** One layer: linear map to `units`, then batch norm (learned scale and shift) if asked, then the nonlinearity. */
export type MlpRow = readonly [
  units: number,
  batchNorm: boolean,
  nonlinearity: "relu" | "maxout" | "softplus" | "linear",
  pieces: number,
];
export interface MlpTable {
  /** Prefix of its parameters' names, e.g. "encoder". */
  readonly name: string;
  /** Width of the input. */
  readonly input: number;
  readonly rows: readonly MlpRow[];
}

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly role: "weights" | "bias" | "scale" | "shift";
}

/** Parameters of a table: row by row, weights, then bias or (under batch norm) scale and shift. */
export function mlpParameters({ name, input, rows }: MlpTable): Parameter[] {
  let width = input;
  return rows.flatMap(([units, batchNorm, , pieces], index) => {
    const outputs = units * pieces;
    const parameter = (role: Parameter["role"], shape: number[]): Parameter => ({
      name: `${name}/${index + 1}/${role}`,
      shape,
      size: shape.reduce((a, b) => a * b, 1),
      role,
    });
    const weights = parameter("weights", [width, outputs]);
    width = units;
    return batchNorm
      ? [weights, parameter("scale", [outputs]), parameter("shift", [outputs])]
      : [weights, parameter("bias", [outputs])];
  });
}

/** Units under batch norm, row by row: the layers that have running averages. */
export function normalisedUnits({ rows }: Pick<MlpTable, "rows">): number[] {
  return rows.filter(([, batchNorm]) => batchNorm).map(([units]) => units);
}

/** Those tensors of a state that are the given parameters. */
export const parametersOf = (state: Tensors, parameters: readonly Parameter[]): Tensors =>
  Object.fromEntries(parameters.map(({ name }) => [name, state[name]!]));

/** Mean [units] and standard deviation sqrt(biased variance + epsilon) [units] of one layer's pre-activations. */
export interface BatchStatistics {
  readonly mean: tf.Tensor1D;
  readonly deviation: tf.Tensor1D;
}

/** Forward pass in training: batch norm by the batch's own statistics, which are handed to `observe` layer by layer. */
export function trainMlp(
  table: MlpTable,
  parameters: Tensors,
  input: tf.Tensor2D,
  ops: Ops,
  epsilon: number,
  observe: (statistics: BatchStatistics) => void = () => {},
): tf.Tensor2D {
  return forward(table, parameters, input, ops, byBatch(ops, epsilon, observe));
}

/** Forward pass for sampling: batch norm by running averages of mean and standard deviation, in the layers' order. */
export function evaluateMlp(
  table: MlpTable,
  parameters: Tensors,
  input: tf.Tensor2D,
  ops: Ops,
  averages: readonly BatchStatistics[],
): tf.Tensor2D {
  return forward(table, parameters, input, ops, byAverages(averages));
}

/** Batch norm, then ReLU: one layer after the other. */
export type NormaliseRelu = (x: tf.Tensor2D, scale: tf.Tensor1D, shift: tf.Tensor1D) => tf.Tensor2D;

export function byBatch(
  ops: Ops,
  epsilon: number,
  observe: (statistics: BatchStatistics) => void = () => {},
): NormaliseRelu {
  return (x, scale, shift) => {
    const { y, mean, variance } = ops.batchNormRelu(x, scale, shift, epsilon);
    observe({ mean, deviation: tf.sqrt(tf.add(variance, epsilon)) });
    return y;
  };
}

export function byAverages(averages: readonly BatchStatistics[]): NormaliseRelu {
  let layer = 0;
  return (x, scale, shift) => {
    const { mean, deviation } = averages[layer++]!;
    return tf.relu(tf.add(tf.mul(tf.div(tf.sub(x, mean), deviation), scale), shift)) as tf.Tensor2D;
  };
}

function forward(
  table: MlpTable,
  parameters: Tensors,
  input: tf.Tensor2D,
  ops: Ops,
  normaliseRelu: NormaliseRelu,
): tf.Tensor2D {
  const first = ops.matMul(input, parameters[`${table.name}/1/weights`] as tf.Tensor2D);
  return fromFirstLinear(table, parameters, first, ops, normaliseRelu);
}

/** The rows, from the linear map of the first one on. */
export function fromFirstLinear(
  { name, rows }: Pick<MlpTable, "name" | "rows">,
  parameters: Tensors,
  first: tf.Tensor2D,
  ops: Ops,
  normaliseRelu: NormaliseRelu,
): tf.Tensor2D {
  return rows.reduce((h, [, batchNorm, nonlinearity, pieces], index) => {
    const of = (role: Parameter["role"]): tf.Tensor => parameters[`${name}/${index + 1}/${role}`]!;
    const linear = index === 0 ? h : ops.matMul(h, of("weights") as tf.Tensor2D);
    if (batchNorm) {
      if (nonlinearity !== "relu") throw new TypeError(`${name}/${index + 1}: batch norm is followed by relu here`);
      return normaliseRelu(linear, of("scale") as tf.Tensor1D, of("shift") as tf.Tensor1D);
    }
    const biased = ops.addBias(linear, of("bias") as tf.Tensor1D);
    if (nonlinearity === "maxout") return ops.maxout(biased, pieces);
    if (nonlinearity === "softplus") return tf.softplus(biased) as tf.Tensor2D;
    return nonlinearity === "relu" ? (tf.relu(biased) as tf.Tensor2D) : biased;
  }, first);
}
