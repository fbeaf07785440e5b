/** The forward pass of a convolutional table, in training and on running averages. */
import * as tf from "@tensorflow/tfjs-core";
import { padded } from "../engine/convolution.ts";
import { dropoutScale } from "../engine/dropout.ts";
import { maxoutOfChannels } from "../engine/maxout-of-channels.ts";
import type { Ops } from "../engine/ops.ts";
import type { Key, Tensors } from "../engine/step.ts";
import type { ConvolutionalRow, ConvolutionalTable } from "./convolutional.ts";
import type { BatchStatistics, Parameter } from "./mlp.ts";
import { elementwise } from "./nonlinearities.ts";

export interface ConvolutionalTraining {
  /** Batch norm's ε. */
  readonly epsilon: number;
  /** A key of its own for each dropout. */
  nextKey(): Key;
  /** Is told the batch's statistics, layer by layer. */
  observe?(statistics: BatchStatistics): void;
}

/**
 * Forward pass in training: dropout, and batch norm by the batch's own statistics. A batch may come in parts, which go
 * through the first layers one by one and are joined before the first batch norm, or at the end: a part that depends on
 * no parameter then costs no gradient.
 */
export function trainConvolutional(
  table: ConvolutionalTable,
  parameters: Tensors,
  parts: readonly tf.Tensor4D[],
  ops: Ops,
  { epsilon, nextKey, observe = () => {} }: ConvolutionalTraining,
): tf.Tensor4D {
  return forward(table, parameters, parts, ops, {
    drop: (x, rate) => ops.dropout(x, rate, nextKey()),
    normalise(x, scale, shift) {
      const { y, mean, variance } = ops.batchNormLeakyRelu(x, scale, shift, { epsilon, leak: table.leak });
      return { y, statistics: { mean, deviation: tf.sqrt(tf.add(variance, epsilon)) } };
    },
    observe,
  });
}

/** A row's maps in a forward pass that is watched. */
export interface RowMaps {
  /** Counted from 1, as in the parameters' names. */
  readonly row: number;
  /** What comes out of its batch norm, before the nonlinearity. */
  readonly normal: tf.Tensor4D | undefined;
  readonly output: tf.Tensor4D;
}

/**
 * Forward pass without dropout; batch norm by averages of mean and standard deviation, in the layers' order. `watch` is
 * shown each row's maps.
 */
export function evaluateConvolutional(
  table: ConvolutionalTable,
  parameters: Tensors,
  input: tf.Tensor4D,
  ops: Ops,
  averages: readonly BatchStatistics[],
  watch?: (maps: RowMaps) => void,
): tf.Tensor4D {
  let layer = 0;
  return forward(table, parameters, [input], ops, {
    normalise(x, scale, shift) {
      const { mean, deviation } = averages[layer++]!;
      const normal = tf.add(tf.mul(tf.div(tf.sub(x, mean), deviation), scale), shift) as tf.Tensor4D;
      return { y: ops.leakyRelu(normal, table.leak), ...(watch && { normal }) };
    },
    ...(watch && { watch }),
  });
}

interface Pass {
  /** Zeroes elements of a layer's input; without it nothing is dropped. */
  drop?(x: tf.Tensor4D, rate: number): tf.Tensor4D;
  /** Batch norm and leaky ReLU. */
  normalise(x: tf.Tensor4D, scale: tf.Tensor1D, shift: tf.Tensor1D): Normalised;
  observe?(statistics: BatchStatistics): void;
  watch?(maps: RowMaps): void;
}
interface Normalised {
  readonly y: tf.Tensor4D;
  /** What it was normalised by, where that is the batch's own. */
  readonly statistics?: BatchStatistics;
  /** Before the nonlinearity, where that is asked for. */
  readonly normal?: tf.Tensor4D;
}
interface LayerOutput extends Omit<Normalised, "y"> {
  readonly maps: readonly tf.Tensor4D[];
}

function forward(
  table: ConvolutionalTable,
  parameters: Tensors,
  parts: readonly tf.Tensor4D[],
  ops: Ops,
  { drop, normalise, observe, watch }: Pass,
): tf.Tensor4D {
  const layer = (maps: readonly tf.Tensor4D[], row: ConvolutionalRow, index: number): LayerOutput => {
    const [, , , , batchNorm, rate, nonlinearity, rateBeforeIt = 0] = row;
    const of = (role: Parameter["role"]): tf.Tensor | undefined => parameters[`${table.name}/${index + 1}/${role}`];
    const dropped = drop && rate > 0 ? maps.map((x) => drop(x, rate)) : maps;
    const weights = of("weights") as tf.Tensor4D;
    const scaled = drop && rate > 0 ? tf.mul(weights, dropoutScale(rate)) : weights;
    const linear = dropped.map((x) => convolve(table, row, x, scaled as tf.Tensor4D, ops));
    if (batchNorm) {
      if (nonlinearity !== "leakyRelu")
        throw new TypeError(`${table.name}/${index + 1}: batch norm is followed by a leaky ReLU here`);
      const { y, ...rest } = normalise(joined(linear), of("scale") as tf.Tensor1D, of("shift") as tf.Tensor1D);
      return { maps: [y], ...rest };
    }
    const bias = of("bias");
    const biased = bias ? linear.map((x) => ops.addBias(x, bias)) : linear;
    if (!drop || rateBeforeIt === 0) return { maps: biased.map((x) => activate(table, row, x, ops)) };
    if (nonlinearity !== "maxout")
      throw new TypeError(`${table.name}/${index + 1}: dropout comes before the nonlinearity of a maxout alone here`);
    // The largest piece scaled up is the largest of the pieces scaled up.
    const largest = biased.map((x) => activate(table, row, drop(x, rateBeforeIt), ops));
    return { maps: largest.map((x) => tf.mul(x, dropoutScale(rateBeforeIt))) };
  };
  const last = table.rows.reduce<readonly tf.Tensor4D[]>((before, row, index) => {
    // A layer's intermediate maps are large: what no gradient needs goes at once.
    const { maps, statistics, normal } = tf.tidy(
      () => layer(before, row, index) as LayerOutput & tf.TensorContainerObject,
    );
    if (statistics) observe?.(statistics);
    watch?.({ row: index + 1, normal, output: joined(maps) });
    return maps;
  }, parts);
  return joined(last);
}

const joined = (parts: readonly tf.Tensor4D[]): tf.Tensor4D =>
  parts.length === 1 ? parts[0]! : tf.concat([...parts], 0);

/** With the table's padding; of a transposed convolution the places are cut off that padding would have added. */
function convolve(
  { padding = 0 }: ConvolutionalTable,
  [op, , stride]: ConvolutionalRow,
  x: tf.Tensor4D,
  weights: tf.Tensor4D,
  ops: Ops,
): tf.Tensor4D {
  const [, height, width] = x.shape;
  if (op === "conv") return ops.conv2d(padded(x, padding), weights, stride);
  const y = ops.convTranspose2d(x, weights, stride);
  return padding ? tf.slice(y, [0, padding, padding, 0], [-1, height * stride, width * stride, -1]) : y;
}

function activate({ leak, pieces }: ConvolutionalTable, row: ConvolutionalRow, x: tf.Tensor4D, ops: Ops): tf.Tensor4D {
  const [, , , , , , nonlinearity] = row;
  switch (nonlinearity) {
    case "leakyRelu":
      return ops.leakyRelu(x, leak);
    case "maxout":
      return maxoutOfChannels(x, pieces, ops);
    default:
      return elementwise(nonlinearity, x);
  }
}
