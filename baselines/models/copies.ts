import * as tf from "@tensorflow/tfjs-core";

/**
 * So many copies of x, for what is used three times or more: their gradients are added up in one operation. tfjs adds them
 * one by one, and a graph may do that in another order.
 */
export function copies<X extends tf.Tensor>(x: X, count: number): X[] {
  const places = tf.zeros([count, ...x.shape.map(() => 1)]);
  return tf.unstack(tf.add(tf.expandDims(x, 0), places)) as X[];
}
