/** The forward pass of a table under weight norm, and its initialisation from a batch. */
import * as tf from "@tensorflow/tfjs-core";
import { dropoutScale } from "../engine/dropout.ts";
import type { Key, Tensors } from "../engine/engine.ts";
import type { Ops } from "../engine/ops.ts";
import type { WeightNormedConvolution, WeightNormedTable } from "./weight-normed.ts";

/** Under the root of weight norm, and of a channel's deviation in its initialisation. */
const EPSILON = 1e-6;

/** W · g / sqrt(10⁻⁶ + Σ W²), the sum over all but the output channels; W [kernel, kernel, in, out], g [out]. */
export function normedWeights(weights: tf.Tensor4D, gain: tf.Tensor): tf.Tensor4D {
  const norm = tf.sqrt(tf.add(tf.sum(tf.square(weights), [0, 1, 2]), EPSILON));
  return tf.mul(weights, tf.div(gain, norm));
}

/** Input [batch, …] → the last row's maps. Elements are dropped where there is `nextKey`, which gives each dropout a key. */
export function weightNormed(
  table: WeightNormedTable,
  parameters: Tensors,
  input: tf.Tensor4D,
  ops: Ops,
  nextKey?: () => Key,
): tf.Tensor4D {
  return forward(table, parameters, input, ops, nextKey, (linear, name) =>
    ops.addBias(linear, parameters[`${name}/bias`]!),
  );
}

/**
 * Gains and biases by which each channel of each convolution, in order, has mean 0 and its row's deviation s on this batch
 * (openai/improved-gan, nn.py): of a channel's mean m and standard deviation d before the bias, b = −m s / d, g ← g s / d.
 * What a row gives so is the next one's input. Dropout is on. Returns the new parameters by name, and the output.
 */
export function initialisedByBatch(
  table: WeightNormedTable,
  parameters: Tensors,
  input: tf.Tensor4D,
  ops: Ops,
  nextKey: () => Key,
): { readonly parameters: Tensors; readonly output: tf.Tensor4D } {
  const set: Record<string, tf.Tensor> = {};
  const output = forward(table, parameters, input, ops, nextKey, (linear, name, [, , , , , , deviation]) => {
    const mean = tf.mean(linear, [0, 1, 2]);
    const centred = tf.sub(linear, mean);
    const factor = tf.div(deviation, tf.sqrt(tf.add(tf.mean(tf.square(centred), [0, 1, 2]), EPSILON)));
    set[`${name}/gain`] = tf.mul(parameters[`${name}/gain`]!, factor);
    set[`${name}/bias`] = tf.neg(tf.mul(mean, factor));
    return tf.mul(centred, factor);
  });
  return { parameters: set, output };
}

function forward(
  table: WeightNormedTable,
  parameters: Tensors,
  input: tf.Tensor4D,
  ops: Ops,
  nextKey: (() => Key) | undefined,
  shifted: (linear: tf.Tensor4D, name: string, row: WeightNormedConvolution) => tf.Tensor4D,
): tf.Tensor4D {
  return table.rows.reduce((x, row, index) => {
    if (row[0] === "meanPool") return tf.mean(x, [1, 2], true) as tf.Tensor4D;
    if (row[0] === "dropout") return nextKey ? ops.dropout(x, row[1], nextKey()) : x;
    const [, , stride, padding, , , , nonlinearity] = row;
    const name = `${table.name}/${index + 1}`;
    const gain = parameters[`${name}/gain`]!;
    // What makes up for dropped elements is in the weights that follow: it costs less there.
    const before = nextKey && table.rows[index - 1];
    const scaled = before?.[0] === "dropout" ? tf.mul(gain, dropoutScale(before[1])) : gain;
    const weights = normedWeights(parameters[`${name}/weights`] as tf.Tensor4D, scaled);
    const y = shifted(ops.conv2d(padded(x, padding), weights, stride), name, row);
    return nonlinearity === "leakyRelu" ? ops.leakyRelu(y, table.leak) : y;
  }, input);
}

function padded(x: tf.Tensor4D, padding: number): tf.Tensor4D {
  const sides: [number, number] = [padding, padding];
  return padding === 0 ? x : tf.pad(x, [[0, 0], sides, sides, [0, 0]]);
}
