/** The recipe of openai/improved-gan's scripts: Adam with its ε inside the root, a falling rate, averages for test time. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../../harness/engine/step.ts";

export interface ImprovedGanRecipe {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Under Adam's root. */
  readonly epsilon: number;
  /** The rate is constant up to `flat` updates and falls on a line to 0 at `end`. Without it: constant. */
  readonly schedule?: { readonly updatesPerEpoch: number; readonly flatEpochs: number; readonly epochs: number };
  /** Share of the parameters in each new average. */
  readonly averageRate: number;
}

/** α of the update that comes after `done` updates: α · min((epochs − epoch) / (epochs − flatEpochs), 1), at least 0; epochs from 0. */
export function scheduledRate(
  { learningRate, schedule }: Pick<ImprovedGanRecipe, "learningRate" | "schedule">,
  done: tf.Tensor,
): tf.Scalar {
  if (!schedule) return tf.scalar(learningRate);
  const { updatesPerEpoch, flatEpochs, epochs } = schedule;
  // Half an update more keeps whole epochs whole.
  const epoch = tf.floor(tf.mul(tf.add(done, 0.5), 1 / updatesPerEpoch));
  return tf.mul(
    tf.clipByValue(tf.mul(tf.sub(epochs, epoch), 1 / (epochs - flatEpochs)), 0, 1),
    learningRate,
  ) as tf.Scalar;
}

/**
 * One update of the parameters that there are gradients of, of their moments `…/m`, `…/v` and, where the state has it, their
 * average `…/average`:
 * p ← p − α · m̂ / sqrt(v̂ + ε), with m̂ = m / (1 − β1ᵗ), v̂ = v / (1 − β2ᵗ);  a ← a + rate · (p − a).
 * `done` is the number of updates before this one, a scalar.
 */
export function improvedGanUpdate(
  recipe: ImprovedGanRecipe,
  state: Tensors,
  gradients: Tensors,
  done: tf.Tensor,
): Tensors {
  const { beta1, beta2, epsilon, averageRate } = recipe;
  const t = tf.add(done, 1);
  const rate = scheduledRate(recipe, done);
  const corrected = (moment: tf.Tensor, beta: number): tf.Tensor =>
    tf.div(moment, tf.neg(tf.expm1(tf.mul(t, Math.log(beta)))));
  const updated = Object.entries(gradients).map(([name, g]): Tensors => {
    const m = tf.add(tf.mul(state[`${name}/m`]!, beta1), tf.mul(g, 1 - beta1));
    const v = tf.add(tf.mul(state[`${name}/v`]!, beta2), tf.mul(tf.square(g), 1 - beta2));
    // A quotient by a root would be computed by rsqrt in a captured graph alone.
    const change = tf.mul(tf.mul(corrected(m, beta1), rate), tf.rsqrt(tf.add(corrected(v, beta2), epsilon)));
    const p = tf.sub(state[name]!, change);
    const before = state[`${name}/average`];
    return {
      [name]: p,
      [`${name}/m`]: m,
      [`${name}/v`]: v,
      ...(before && { [`${name}/average`]: tf.add(before, tf.mul(tf.sub(p, before), averageRate)) }),
    };
  });
  return Object.assign({}, ...updated);
}
