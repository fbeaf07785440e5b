import * as tf from "@tensorflow/tfjs-core";

/** What an image is told by: one class, or attributes that each are there or not. */
export type Labelling = "classes" | "attributes";

/**
 * Mean cross entropy in nats of the labels [batch, outputs] under the logits [batch, outputs]. Of classes, each row of the
 * labels one-hot: mean over the batch of −Σ y log softmax(a). Of attributes, each 0 or 1: mean over batch and attributes of
 * softplus(a) − y a.
 */
export function crossEntropy(labelling: Labelling, logits: tf.Tensor2D, labels: tf.Tensor2D): tf.Scalar {
  if (labelling === "attributes") return tf.mean(tf.sub(tf.softplus(logits), tf.mul(labels, logits)));
  const largest = tf.max(logits, 1, true);
  const logSum = tf.add(tf.log(tf.sum(tf.exp(tf.sub(logits, largest)), 1, true)), largest);
  return tf.mean(tf.sum(tf.mul(labels, tf.sub(logSum, logits)), 1));
}
