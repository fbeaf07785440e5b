import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../harness/engine/open.ts";
import { classCrossEntropy, marginalBound } from "./marginal-bound.ts";

const near = (got: ArrayLike<number>, expected: readonly number[]): void => {
  assert.equal(got.length, expected.length);
  expected.forEach((value, i) => {
    assert.equal(Math.abs(got[i]! - value) < 1e-5, true, `${got[i]}, not ${value}`);
  });
};
const LOG_WEIGHTS = [0.3, -1, 2, 0, 0.5, -0.7]; // of three classes and two cases
const BOUNDS = [-3, 1, 2, -1, 0.5, 4];

describe("what is said of classes", () => {
  before(() => openEngine({ provision: false }));

  test("under even weights the bound is the mean of the classes' and the entropy of the uniform distribution", () => {
    const made = marginalBound(tf.tensor2d(BOUNDS, [3, 2]), tf.fill([3, 2], 7));
    near(made.dataSync(), [(-3 + 2 + 0.5) / 3 + Math.log(3), (1 - 1 + 4) / 3 + Math.log(3)]);
  });

  test("where one class is certain it is that class's bound", () => {
    near(marginalBound(tf.tensor2d([5, 9], [2, 1]), tf.tensor2d([60, 0], [2, 1])).dataSync(), [5]);
  });

  test("the cross entropy is −log q of the class that is told, whatever constant the weights have", () => {
    const y = tf.tensor2d([0, 1, 1, 0, 0, 0], [3, 2]);
    const weights = tf.tensor2d(LOG_WEIGHTS, [3, 2]);
    const sums = [0, 1].map((i) => [0, 1, 2].reduce((sum, k) => sum + Math.exp(LOG_WEIGHTS[2 * k + i]!), 0));
    const expected = [Math.log(sums[0]!) - 2, Math.log(sums[1]!) + 1];
    near(classCrossEntropy(y, weights).dataSync(), expected);
    near(classCrossEntropy(y, tf.add(weights, 100)).dataSync(), expected);
  });

  // The functions again in tfjs's own operations, which have gradients of their own.
  const y = () => tf.tensor2d([0, 1, 1, 0, 0, 0], [3, 2]);
  const logQ = (w: tf.Tensor): tf.Tensor => tf.sub(w, tf.logSumExp(w, 0, true));
  const PAIRS = {
    "the bound": [
      (w: tf.Tensor, l: tf.Tensor) => marginalBound(l, w),
      (w: tf.Tensor, l: tf.Tensor) => tf.sum(tf.mul(tf.exp(logQ(w)), tf.sub(l, logQ(w))), 0),
    ],
    "the cross entropy": [
      (w: tf.Tensor, l: tf.Tensor) => tf.add(classCrossEntropy(y(), w), tf.sum(l, 0)),
      (w: tf.Tensor, l: tf.Tensor) => tf.add(tf.neg(tf.sum(tf.mul(y(), logQ(w)), 0)), tf.sum(l, 0)),
    ],
  } as const;
  for (const [name, pair] of Object.entries(PAIRS))
    test(`the gradients of ${name} are those of its parts`, () => {
      const [got, expected] = pair.map((f) =>
        tf
          .grads((w: tf.Tensor, l: tf.Tensor) => tf.sum(tf.mul(f(w, l), tf.tensor1d([1, -2]))))([
            tf.tensor2d(LOG_WEIGHTS, [3, 2]),
            tf.tensor2d(BOUNDS, [3, 2]),
          ])
          .map((gradient) => [...gradient.dataSync()]),
      );
      for (const i of [0, 1]) near(got![i]!, expected![i]!);
    });
});
