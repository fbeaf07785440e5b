/** The forward pass of a table under weight norm, and its initialisation from a batch. */
import * as tf from "@tensorflow/tfjs-core";
import { padded } from "../engine/convolution.ts";
import { dropoutScale } from "../engine/dropout.ts";
import { meanOfPlaces } from "../engine/mean-of-places.ts";
import type { Ops } from "../engine/ops.ts";
import type { Key, Tensors } from "../engine/step.ts";
import type { WeightNormedConvolution, WeightNormedTable } from "./weight-normed.ts";

/** Under the root of weight norm, and of a channel's deviation in its initialisation. */
const EPSILON = 1e-6;

/** W · g / sqrt(10⁻⁶ + Σ W²), the sum over all but the output channels; W [kernel, kernel, in, out], g [out]. */
export function normedWeights(weights: tf.Tensor4D, gain: tf.Tensor): tf.Tensor4D {
  return tf.mul(weights, tf.mul(gain, inverseNorm(weights, [0, 1, 2])));
}

/** The same of a transposed convolution's W [kernel, kernel, out, in]. */
export function normedTransposed(weights: tf.Tensor4D, gain: tf.Tensor): tf.Tensor4D {
  return tf.mul(weights, tf.reshape(tf.mul(gain, inverseNorm(weights, [0, 1, 3])), [-1, 1]));
}

/** A quotient by the root would be computed by rsqrt in a captured graph alone. */
const inverseNorm = (weights: tf.Tensor4D, axes: number[]): tf.Tensor =>
  tf.rsqrt(tf.add(tf.sum(tf.square(weights), axes), EPSILON));

/** Input [batch, …] → the last row's maps. Elements are dropped where there is `nextKey`, which gives each dropout a key. */
export function weightNormed(
  table: WeightNormedTable,
  parameters: Tensors,
  input: tf.Tensor4D,
  ops: Ops,
  nextKey?: () => Key,
): tf.Tensor4D {
  return weightNormedParts(table, parameters, [input], ops, nextKey)[0]!;
}

/** `weightNormed` of parts of a batch, row by row: one that depends on no parameter of another network costs that no gradient. */
export function weightNormedParts(
  table: WeightNormedTable,
  parameters: Tensors,
  parts: readonly tf.Tensor4D[],
  ops: Ops,
  nextKey?: () => Key,
): readonly tf.Tensor4D[] {
  return forward(table, parameters, parts, ops, nextKey, (linear, name) =>
    ops.addBias(linear, parameters[`${name}/bias`]!),
  );
}

/**
 * Gain and bias by which each channel of linear maps [batch, height, width, channels], before the bias, has mean 0 and deviation s
 * on this batch (openai/improved-gan, nn.py): of a channel's mean m and standard deviation d, b = −m s / d, g ← g s / d.
 * With `layer`, d is that of all channels about their means.
 */
export function initialisedLayer(
  linear: tf.Tensor4D,
  gain: tf.Tensor,
  deviation: number,
  of: WeightNormedTable["deviationOf"],
): { readonly gain: tf.Tensor; readonly bias: tf.Tensor; readonly output: tf.Tensor4D } {
  const mean = tf.mean(linear, [0, 1, 2]);
  const centred = tf.sub(linear, mean);
  const variance = tf.mean(tf.square(centred), of === "channel" ? [0, 1, 2] : undefined);
  const factor = tf.div(deviation, tf.sqrt(tf.add(variance, EPSILON)));
  return { gain: tf.mul(gain, factor), bias: tf.neg(tf.mul(mean, factor)), output: tf.mul(centred, factor) };
}

/**
 * `initialisedLayer` of each convolution in order; what one gives so is the next one's input. Dropout is on. Returns the new
 * parameters by name, and the output.
 */
export function initialisedByBatch(
  table: WeightNormedTable,
  parameters: Tensors,
  input: tf.Tensor4D,
  ops: Ops,
  nextKey: () => Key,
): { readonly parameters: Tensors; readonly output: tf.Tensor4D } {
  const set: Record<string, tf.Tensor> = {};
  const [output] = forward(table, parameters, [input], ops, nextKey, (linear, name, [, , , , , , deviation]) => {
    const made = initialisedLayer(linear, parameters[`${name}/gain`]!, deviation, table.deviationOf);
    set[`${name}/gain`] = made.gain;
    set[`${name}/bias`] = made.bias;
    return made.output;
  });
  return { parameters: set, output: output! };
}

function forward(
  table: WeightNormedTable,
  parameters: Tensors,
  parts: readonly tf.Tensor4D[],
  ops: Ops,
  nextKey: (() => Key) | undefined,
  shifted: (linear: tf.Tensor4D, name: string, row: WeightNormedConvolution) => tf.Tensor4D,
): readonly tf.Tensor4D[] {
  return table.rows.reduce((parts, row, index) => {
    if (row[0] === "meanPool") return parts.map((x) => meanOfPlaces(x));
    if (row[0] === "dropout") {
      const [, rate] = row;
      // In the weights it would cost less, but a graph moves a constant there, and not always to the same place.
      return nextKey ? parts.map((x) => tf.mul(ops.dropout(x, rate, nextKey()), dropoutScale(rate))) : parts;
    }
    const [, , stride, padding, , , , nonlinearity] = row;
    const name = `${table.name}/${index + 1}`;
    const weights = normedWeights(parameters[`${name}/weights`] as tf.Tensor4D, parameters[`${name}/gain`]!);
    return parts.map((x) => {
      const y = shifted(ops.conv2d(padded(x, padding), weights, stride), name, row);
      return nonlinearity === "leakyRelu" ? ops.leakyRelu(y, table.leak) : y;
    });
  }, parts);
}
