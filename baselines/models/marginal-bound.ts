import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../../harness/engine/differentiable.ts";

/**
 * The bound of cases whose class is not known: J = Σ_y q(y | x) · (L(x, y) − log q(y | x)), the exact sum over the classes, with
 * q's entropy in it (Kingma, Rezende, Mohamed and Welling 2014). Its gradient by the log weight of a class is
 * q(y | x) · (L(x, y) − log q(y | x) − J), in this order of operations: a graph may find another one for tfjs's own.
 * @param bounds L [classes, …]
 * @param logWeights log q(y | x) up to a constant [classes, …]
 */
export function marginalBound(bounds: tf.Tensor, logWeights: tf.Tensor): tf.Tensor {
  return differentiable([bounds, logWeights], (bounds, logWeights) => {
    const logQ = tf.sub(logWeights!, tf.logSumExp(logWeights!, 0, true));
    const q = tf.exp(logQ);
    const gains = tf.sub(bounds!, logQ);
    const value = tf.sum(tf.mul(q, gains), 0);
    return {
      value,
      saved: [q, gains, value],
      gradient: (dy, [q, gains, value]) => {
        const weighted = tf.mul(tf.expandDims(dy, 0), q!);
        return [() => weighted, () => tf.mul(weighted, tf.sub(gains!, tf.expandDims(value!, 0)))];
      },
    };
  });
}

/**
 * −log q(y | x) of the class that y, one-hot, tells; its gradient by the log weights is q − y.
 * @param logWeights log q(y | x) up to a constant [classes, …]
 */
export function classCrossEntropy(y: tf.Tensor, logWeights: tf.Tensor): tf.Tensor {
  return differentiable([logWeights], (logWeights) => {
    const logQ = tf.sub(logWeights!, tf.logSumExp(logWeights!, 0, true));
    return {
      value: tf.neg(tf.sum(tf.mul(y, logQ), 0)),
      saved: [tf.sub(tf.exp(logQ), y)],
      gradient: (dy, [difference]) => [() => tf.mul(tf.expandDims(dy, 0), difference!)],
    };
  });
}

/** Logits, or classes one-hot [1, samples, cases, classes], as the functions here take them: [classes, samples, cases]. */
export function classesFirst(logits: tf.Tensor4D): tf.Tensor3D {
  const [, samples, cases, classes] = logits.shape;
  return tf.transpose(tf.reshape(logits, [samples, cases, classes]), [2, 0, 1]);
}

/** y of every class, crossed with all cases: [classes, 1, 1, classes]. */
export function everyClass(classes: number): tf.Tensor4D {
  return tf.reshape(tf.eye(classes), [classes, 1, 1, classes]);
}
