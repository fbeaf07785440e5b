import * as tf from "@tensorflow/tfjs-core";
import type { Crossed } from "../../../harness/nn/joint-mlp.ts";
import {
  type Gaussian,
  logDensity,
  logDensityOfSample,
  logStandardNormal,
  NORMALISER,
  type Sampled,
} from "../gaussian.ts";
import { classCrossEntropy, classesFirst, marginalBound } from "../marginal-bound.ts";

/**
 * Where the expectation over a ~ q(a | x) of what depends on q(y | a, x) is taken: as the authors' `code` has it, q is the
 * mean over the samples of a before its logarithm and before the sum over classes; as the `paper` has it, each sample of a
 * has its own q(y | a, x), and the mean is taken last. With one sample of a they are the same.
 */
export type Expectations = "code" | "paper";

/** σ² + exp(lowest) in the place of σ², so that a pixel's density cannot run away: log σ² stays above `lowest`. */
export function boundedBelow({ mu, logVariance }: Gaussian, lowest: number): Gaussian {
  return { mu, logVariance: tf.log(tf.add(tf.exp(logVariance), Math.exp(lowest))) };
}

/** What a bound is made of; distributions are [classes, samples, cases, width], with 1 where the axis does not matter. */
export interface Pass {
  readonly x: Crossed;
  readonly z: Crossed;
  readonly a: Crossed;
  readonly qa: Sampled;
  readonly qz: Sampled;
  readonly pa: Gaussian;
  readonly px: Gaussian;
}

/**
 * L(x, y) = log p(x | a, z, y) + log p(a | z, y) + log p(z) − log q(a | x) − log q(z | a, x, y), but for log p(y) and the
 * normaliser of x (those of a and of z cancel), of one sample each of a and z, nothing in closed form; [classes, samples,
 * cases]. One sum: a graph may add up a chain in another order, and the gradient of q(y | x) takes L's value.
 */
export function bound({ x, z, a, qa, qz, pa, px }: Pass): tf.Tensor3D {
  const crossed = [logDensity(x, px), logDensity(a, pa), logStandardNormal(z), tf.neg(logDensityOfSample(qz))];
  return tf.sub(tf.sum(tf.stack(crossed), 0), logDensityOfSample(qa));
}

/** log q(y | x) as the reading has it, up to a constant: logits [1, samples, cases, classes] → [classes, samples or 1, cases]. */
export function logClass(logits: Crossed, expectations: Expectations): tf.Tensor3D {
  return expectations === "code" && logits.shape[1] > 1 ? meanInside(logits) : classesFirst(logits);
}

/** log of the mean over samples of q(y | a, x): logits [1, samples, cases, classes] → [classes, 1, cases]. */
export function meanInside(logits: Crossed): tf.Tensor3D {
  const logQ = classesFirst(tf.logSoftmax(logits));
  return tf.sub(tf.logSumExp(logQ, 1, true), Math.log(logits.shape[1]));
}

/** Means over a batch, in nats, bounds whole. */
export interface Terms {
  readonly labelled: tf.Scalar;
  readonly crossEntropy: tf.Scalar;
  readonly unlabelled: tf.Scalar;
}

/**
 * log p(y) = −log classes and the normaliser come last: a graph may move a constant among the terms of L, whose value
 * q(y | a, x) learns from.
 * @param labelled L [1, samples, cases], logits of q(y | a, x), and y [1, 1, cases, classes]
 * @param unlabelled L of every class [classes, samples, cases], and logits
 */
export function terms(
  labelled: { readonly bound: tf.Tensor3D; readonly logits: Crossed; readonly y: Crossed },
  unlabelled: { readonly bounds: tf.Tensor3D; readonly logits: Crossed },
  expectations: Expectations,
  pixels: number,
): Terms {
  const logQ = logClass(labelled.logits, expectations);
  const bounds = expectations === "code" ? tf.mean(unlabelled.bounds, 1, true) : unlabelled.bounds;
  const marginal = marginalBound(bounds, logClass(unlabelled.logits, expectations));
  const constants = Math.log(unlabelled.bounds.shape[0]) + pixels * NORMALISER;
  return {
    labelled: tf.mean(tf.sub(labelled.bound, constants)),
    crossEntropy: tf.mean(classCrossEntropy(classesFirst(labelled.y), logQ)),
    unlabelled: tf.mean(tf.sub(marginal, constants)),
  };
}

/** −(mean L_labelled + mean L_unlabelled) + β · mean −log q(y | x), β = α · N / n (the authors' code: α = 0.1). */
export function loss({ labelled, crossEntropy, unlabelled }: Terms, beta: number): tf.Scalar {
  return tf.sub(tf.mul(crossEntropy, beta), tf.add(labelled, unlabelled));
}
