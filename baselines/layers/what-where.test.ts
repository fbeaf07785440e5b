import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../harness/engine/open.ts";
import { poolWhere, unpool } from "./what-where.ts";

before(async () => void (await openEngine({ provision: false })));

/** Two windows side by side; the second is all zeros, as ReLUs leave many. */
const x = () => tf.tensor4d([1, 5, 0, 0, 5, 2, 0, 0], [1, 2, 4, 1]);

test("the largest value of a window goes on, and stands at its first place alone", () => {
  tf.tidy(() => {
    const { what, where } = poolWhere(x());
    assert.deepEqual([...what.dataSync()], [5, 0]);
    assert.deepEqual([...where.dataSync()], [0, 1, 1, 0, 0, 0, 0, 0]);
    assert.deepEqual([...unpool(tf.tensor4d([7, 9], [1, 1, 2, 1]), where).dataSync()], [0, 7, 9, 0, 0, 0, 0, 0]);
  });
});

test("gradients go to those places, and back from them", () => {
  tf.tidy(() => {
    const weights = tf.tensor4d([2, 3], [1, 1, 2, 1]);
    const ofPool = tf.grad((x) => tf.sum(tf.mul(poolWhere(x as tf.Tensor4D).what, weights)))(x());
    assert.deepEqual([...ofPool.dataSync()], [0, 2, 3, 0, 0, 0, 0, 0]);
    const { where } = poolWhere(x());
    const big = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4, 1]);
    const ofUnpool = tf.grad((y) => tf.sum(tf.mul(unpool(y as tf.Tensor4D, where), big)))(weights);
    assert.deepEqual([...ofUnpool.dataSync()], [2, 3]);
  });
});

test("odd maps are refused", () => {
  assert.throws(() => tf.tidy(() => void poolWhere(tf.zeros([1, 3, 4, 1]))), RangeError);
});
