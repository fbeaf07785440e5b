import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../engine/differentiable.ts";

/** log softmax of logits l [batch, classes]: l − LSE(l). TensorFlow's own softmax has other bits in a graph than outside one. */
export function logProbabilities(logits: tf.Tensor2D): tf.Tensor2D {
  return differentiable([logits], (l) => {
    const value = tf.sub(l!, tf.logSumExp(l!, 1, true));
    const gradient = (dy: tf.Tensor, [logP]: readonly tf.Tensor[]) => [
      () => tf.sub(dy, tf.mul(tf.exp(logP!), tf.sum(dy, 1, true))),
    ];
    return { value, saved: [value], gradient };
  }) as tf.Tensor2D;
}
