import * as tf from "@tensorflow/tfjs-core";
import type { Activation, Normalised } from "../batch-norm.ts";
import { type Differentiated, differentiableFirst } from "../differentiable.ts";
import { bool, FLOAT, NHWC, real, T, type } from "./attributes.ts";
import type { TensorflowBackend } from "./load.ts";

/** Batch normalisation of maps by TensorFlow's own kernel, then a nonlinearity. */
export function fusedBatchNorm(
  backend: TensorflowBackend,
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
  activation: Activation,
): Normalised<tf.Tensor4D> {
  const attributes = [T, type("U", FLOAT), real("epsilon", epsilon), NHWC, bool("is_training", true)];
  const [y, mean, unbiased] = differentiableFirst([x, scale, shift], (x, scale, shift) => {
    const none = tf.tensor1d([], "float32"); // running mean and variance: unused in training
    const normalise = [...attributes, real("exponential_avg_factor", 1)];
    const inputs = [x!, scale!, shift!, none, none];
    const outputs = backend.executeMultipleOutputs("FusedBatchNormV3", normalise, inputs, 6);
    const [normal, mean, variance, ...reserved] = outputs as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    const y = activation.forward(normal);
    const gradient: Differentiated["gradient"] = (dy, saved) => {
      const [x, scale, y, ...reserved] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
      const [dx, dScale, dShift] = tf.tidy(() => {
        const inputs = [activation.backward(dy, y), x, scale, ...reserved];
        return backend.executeMultipleOutputs("FusedBatchNormGradV3", attributes, inputs, 5);
      });
      return [() => dx!, () => dScale!, () => dShift!];
    };
    return { value: y, observed: [mean, variance], saved: [x!, scale!, y, ...reserved], gradient };
  });
  const n = x.size / x.shape[3];
  return { y: y as tf.Tensor4D, mean: mean as tf.Tensor1D, variance: tf.mul(unbiased!, (n - 1) / n) };
}
