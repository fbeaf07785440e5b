import * as tf from "@tensorflow/tfjs-core";

/**
 * With logits l of the K classes, that of "generated" fixed at 0 and D(x) = sigmoid(LSE(l)): half the mean of softplus(LSE) − LSE over
 * unlabelled images, and half that of softplus(LSE) over generated ones. Logits are [batch, classes].
 */
export function unlabelledLoss(ofUnlabelled: tf.Tensor2D, ofGenerated: tf.Tensor2D): tf.Scalar {
  const [real, fake] = [tf.logSumExp(ofUnlabelled, 1), tf.logSumExp(ofGenerated, 1)];
  const ofReal = tf.mean(tf.sub(tf.softplus(real), real));
  return tf.add(tf.mul(ofReal, 0.5), tf.mul(tf.mean(tf.softplus(fake)), 0.5));
}

/** How far the mean features of two batches are apart: the scripts' mean of absolute differences, or the paper's squared distance. */
export type FeatureLoss = "absolute" | "squared";

/** Features are [batch, 1, 1, features]. */
export function matchingLoss(kind: FeatureLoss, ofReal: tf.Tensor4D, ofGenerated: tf.Tensor4D): tf.Scalar {
  const apart = tf.sub(tf.mean(ofReal, [0, 1, 2]), tf.mean(ofGenerated, [0, 1, 2]));
  return kind === "absolute" ? tf.mean(tf.abs(apart)) : tf.sum(tf.square(apart));
}
