import * as tf from "@tensorflow/tfjs-core";

/** Of the logits q = D(x) and p = D(x̃), each [batch, 1, 1, 1]: mean softplus(−q) + mean softplus(p). */
export function discriminatorLoss(q: tf.Tensor, p: tf.Tensor): tf.Scalar {
  return tf.add(tf.mean(tf.softplus(tf.neg(q))), tf.mean(tf.softplus(p)));
}

/** The generator's that does not saturate, of p = D(x̃): mean softplus(−p). */
export function generatorLoss(p: tf.Tensor): tf.Scalar {
  return tf.mean(tf.softplus(tf.neg(p)));
}
