import * as tf from "@tensorflow/tfjs-core";
import type { Crossed } from "../../../harness/nn/joint-mlp.ts";
import { divergence, type Gaussian, logDensity, type Sampled } from "../gaussian.ts";
import { marginalBound } from "../marginal-bound.ts";

/** M1: log p(x | z1) − KL(q(z1 | x) ‖ p(z1)), with one sample of z1; [1, 1, cases]. */
export function m1Bound(x: Crossed, q: Sampled, p: Gaussian): tf.Tensor3D {
  return tf.sub(logDensity(x, p), divergence(q));
}

/** M2: L(z1, y) = log p(z1 | y, z2) + log p(y) − KL(q(z2 | z1, y) ‖ p(z2)), with one sample of z2 and p(y) = 1 / classes. */
export function m2Bound(z1: Crossed, q: Sampled, p: Gaussian, classes: number): tf.Tensor3D {
  return tf.sub(tf.sub(logDensity(z1, p), divergence(q)), Math.log(classes));
}

/** Sums over a batch, in nats. */
export interface M2Terms {
  /** Σ L(z1, y) of the labelled cases. */
  readonly labelled: tf.Scalar;
  /** Σ −log q(y | z1) of the labelled cases. */
  readonly crossEntropy: tf.Scalar;
  /** Σ_cases Σ_y q(y | z1) · (L(z1, y) − log q(y | z1)) of the unlabelled ones. */
  readonly unlabelled: tf.Scalar;
}

/**
 * @param labelled L of the labelled cases, and logits and y [cases, classes]
 * @param unlabelled L of every class [classes, 1, cases], and logits [cases, classes]
 */
export function m2Terms(
  labelled: { readonly bound: tf.Tensor3D; readonly logits: tf.Tensor2D; readonly y: tf.Tensor2D },
  unlabelled: { readonly bounds: tf.Tensor3D; readonly logits: tf.Tensor2D },
): M2Terms {
  const [classes, , cases] = unlabelled.bounds.shape;
  const logQ = tf.transpose(tf.logSoftmax(unlabelled.logits));
  return {
    labelled: tf.sum(labelled.bound),
    crossEntropy: tf.neg(tf.sum(tf.mul(labelled.y, tf.logSoftmax(labelled.logits)))),
    unlabelled: tf.sum(marginalBound(tf.reshape(unlabelled.bounds, [classes, cases]), logQ)),
  };
}

/**
 * −(Σ J_labelled + Σ J_unlabelled) / batch, J_labelled = L + β log q(y | z1), β = α · N / n: with batches that are a share of
 * all N cases, n of them labelled, the authors' objective over N, but for the prior of the weights.
 */
export function m2Loss({ labelled, crossEntropy, unlabelled }: M2Terms, beta: number, batch: number): tf.Scalar {
  return tf.div(tf.sub(tf.mul(crossEntropy, beta), tf.add(labelled, unlabelled)), batch);
}
