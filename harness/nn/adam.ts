import * as tf from "@tensorflow/tfjs-core";
import type { AdamDecay, Ops } from "../engine/ops.ts";
import type { Tensors } from "../engine/step.ts";

export interface AdamSettings extends AdamDecay {
  readonly learningRate: number;
}

/**
 * One Adam update of the parameters that there are gradients of, by name, and of their moments `…/m`, `…/v` (Kingma and
 * Ba 2015, the form at the end of section 2, as in Blocks and TensorFlow: ε is added before the bias correction):
 * step = α · sqrt(1 − β2ᵗ) / (1 − β1ᵗ);  p ← p − step · m / (sqrt(v) + ε).
 * `t` is the number of this update, from 1, as a scalar tensor.
 */
export function adam(
  ops: Ops,
  state: Tensors,
  gradients: Tensors,
  t: tf.Tensor,
  { learningRate, ...decay }: AdamDecay & { readonly learningRate: number | tf.Scalar },
): Tensors {
  const { beta1, beta2 } = decay;
  const rate = tf.div(tf.mul(learningRate, tf.sqrt(oneMinusPower(beta2, t))), oneMinusPower(beta1, t)) as tf.Scalar;
  const updated = Object.entries(gradients).map(([name, gradient]): Tensors => {
    const before = { parameters: state[name]!, m: state[`${name}/m`]!, v: state[`${name}/v`]! };
    const { parameters, m, v } = ops.adam(before, gradient, rate, decay);
    return { [name]: parameters, [`${name}/m`]: m, [`${name}/v`]: v };
  });
  return Object.assign({}, ...updated);
}

/** 1 − βᵗ without cancellation in float32. β = 0 gives 1. */
function oneMinusPower(beta: number, t: tf.Tensor): tf.Tensor {
  return beta === 0 ? tf.scalar(1) : tf.neg(tf.expm1(tf.mul(t, Math.log(beta))));
}
