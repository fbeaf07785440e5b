import * as tf from "@tensorflow/tfjs-core";
import type { PairLosses } from "../ali/image-pairs.ts";
import { discriminatorLoss, generatorLoss } from "../ali/objective.ts";
import { labelledLoss } from "../supervised/objective.ts";

/**
 * Logits l of the K classes [cases, classes], that of "generated" fixed at 0: of labelled pairs (x, ẑ), of unlabelled ones (q), and
 * of generated ones (x̃, z) (p).
 */
export interface ClassLogits {
  readonly labelled: tf.Tensor2D;
  readonly q: tf.Tensor2D;
  readonly p: tf.Tensor2D;
}

/** t = LSE(l), [cases, 1]: the logit of "any of the K classes", D = sigmoid(t). */
const realLogit = (l: tf.Tensor2D): tf.Tensor2D => tf.logSumExp(l, 1, true) as tf.Tensor2D;

/**
 * Discriminator: mean of LSE(l) − l_y over labelled pairs + ½ (mean softplus(−t) over q + mean softplus(t) over p).
 * Generator and encoder: ½ (mean softplus(t) over q + mean softplus(−t) over p).
 */
export function classLosses({ labelled, q, p }: ClassLogits, y: tf.Tensor2D) {
  const t = { q: realLogit(q), p: realLogit(p) };
  const told = { labelledLoss: labelledLoss(labelled, y), unlabelledLoss: tf.mul(discriminatorLoss(t), 0.5) };
  return {
    discriminatorLoss: tf.add(told.labelledLoss, told.unlabelledLoss),
    generatorLoss: tf.mul(generatorLoss(t), 0.5),
    told,
  } satisfies PairLosses;
}

/**
 * Log of the mean of p(y | x) over draws, [cases, classes]: logits [draws · cases, classes], all cases of a draw one after the other.
 */
export function logMeanProbability(logits: tf.Tensor2D, draws: number): tf.Tensor2D {
  const [all, classes] = logits.shape;
  const byDraw = tf.reshape(tf.logSoftmax(logits), [draws, all / draws, classes]);
  return tf.sub(tf.logSumExp(byDraw, 0), Math.log(draws)) as tf.Tensor2D;
}
