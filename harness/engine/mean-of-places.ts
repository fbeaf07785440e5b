import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "./differentiable.ts";

/**
 * Maps → the means over all their places, times a factor: [batch, 1, 1, channels]. In its gradient tfjs divides by the number of places,
 * a graph multiplies; here it is one product with one number.
 */
export function meanOfPlaces(x: tf.Tensor4D, factor = 1): tf.Tensor4D {
  const [, height, width] = x.shape;
  return differentiable([x], (x) => {
    const mean = tf.mean(x!, [1, 2], true);
    return {
      value: factor === 1 ? mean : tf.mul(mean, factor),
      saved: [],
      gradient: (dy) => [() => tf.mul(tf.mul(dy, factor / (height * width)), tf.ones(x!.shape))],
    };
  }) as tf.Tensor4D;
}
