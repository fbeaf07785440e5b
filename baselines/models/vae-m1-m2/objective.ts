import * as tf from "@tensorflow/tfjs-core";
import type { Crossed } from "../../../harness/nn/joint-mlp.ts";
import { divergence, type Gaussian, logDensity, type Sampled } from "../gaussian.ts";
import { classCrossEntropy, classesFirst, marginalBound } from "../marginal-bound.ts";

/** M1: log p(x | z1) − KL(q(z1 | x) ‖ p(z1)), with one sample of z1; [1, 1, cases]. */
export function m1Bound(x: Crossed, q: Sampled, p: Gaussian): tf.Tensor3D {
  return tf.sub(logDensity(x, p), divergence(q));
}

/** M2, but for log p(y): L(z1, y) = log p(z1 | y, z2) − KL(q(z2 | z1, y) ‖ p(z2)), with one sample of z2; [classes, 1, cases]. */
export function m2Bound(z1: Crossed, q: Sampled, p: Gaussian): tf.Tensor3D {
  return tf.sub(logDensity(z1, p), divergence(q));
}

/** Sums over a batch, in nats. */
export interface M2Terms {
  /** Σ L(z1, y) of the labelled cases, with log p(y). */
  readonly labelled: tf.Scalar;
  /** Σ −log q(y | z1) of the labelled cases. */
  readonly crossEntropy: tf.Scalar;
  /** Σ_cases Σ_y q(y | z1) · (L(z1, y) − log q(y | z1)) of the unlabelled ones, with log p(y). */
  readonly unlabelled: tf.Scalar;
}

/**
 * log p(y) = −log classes comes last: a graph may move a constant among the terms of L, whose value q(y | z1) learns from.
 * @param labelled L [1, 1, cases], and logits and y [1, 1, cases, classes]
 * @param unlabelled L of every class [classes, 1, cases], and logits [1, 1, cases, classes]
 */
export function m2Terms(
  labelled: { readonly bound: tf.Tensor3D; readonly logits: Crossed; readonly y: Crossed },
  unlabelled: { readonly bounds: tf.Tensor3D; readonly logits: Crossed },
): M2Terms {
  const logClasses = Math.log(unlabelled.bounds.shape[0]);
  const crossEntropy = classCrossEntropy(classesFirst(labelled.y), classesFirst(labelled.logits));
  const marginal = marginalBound(unlabelled.bounds, classesFirst(unlabelled.logits));
  return {
    labelled: tf.sum(tf.sub(labelled.bound, logClasses)),
    crossEntropy: tf.sum(crossEntropy),
    unlabelled: tf.sum(tf.sub(marginal, logClasses)),
  };
}

/**
 * −(Σ J_labelled + Σ J_unlabelled) / batch, J_labelled = L + β log q(y | z1), β = α · N / n: with batches that are a share of
 * all N cases, n of them labelled, the authors' objective over N, but for the prior of the weights.
 */
export function m2Loss({ labelled, crossEntropy, unlabelled }: M2Terms, beta: number, batch: number): tf.Scalar {
  return tf.mul(tf.sub(tf.mul(crossEntropy, beta), tf.add(labelled, unlabelled)), 1 / batch);
}
