/** Predictions of many linear classifiers at once, as one matrix product of the engine. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.ts";
import { EXIT, HarnessError } from "../errors.ts";

/** Weights of several one-vs-rest classifiers, side by side on the engine. Dispose of them when done. */
export interface Classifiers {
  readonly count: number;
  readonly classes: number;
  /** [d, count · classes]. */
  readonly w: tf.Tensor2D;
  /** [count · classes]. */
  readonly b: tf.Tensor1D;
}

/**
 * Puts weights, each float32 [d + 1, classes] with the biases last, beside each other.
 *
 * @throws RangeError for weights of another size.
 */
export function stackClassifiers(weights: readonly Float32Array[], d: number, classes: number): Classifiers {
  const count = weights.length;
  const width = count * classes;
  const all = new Float32Array((d + 1) * width);
  weights.forEach((one, index) => {
    if (one.length !== (d + 1) * classes)
      throw new RangeError(`${one.length} weights are not [${d + 1}, ${classes}], that of classifier ${index}`);
    for (let j = 0; j <= d; j++) all.set(one.subarray(j * classes, (j + 1) * classes), j * width + index * classes);
  });
  const w = tf.tensor2d(all.subarray(0, d * width), [d, width]);
  return { count, classes, w, b: tf.tensor1d(all.subarray(d * width)) };
}

/**
 * Class of the largest score of each row by each classifier, the first of equal ones: int32 [rows, count].
 *
 * @param features [rows, d]; thousands of rows at most at a time: the scores are [rows, count · classes].
 * @throws HarnessError when a score is no finite number.
 */
export async function predict(ops: Ops, features: tf.Tensor2D, classifiers: Classifiers): Promise<Int32Array> {
  const { count, classes, w, b } = classifiers;
  const rows = features.shape[0];
  const [classOf, sum] = tf.tidy(() => {
    const scores = ops.addBias(ops.matMul(features, w), b);
    return [tf.argMax(tf.reshape(scores, [rows * count, classes]), 1), tf.sum(scores)];
  }) as [tf.Tensor1D, tf.Scalar];
  try {
    const [total = Number.NaN] = await sum.data();
    if (!Number.isFinite(total))
      throw new HarnessError("A score of a linear classifier is no finite number: did the encoder diverge?", EXIT.bug);
    return (await classOf.data()) as Int32Array;
  } finally {
    tf.dispose([classOf, sum]);
  }
}

/**
 * Rows that each classifier puts in another class than `labels` says: add them up over blocks of a large set.
 *
 * @throws RangeError when there are not as many labels as rows.
 */
export async function countErrors(
  ops: Ops,
  features: tf.Tensor2D,
  labels: ArrayLike<number>,
  classifiers: Classifiers,
): Promise<Uint32Array> {
  const rows = features.shape[0];
  if (labels.length !== rows) throw new RangeError(`${labels.length} labels for ${rows} rows`);
  const predicted = await predict(ops, features, classifiers);
  const errors = new Uint32Array(classifiers.count);
  for (let i = 0, at = 0; i < rows; i++)
    for (let k = 0; k < classifiers.count; k++, at++) if (predicted[at] !== labels[i]) errors[k]!++;
  return errors;
}
