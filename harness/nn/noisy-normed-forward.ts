/** The forward pass of a table under batch norm and noise: in training, of several parts of a batch, and on averages. */
import * as tf from "@tensorflow/tfjs-core";
import { padded } from "../engine/convolution.ts";
import { dropoutScale } from "../engine/dropout.ts";
import { meanOfPlaces } from "../engine/mean-of-places.ts";
import type { Ops } from "../engine/ops.ts";
import type { Key, Tensors } from "../engine/step.ts";
import { afterRow, type NoisyNormedRow, type NoisyNormedTable, zerosAbout } from "./noisy-normed.ts";
import { splitAverages } from "./running-averages.ts";

/** What one layer of maps is normalised by, each [channels]; of a batch, the variance is biased. */
export interface Moments {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/** Some of a batch's images, which are normalised by themselves. */
export interface Part {
  readonly x: tf.Tensor4D;
  /** Without noise it is clean. */
  readonly noisy: boolean;
}
export interface PartMaps {
  /** Of the last row, before its batch norm. */
  readonly linear: tf.Tensor4D;
  /** Of the last row, normalised and noisy where it is so, before the bias. */
  readonly normal: tf.Tensor4D;
  readonly output: tf.Tensor4D;
  /** Of each normed row. */
  readonly moments: readonly Moments[];
}
export interface NoisyNormedTraining {
  /** Batch norm's ε. */
  readonly epsilon: number;
  /** A key of its own for the noise of each noisy part, of the input and of each normed row, and for each dropout. */
  nextKey(): Key;
}

/**
 * Forward pass in training. All parts go through a row's operation together, so that each parameter is used once, but batch norm is
 * by each part's own mean and variance. Dropout is of all parts.
 */
export function trainNoisyNormed(
  table: NoisyNormedTable,
  parameters: Tensors,
  parts: readonly Part[],
  ops: Ops,
  { epsilon, nextKey }: NoisyNormedTraining,
): PartMaps[] {
  const counts = parts.map(({ x }) => x.shape[0]);
  const ofParts = (x: tf.Tensor4D): tf.Tensor4D[] => (counts.length === 1 ? [x] : tf.split(x, counts));
  const withNoise = (x: tf.Tensor4D, part: Part): tf.Tensor4D =>
    part.noisy && table.noise > 0 ? tf.add(x, tf.mul(ops.randomNormal(x.shape, nextKey()), table.noise)) : x;
  const moments: Moments[][] = parts.map(() => []);
  const input = joined(parts.map((part) => withNoise(part.x, part)));
  const last = forward(table, parameters, input, ops, {
    drop: (x, rate) => tf.mul(ops.dropout(x, rate, nextKey()), dropoutScale(rate)),
    normalise(linear) {
      const made = ofParts(linear).map((x) => ops.batchNorm(x, epsilon));
      return {
        normal: joined(made.map(({ y }, at) => withNoise(y, parts[at]!))),
        moments: made.map(({ mean, variance }) => ({ mean, variance })),
      };
    },
    observe: (ofLayer) => ofLayer.forEach((one, at) => void moments[at]!.push(one)),
  });
  const [linear, normal, output] = [last.linear, last.normal, last.output].map(ofParts) as Three;
  return parts.map((_, at) => ({
    linear: linear[at]!,
    normal: normal[at]!,
    output: output[at]!,
    moments: moments[at]!,
  }));
}
type Three = [tf.Tensor4D[], tf.Tensor4D[], tf.Tensor4D[]];

/** Forward pass without noise or dropout; batch norm by the given moments, in the layers' order. */
export function evaluateNoisyNormed(
  table: NoisyNormedTable,
  parameters: Tensors,
  x: tf.Tensor4D,
  ops: Ops,
  epsilon: number,
  moments: readonly Moments[],
): tf.Tensor4D {
  let layer = 0;
  const normalise = (linear: tf.Tensor4D): Normalised => {
    const { mean, variance } = moments[layer++]!;
    return { normal: tf.mul(tf.sub(linear, mean), tf.rsqrt(tf.add(variance, epsilon))), moments: [] };
  };
  return forward(table, parameters, x, ops, { normalise }).output;
}

/** The layers' moments as one flat vector: all means, then all variances. */
export function flatMoments(layers: readonly Moments[]): tf.Tensor1D {
  return tf.concat([...layers.map(({ mean }) => mean), ...layers.map(({ variance }) => variance)]);
}

/** That vector, or an average of such, as moments of layers of these widths. */
export function splitMoments(flat: tf.Tensor, maps: readonly number[]): Moments[] {
  return splitAverages(flat, maps).map(({ mean, deviation }) => ({ mean, variance: deviation }));
}

interface Normalised {
  readonly normal: tf.Tensor4D;
  readonly moments: readonly Moments[];
}
interface Pass {
  drop?(x: tf.Tensor4D, rate: number): tf.Tensor4D;
  normalise(linear: tf.Tensor4D): Normalised;
  observe?(moments: readonly Moments[]): void;
}
interface RowMaps extends Normalised {
  readonly linear: tf.Tensor4D;
  readonly output: tf.Tensor4D;
}

function forward(
  table: NoisyNormedTable,
  parameters: Tensors,
  input: tf.Tensor4D,
  ops: Ops,
  { drop, normalise, observe }: Pass,
): RowMaps {
  return table.rows.reduce<RowMaps>((before, row, index) => {
    // A row's intermediate maps are large: what no gradient needs goes at once.
    const made = tf.tidy((): RowMaps & tf.TensorContainerObject => {
      const of = (role: string): tf.Tensor => parameters[`${table.name}/${index + 1}/${role}`]!;
      if (row[0] === "dropout") return unnormed(drop ? drop(before.output, row[1]) : before.output);
      const { normed, bias } = afterRow(row);
      const linear = applied(row, before.output, () => of("weights") as tf.Tensor4D, ops);
      const { normal, moments } = normed ? normalise(linear) : { normal: linear, moments: [] };
      const biased = bias ? ops.addBias(normal, of("bias")) : normal;
      const bent = row[0] === "conv" && row[6] === "leakyRelu";
      const output = bent ? ops.leakyRelu(biased, table.leak) : biased;
      return { linear, normal, output, moments } as RowMaps & tf.TensorContainerObject;
    });
    observe?.(made.moments);
    return made;
  }, unnormed(input));
}

const unnormed = (x: tf.Tensor4D) => ({ linear: x, normal: x, output: x, moments: [] });

function applied(
  row: Exclude<NoisyNormedRow, readonly ["dropout", number]>,
  x: tf.Tensor4D,
  weights: () => tf.Tensor4D,
  ops: Ops,
): tf.Tensor4D {
  switch (row[0]) {
    case "conv":
      return ops.conv2d(padded(x, zerosAbout(row)), weights(), 1);
    case "maxPool":
      return ops.maxPool2(x);
    case "meanPool":
      return meanOfPlaces(x, row[1]);
  }
}

const joined = (parts: readonly tf.Tensor4D[]): tf.Tensor4D =>
  parts.length === 1 ? parts[0]! : tf.concat([...parts], 0);
