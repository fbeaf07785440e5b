/** The forward pass of a convolutional table, in training and on running averages. */
import * as tf from "@tensorflow/tfjs-core";
import { dropoutScale } from "../engine/dropout.ts";
import type { Key, Tensors } from "../engine/engine.ts";
import { maxoutOfChannels } from "../engine/maxout-of-channels.ts";
import type { Ops } from "../engine/ops.ts";
import type { ConvolutionalRow, ConvolutionalTable } from "./convolutional.ts";
import type { BatchStatistics, Parameter } from "./mlp.ts";

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

/** Forward pass without dropout; batch norm by running averages of mean and standard deviation, in the layers' order. */
export function evaluateConvolutional(
  table: ConvolutionalTable,
  parameters: Tensors,
  input: tf.Tensor4D,
  ops: Ops,
  averages: readonly BatchStatistics[],
): tf.Tensor4D {
  let layer = 0;
  return forward(table, parameters, [input], ops, {
    normalise(x, scale, shift) {
      const { mean, deviation } = averages[layer++]!;
      const normal = tf.div(tf.sub(x, mean), deviation);
      return { y: ops.leakyRelu(tf.add(tf.mul(normal, scale), shift), table.leak) as tf.Tensor4D };
    },
  });
}

interface Pass {
  /** Zeroes elements of a layer's input; without it nothing is dropped. */
  drop?(x: tf.Tensor4D, rate: number): tf.Tensor4D;
  /** Batch norm and leaky ReLU. */
  normalise(x: tf.Tensor4D, scale: tf.Tensor1D, shift: tf.Tensor1D): Normalised;
  observe?(statistics: BatchStatistics): void;
}
interface Normalised {
  readonly y: tf.Tensor4D;
  /** What it was normalised by, where that is the batch's own. */
  readonly statistics?: BatchStatistics;
}
interface LayerOutput {
  readonly maps: readonly tf.Tensor4D[];
  readonly statistics?: BatchStatistics;
}

function forward(
  table: ConvolutionalTable,
  parameters: Tensors,
  parts: readonly tf.Tensor4D[],
  ops: Ops,
  { drop, normalise, observe }: Pass,
): tf.Tensor4D {
  const layer = (maps: readonly tf.Tensor4D[], row: ConvolutionalRow, index: number): LayerOutput => {
    const [op, , stride, , batchNorm, rate, nonlinearity] = row;
    const of = (role: Parameter["role"]): tf.Tensor | undefined => parameters[`${table.name}/${index + 1}/${role}`];
    const dropped = drop && rate > 0 ? maps.map((x) => drop(x, rate)) : maps;
    const weights = of("weights") as tf.Tensor4D;
    const scaled = drop && rate > 0 ? tf.mul(weights, dropoutScale(rate)) : weights;
    const convolve = op === "conv" ? ops.conv2d : ops.convTranspose2d;
    const linear = dropped.map((x) => convolve(x, scaled as tf.Tensor4D, stride));
    if (batchNorm) {
      if (nonlinearity !== "leakyRelu")
        throw new TypeError(`${table.name}/${index + 1}: batch norm is followed by a leaky ReLU here`);
      const { y, ...rest } = normalise(joined(linear), of("scale") as tf.Tensor1D, of("shift") as tf.Tensor1D);
      return { maps: [y], ...rest };
    }
    const bias = of("bias");
    return { maps: linear.map((x) => activate(table, row, bias ? ops.addBias(x, bias) : x, ops)) };
  };
  const last = table.rows.reduce<readonly tf.Tensor4D[]>((before, row, index) => {
    // A layer's intermediate maps are large: what no gradient needs goes at once.
    const { maps, statistics } = tf.tidy(() => layer(before, row, index) as LayerOutput & tf.TensorContainerObject);
    if (statistics) observe?.(statistics);
    return maps;
  }, parts);
  return joined(last);
}

const joined = (parts: readonly tf.Tensor4D[]): tf.Tensor4D =>
  parts.length === 1 ? parts[0]! : tf.concat([...parts], 0);

function activate({ leak, pieces }: ConvolutionalTable, row: ConvolutionalRow, x: tf.Tensor4D, ops: Ops): tf.Tensor4D {
  const [, , , , , , nonlinearity] = row;
  switch (nonlinearity) {
    case "leakyRelu":
      return ops.leakyRelu(x, leak);
    case "maxout":
      return maxoutOfChannels(x, pieces, ops);
    case "sigmoid":
      return tf.sigmoid(x);
    case "linear":
      return x;
  }
}
