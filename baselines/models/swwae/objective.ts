import * as tf from "@tensorflow/tfjs-core";

/** Maps of the same level on the way up and down, [batch, height, width, channels]: the pooled ones, and the decoder's. */
export interface Level {
  readonly up: tf.Tensor4D;
  readonly down: tf.Tensor4D;
}

/** Mean over a batch and its elements of (h − ĥ)²: both sides learn. */
export function levelLoss({ up, down }: Level): tf.Scalar {
  return tf.mean(tf.squaredDifference(up, down));
}

/** Sum over the levels between image and top. */
export const middleLoss = (levels: readonly Level[]): tf.Scalar =>
  levels.map(levelLoss).reduce((sum, loss) => tf.add(sum, loss));
