import * as tf from "@tensorflow/tfjs-core";

/** Logits of the two kinds of pairs: q = D(x, ẑ) with ẑ ~ q(z|x), p = D(x̃, z) with x̃ = Gx(z); each [batch, 1]. */
export interface Logits {
  readonly q: tf.Tensor2D;
  readonly p: tf.Tensor2D;
}

/**
 * The discriminator ascends V(D, G) = E_q(x)[log D(x, Gz(x))] + E_p(z)[log(1 − D(Gx(z), z))] (value function of the
 * paper); with D = sigmoid(logit) its loss is mean softplus(−q) + mean softplus(p).
 */
export function discriminatorLoss({ q, p }: Logits): tf.Scalar {
  return tf.add(tf.mean(tf.softplus(tf.neg(q))), tf.mean(tf.softplus(p)));
}

/** The generator's loss with the roles exchanged (the paper's training procedure): mean softplus(q) + mean softplus(−p). */
export function generatorLoss({ q, p }: Logits): tf.Scalar {
  return tf.add(tf.mean(tf.softplus(q)), tf.mean(tf.softplus(tf.neg(p))));
}

/** The logits of both kinds of cases, [2 · batch, 1], the encoder's first. */
export function halves(logits: tf.Tensor2D): Logits {
  const [q, p] = tf.split(logits, 2) as [tf.Tensor2D, tf.Tensor2D];
  return { q, p };
}

/** Both losses as functions of the logits of both kinds of cases. */
export const LOSSES = {
  discriminator: (logits: tf.Tensor2D): tf.Scalar => discriminatorLoss(halves(logits)),
  generator: (logits: tf.Tensor2D): tf.Scalar => generatorLoss(halves(logits)),
};
