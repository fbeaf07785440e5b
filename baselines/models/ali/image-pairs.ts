/** What every model that learns to tell pairs (x, ẑ) of images and codes from pairs (x̃, z) has in common. */
import * as tf from "@tensorflow/tfjs-core";
import type { Posterior } from "../../../harness/contract/model.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Key, Tensors } from "../../../harness/engine/step.ts";
import type { ConvolutionalTraining } from "../../../harness/nn/convolutional-forward.ts";
import { keyFor } from "../../../harness/nn/keys.ts";
import { type TwoLosses, twoLosses } from "../../../harness/nn/losses.ts";
import { type BatchStatistics, type Parameter, parametersOf } from "../../../harness/nn/mlp.ts";
import { flatStatistics } from "../../../harness/nn/running-averages.ts";
import { discriminatorLoss, generatorLoss } from "./objective.ts";

/** Inputs of one update: images x [batch, height, width, channels]; z and ε [batch, 1, 1, latent]. */
export interface ImageInputs {
  readonly x: tf.Tensor4D;
  readonly z: tf.Tensor4D;
  readonly epsilon: tf.Tensor4D;
}
export type ImageGradients<Told extends Tensors = Tensors> = TwoLosses<Told & { readonly statistics: tf.Tensor1D }>;

/** What a pass in training needs beside the inputs: batch norm's ε, and a key of its own for each dropout. */
export interface ImageTraining {
  readonly batchNormEpsilon: number;
  nextKey(): Key;
}

export type PairImages = readonly [x: tf.Tensor4D, xTilde: tf.Tensor4D];
export type PairCodes = readonly [zHat: tf.Tensor4D, z: tf.Tensor4D];

/** The networks in training. */
export interface PairNetworks {
  /** x → (μ, log σ) [batch, 1, 1, 2 · latent] */
  encode(x: tf.Tensor4D, training: ConvolutionalTraining): tf.Tensor4D;
  /** z → x̃ */
  decode(z: tf.Tensor4D, training: ConvolutionalTraining): tf.Tensor4D;
  /**
   * Both kinds of pairs as one batch, the data's first → logits [pairs, 1, 1, outputs]. With `observed` instead of
   * `training` the statistics of its batch norms are told after those of encoder and decoder.
   */
  discriminate(
    images: PairImages,
    codes: PairCodes,
    training: ConvolutionalTraining,
    observed: ConvolutionalTraining,
  ): tf.Tensor4D;
}

/** The losses of both players, and what else is told of them. */
export interface PairLosses<Told extends Tensors = Tensors> {
  readonly discriminatorLoss: tf.Scalar;
  readonly generatorLoss: tf.Scalar;
  readonly told: Told;
}

export type PairGroups = Readonly<Record<"generator" | "discriminator", readonly Parameter[]>>;

/** What the random numbers of a step are for: each purpose has a key of its own; dropouts count on from theirs. */
const PURPOSE = { prior: 0, encoderNoise: 1, dropout: 2 } as const;

/** A step's random numbers. Each dropout of the step has the next key. */
export function stepRandom(ops: Ops, key: Key, batch: number, latent: number) {
  const normals = (purpose: number) =>
    ops.randomNormal([batch, 1, 1, latent], keyFor(ops, key, purpose)) as tf.Tensor4D;
  let dropouts = 0;
  return {
    z: () => normals(PURPOSE.prior),
    epsilon: () => normals(PURPOSE.encoderNoise),
    nextKey: (): Key => keyFor(ops, key, PURPOSE.dropout + dropouts++),
  };
}

/** Losses, a function of the discriminator's logits, and gradients of one forward pass. Call inside tf.tidy. */
export function pairGradients<Told extends Tensors>(
  { encode, decode, discriminate }: PairNetworks,
  groups: PairGroups,
  state: Tensors,
  { x, z, epsilon }: ImageInputs,
  { batchNormEpsilon, nextKey }: ImageTraining,
  losses: (logits: tf.Tensor4D) => PairLosses<Told>,
): ImageGradients<Told> {
  const training = { epsilon: batchNormEpsilon, nextKey };
  return twoLosses(parametersOf(state, groups.discriminator), parametersOf(state, groups.generator), () => {
    const layers: BatchStatistics[] = [];
    const observed = { ...training, observe: (statistics: BatchStatistics) => void layers.push(statistics) };
    const zHat = reparameterise(encode(x, observed), epsilon);
    const xTilde = decode(z, observed);
    const { told, ...players } = losses(discriminate([x, xTilde], [zHat, z], training, observed));
    return { ...players, aux: { ...told, statistics: flatStatistics(layers) } };
  });
}

/** Both losses of the logits [2 · batch, 1, 1, 1] of as many cases of both kinds, the data's first. */
export function lossesOf(logits: tf.Tensor4D): PairLosses {
  const batch = logits.shape[0] / 2;
  const [q, p] = tf.split(tf.reshape(logits, [2 * batch, 1]), [batch, batch]) as [tf.Tensor2D, tf.Tensor2D];
  return { discriminatorLoss: discriminatorLoss({ q, p }), generatorLoss: generatorLoss({ q, p }), told: {} };
}

/** ẑ = μ + σ ε of the encoder's output (μ, log σ) [batch, 1, 1, 2 · latent]. */
export function reparameterise(encoded: tf.Tensor4D, epsilon: tf.Tensor4D): tf.Tensor4D {
  const [mu, logSigma] = halvesOf(encoded);
  return tf.add(mu, tf.mul(tf.exp(logSigma), epsilon));
}

/** μ and σ of the encoder's output. */
export function posteriorOf(encoded: tf.Tensor4D): Posterior {
  const [mu, logSigma] = halvesOf(encoded);
  return { mean: asPoints(mu), sd: asPoints(tf.exp(logSigma)) };
}

const halvesOf = (encoded: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D] =>
  tf.split(encoded, 2, 3) as [tf.Tensor4D, tf.Tensor4D];

/** [n, size] as maps of one place each, and back. */
export const asMap = (points: tf.Tensor2D): tf.Tensor4D => tf.reshape(points, [-1, 1, 1, points.shape[1]]);
export const asPoints = (maps: tf.Tensor4D): tf.Tensor2D => tf.reshape(maps, [maps.shape[0], -1]);
