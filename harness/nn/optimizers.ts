/** Optimizers as pure functions: how parameters move along their gradients. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.ts";
import type { Tensors } from "../engine/step.ts";
import { type AdamSettings, adam } from "./adam.ts";

export interface Optimizer {
  /** Tensors that the state keeps next to each parameter `p`, as `p/<name>`: of its shape, zero before the first update. */
  readonly keeps: readonly string[];
  /**
   * New values of the parameters that there are gradients of, by name, and of the tensors kept next to them. `t` is the
   * number of this update, from 1, as a scalar tensor. Call inside tf.tidy.
   */
  update(ops: Ops, state: Tensors, gradients: Tensors, t: tf.Tensor): Tensors;
}

export interface MomentumSettings {
  readonly learningRate: number;
  /** Share of the last step in the next one, 0 ≤ μ < 1; 0 is plain gradient descent. */
  readonly momentum: number;
}

export interface RmsPropSettings {
  readonly learningRate: number;
  /** Share of the running average in the next one, 0 ≤ ρ < 1. */
  readonly decay: number;
  readonly epsilon: number;
}

/** By the name under which a model takes one. */
export const OPTIMIZERS = {
  /** See adam.ts. */
  adam: (settings: AdamSettings): Optimizer => ({
    keeps: ["m", "v"],
    update: (ops, state, gradients, t) => adam(ops, state, gradients, t, settings),
  }),

  /**
   * Gradient descent with momentum: v ← μ v + g;  p ← p − α v, the form of PyTorch and TensorFlow, which at a constant α is
   * that of Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep learning", ICML
   * 2013, equations 1 and 2.
   */
  momentum: ({ learningRate, momentum }: MomentumSettings): Optimizer =>
    eachParameter(["velocity"], (p, gradient, { velocity }) => {
      const next = tf.add(tf.mul(velocity!, momentum), gradient);
      return { p: tf.sub(p, tf.mul(next, learningRate)), kept: { velocity: next } };
    }),

  /**
   * RMSProp: s ← ρ s + (1 − ρ) g²;  p ← p − α g / (sqrt(s) + ε) (Tieleman and Hinton, "Neural Networks for Machine
   * Learning", Coursera 2012, lecture 6.5; ε outside the root as in PyTorch).
   */
  rmsProp: ({ learningRate, decay, epsilon }: RmsPropSettings): Optimizer =>
    eachParameter(["meanSquare"], (p, gradient, { meanSquare }) => {
      const next = tf.add(tf.mul(meanSquare!, decay), tf.mul(tf.square(gradient), 1 - decay));
      const step = tf.div(tf.mul(gradient, learningRate), tf.add(tf.sqrt(next), epsilon));
      return { p: tf.sub(p, step), kept: { meanSquare: next } };
    }),
} as const;

/** An optimizer that moves each parameter by itself. `one` gives its next value and those of the kept tensors, by name. */
function eachParameter(
  keeps: readonly string[],
  one: (p: tf.Tensor, gradient: tf.Tensor, kept: Tensors) => { readonly p: tf.Tensor; readonly kept: Tensors },
): Optimizer {
  const update: Optimizer["update"] = (_ops, state, gradients) => {
    const updated = Object.entries(gradients).flatMap(([name, gradient]) => {
      const before = Object.fromEntries(keeps.map((suffix) => [suffix, state[`${name}/${suffix}`]!]));
      const { p, kept } = one(state[name]!, gradient, before);
      return [[name, p], ...keeps.map((suffix) => [`${name}/${suffix}`, kept[suffix]!])];
    });
    return Object.fromEntries(updated);
  };
  return { keeps, update };
}
