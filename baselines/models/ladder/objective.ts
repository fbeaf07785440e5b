/** The Γ model's denoising at the top (CuriousAI/ladder, ladder.py, "gauss"). Units are the classes. */
import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../../../harness/engine/differentiable.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { logProbabilities } from "../../../harness/nn/log-probabilities.ts";

/** Under the roots of every batch norm. */
export const EPSILON = 1e-10;

/**
 * ẑ = (z̃ − μ) · v + μ with μ = a1 σ(a2 u + a3) + a4 u + a5, v = a6 σ(a7 u + a8) + a9 u + a10, unit by unit; z̃ and u [batch, units].
 * Coefficients a [5, 2, units]: a1 to a5, then of each of them a6 to a10.
 */
export function denoised(zTilde: tf.Tensor2D, u: tf.Tensor2D, a: tf.Tensor): tf.Tensor2D {
  const [outer, slope, offset, linear, constant] = tf.split(a, 5) as Five;
  const above = tf.expandDims(u, 1);
  const bent = tf.mul(outer, tf.sigmoid(tf.add(tf.mul(slope, above), offset)));
  const both = tf.add(tf.add(bent, tf.mul(linear, above)), constant);
  const [mu, v] = tf.split(both, 2, 1).map((half) => tf.squeeze(half, [1])) as [tf.Tensor2D, tf.Tensor2D];
  return tf.add(tf.mul(tf.sub(zTilde, mu), v), mu);
}
type Five = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

/**
 * Mean over batch and units of (ẑBN − z)², where m and s are mean and biased variance of the clean path before its batch norm, `pre`
 * [batch, units], z = (pre − m) / √(s + ε) what it gives, and ẑBN = (ẑ − m) / √(s + ε): m drops out. Gradients go through `pre` too.
 */
export function denoisingCost(zHat: tf.Tensor2D, pre: tf.Tensor2D): tf.Scalar {
  const inverse = tf.rsqrt(tf.add(varianceOf(pre), EPSILON));
  return tf.mean(tf.square(tf.mul(tf.sub(zHat, pre), inverse)));
}

/** Biased variance of each unit [units]; one operation, so that its input has one gradient and not the sum of two. */
function varianceOf(x: tf.Tensor2D): tf.Tensor {
  return differentiable([x], (x) => {
    const centred = tf.sub(x!, tf.mean(x!, 0));
    return {
      value: tf.mean(tf.square(centred), 0),
      saved: [centred],
      gradient: (dy, [centred]) => [() => tf.mul(centred!, tf.mul(dy, 2 / centred!.shape[0]!))],
    };
  });
}

/** Batch norm of the classes' probabilities [batch, units]: u. */
export function normalisedAbove(logits: tf.Tensor2D, ops: Ops): tf.Tensor2D {
  const [batch, units] = logits.shape;
  const p = tf.reshape(tf.exp(logProbabilities(logits)), [batch, 1, 1, units]) as tf.Tensor4D;
  return tf.reshape(ops.batchNorm(p, EPSILON).y, [batch, units]);
}
