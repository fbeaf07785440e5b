/** Nonlinearities that act on each element alone, for tables of every kind of layer. */
import * as tf from "@tensorflow/tfjs-core";

/** By the name that a row of a table gives. */
const ELEMENTWISE = {
  linear: (x: tf.Tensor) => x,
  relu: tf.relu<tf.Tensor>,
  /** log(1 + eˣ) */
  softplus: tf.softplus<tf.Tensor>,
  /** 1 / (1 + e⁻ˣ) */
  sigmoid: tf.sigmoid<tf.Tensor>,
  tanh: tf.tanh<tf.Tensor>,
} as const;

/** A name of the table above, or a function of a model's own: x → a tensor of the same shape, differentiable by tfjs. */
export type Elementwise = keyof typeof ELEMENTWISE | ((x: tf.Tensor) => tf.Tensor);

/** The nonlinearity of each element of x. */
export function elementwise<X extends tf.Tensor>(nonlinearity: Elementwise, x: X): X {
  return (typeof nonlinearity === "function" ? nonlinearity : ELEMENTWISE[nonlinearity])(x) as X;
}
