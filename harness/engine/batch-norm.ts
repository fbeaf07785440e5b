import * as tf from "@tensorflow/tfjs-core";
import { type Differentiated, differentiableFirst } from "./differentiable.ts";

/** A nonlinearity whose gradient is told by its output. */
export interface Activation {
  forward(x: tf.Tensor): tf.Tensor;
  backward(dy: tf.Tensor, y: tf.Tensor): tf.Tensor;
}

export const IDENTITY: Activation = { forward: (x) => x, backward: (dy) => dy };

/**
 * A batch normalised unit by unit (channel by channel), and the mean and the biased variance [units] that it was
 * normalised by, which no gradient passes through.
 */
export interface Normalised<X extends tf.Tensor> {
  readonly y: X;
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/** Batch normalisation of x [rows, units] by its own mean and biased variance, then a nonlinearity, in plain operations. */
export function batchNorm(
  x: tf.Tensor2D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
  activation: Activation,
): Normalised<tf.Tensor2D> {
  const [y, mean, variance] = differentiableFirst([x, scale, shift], (x, scale, shift) => {
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
  const units: [number] = [x.shape[1]];
  return { y: y as tf.Tensor2D, mean: tf.reshape(mean!, units), variance: tf.reshape(variance!, units) };
}
