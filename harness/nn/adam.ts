import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../engine/engine.ts";

export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * One Adam update of the flat vector `name` and its moments `name/m`, `name/v` (Kingma and Ba 2015, the form at the end
 * of section 2, as in Blocks and TensorFlow: ε is added before the bias correction):
 * step = α · sqrt(1 − β2ᵗ) / (1 − β1ᵗ);  p ← p − step · m / (sqrt(v) + ε).
 * `t` is the number of this update, from 1, as a scalar tensor.
 */
export function adam(state: Tensors, name: string, gradient: tf.Tensor, t: tf.Tensor, settings: AdamSettings): Tensors {
  const { learningRate, beta1, beta2, epsilon } = settings;
  const m = tf.add(tf.mul(state[`${name}/m`]!, beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(state[`${name}/v`]!, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const step = tf.div(tf.mul(learningRate, tf.sqrt(oneMinusPower(beta2, t))), oneMinusPower(beta1, t));
  const p = tf.sub(state[name]!, tf.div(tf.mul(m, step), tf.add(tf.sqrt(v), epsilon)));
  return { [name]: p, [`${name}/m`]: m, [`${name}/v`]: v };
}

/** 1 − βᵗ without cancellation in float32. β = 0 gives 1. */
function oneMinusPower(beta: number, t: tf.Tensor): tf.Tensor {
  return beta === 0 ? tf.scalar(1) : tf.neg(tf.expm1(tf.mul(t, Math.log(beta))));
}
