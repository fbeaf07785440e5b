import * as tf from "@tensorflow/tfjs-core";
import { type Differentiated, differentiableFirst } from "./differentiable.ts";

/** A nonlinearity whose gradient is told by its output. */
export interface Activation {
  forward(x: tf.Tensor): tf.Tensor;
  backward(dy: tf.Tensor, y: tf.Tensor): tf.Tensor;
}

/**
 * Batch normalisation of x [rows, units] by its own mean and biased variance, then a nonlinearity, in plain operations:
 * the result, and mean and variance, each [1, units].
 */
export function batchNorm(
  x: tf.Tensor2D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
  activation: Activation,
): tf.Tensor[] {
  return differentiableFirst([x, scale, shift], (x, scale, shift) => {
    const mean = tf.mean(x!, 0, true);
    const centred = tf.sub(x!, mean);
    const variance = tf.mean(tf.square(centred), 0, true);
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const normal = tf.mul(centred, inverse);
    const y = activation.forward(tf.add(tf.mul(normal, scale!), shift!));
    const gradient: Differentiated["gradient"] = (dy, saved) => {
      const [normal, inverse, scale, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const dz = activation.backward(dy, y);
      const n = dz.shape[0]!;
      const dShift = tf.sum(dz, 0);
      const dScale = tf.sum(tf.mul(dz, normal), 0);
      const centredGradient = tf.sub(tf.sub(dz, tf.div(dShift, n)), tf.mul(normal, tf.div(dScale, n)));
      return [() => tf.mul(tf.mul(inverse, scale), centredGradient), () => dScale, () => dShift];
    };
    return { value: y, observed: [mean, variance], saved: [normal, inverse, scale!, y], gradient };
  });
}
