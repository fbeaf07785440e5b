import * as tf from "@tensorflow/tfjs-core";
import type { Crossed } from "../../../harness/nn/joint-mlp.ts";
import { divergenceAndHalf, type Gaussian, logDensity, NORMALISER, type Sampled } from "../gaussian.ts";
import { classCrossEntropy, classesFirst, marginalBound } from "../marginal-bound.ts";

/** M1: log p(x | z1) − KL(q(z1 | x) ‖ p(z1)), with one sample of z1; [1, 1, cases]. */
export function m1Bound(x: Crossed, q: Sampled, p: Gaussian): tf.Tensor3D {
  return tf.sub(tf.sub(logDensity(x, p), divergenceAndHalf(q)), constants(x.shape[3], q.mu.shape[3]));
}

/** What a bound without constants has too much: of p's normaliser, and of the divergence. */
const constants = (data: number, latent: number): number => data * NORMALISER - latent / 2;

/**
 * M2: L(z1, y) = log p(z1 | y, z2) + log p(y) − KL(q(z2 | z1, y) ‖ p(z2)), with one sample of z2, but for constants, of which
 * p(y) = 1 / classes is one; [classes, 1, cases].
 */
export function m2Bound(z1: Crossed, q: Sampled, p: Gaussian): tf.Tensor3D {
  return tf.sub(logDensity(z1, p), divergenceAndHalf(q));
}

/** Sums over a batch, in nats. */
export interface M2Terms {
  /** Σ L(z1, y) of the labelled cases, whole. */
  readonly labelled: tf.Scalar;
  /** Σ −log q(y | z1) of the labelled cases. */
  readonly crossEntropy: tf.Scalar;
  /** Σ_cases Σ_y q(y | z1) · (L(z1, y) − log q(y | z1)) of the unlabelled ones, whole. */
  readonly unlabelled: tf.Scalar;
}

/**
 * Constants of L come last: a graph may move a constant among the terms of L, whose value q(y | z1) learns from.
 * @param labelled L [1, 1, cases], and logits and y [1, 1, cases, classes]
 * @param unlabelled L of every class [classes, 1, cases], and logits [1, 1, cases, classes]
 */
export function m2Terms(
  labelled: { readonly bound: tf.Tensor3D; readonly logits: Crossed; readonly y: Crossed },
  unlabelled: { readonly bounds: tf.Tensor3D; readonly logits: Crossed },
  widths: { readonly z1: number; readonly z2: number },
): M2Terms {
  const excess = Math.log(unlabelled.bounds.shape[0]) + constants(widths.z1, widths.z2);
  const crossEntropy = classCrossEntropy(classesFirst(labelled.y), classesFirst(labelled.logits));
  const marginal = marginalBound(unlabelled.bounds, classesFirst(unlabelled.logits));
  return {
    labelled: tf.sum(tf.sub(labelled.bound, excess)),
    crossEntropy: tf.sum(crossEntropy),
    unlabelled: tf.sum(tf.sub(marginal, excess)),
  };
}

/**
 * −(Σ J_labelled + Σ J_unlabelled) / batch, J_labelled = L + β log q(y | z1), β = α · N / n: with batches that are a share of
 * all N cases, n of them labelled, the authors' objective over N, but for the prior of the weights.
 */
export function m2Loss({ labelled, crossEntropy, unlabelled }: M2Terms, beta: number, batch: number): tf.Scalar {
  return tf.mul(tf.sub(tf.mul(crossEntropy, beta), tf.add(labelled, unlabelled)), 1 / batch);
}
