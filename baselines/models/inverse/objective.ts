import * as tf from "@tensorflow/tfjs-core";

/**
 * The reconstruction error of the latents, E_p(z)‖z − ẑ‖² with ẑ = Gz(Gx(z), ε) (the paper's learned inverse mapping):
 * the sum over the dimensions, the mean over the batch. z and ẑ are [batch, 2].
 */
export function inverseLoss(z: tf.Tensor2D, zHat: tf.Tensor2D): tf.Scalar {
  return tf.mean(tf.sum(tf.square(tf.sub(z, zHat)), 1));
}
