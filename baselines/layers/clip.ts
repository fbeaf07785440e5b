import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../../harness/engine/step.ts";

export interface Clipping {
  /** The Euclidean norm of all gradients together is at most this. */
  readonly norm: number;
  /** Then each entry is at most this, and at least its negative. */
  readonly entry: number;
}

/** Gradients scaled down where their common norm is above the limit (as Lasagne's total_norm_constraint), then clipped. */
export function clipped(gradients: Tensors, { norm, entry }: Clipping): Tensors {
  // One sum: a graph may add up a chain in another order.
  const squares = tf.stack(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient))));
  const total = tf.sqrt(tf.sum(squares));
  const factor = tf.div(tf.minimum(total, norm), tf.add(total, 1e-7));
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [
      name,
      tf.clipByValue(tf.mul(gradient, factor), -entry, entry),
    ]),
  );
}
