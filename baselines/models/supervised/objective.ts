import * as tf from "@tensorflow/tfjs-core";

/** Mean over the batch of LSE(l) − l_y in nats: logits l [batch, classes], classes y [batch, classes], one-hot. */
export function labelledLoss(logits: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar {
  return tf.mean(tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(logits, y), 1)));
}
