import * as tf from "@tensorflow/tfjs-core";

/**
 * The bound of cases whose class is not known: Σ_y q(y | x) · (L(x, y) − log q(y | x)), the exact sum over the classes, with
 * q's entropy in it (Kingma, Rezende, Mohamed and Welling 2014, eq. 7).
 * @param bounds L [classes, …]
 * @param logQ log q(y | x) [classes, …]
 */
export function marginalBound(bounds: tf.Tensor, logQ: tf.Tensor): tf.Tensor {
  return tf.sum(tf.mul(tf.exp(logQ), tf.sub(bounds, logQ)), 0);
}

/** y of every class, crossed with all cases: [classes, 1, 1, classes]. */
export function everyClass(classes: number): tf.Tensor4D {
  return tf.reshape(tf.eye(classes), [classes, 1, 1, classes]);
}
