import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../engine/open.ts";
import type { Ops } from "../engine/ops.ts";
import { countErrors, predict, stackClassifiers } from "./predict.ts";

describe("predictions of several classifiers", () => {
  let ops: Ops;
  before(async () => {
    ({ ops } = await openEngine({ requested: "cpu", provision: false }));
  });
  // [d + 1 = 3, classes = 2], the biases last.
  const first = Float32Array.of(1, 0, 0, 1, 0, 0);
  const second = Float32Array.of(0, 0, 0, 0, 0.5, 1);
  const features = (): tf.Tensor2D => tf.tensor2d([2, 1, 1, 2, 3, 3], [3, 2]);

  test("are each the class of the largest score, the first of equal ones", async () => {
    assert.deepEqual(
      [...(await predict(ops, features(), stackClassifiers([first, second], 2, 2)))],
      [0, 1, 1, 1, 0, 1],
    );
  });
  test("are counted where they are wrong, and leave nothing behind", async () => {
    const classifiers = stackClassifiers([first, second], 2, 2);
    const x = features();
    const before = tf.memory().numTensors;
    assert.deepEqual([...(await countErrors(ops, x, [0, 1, 0], classifiers))], [0, 2]);
    assert.equal(tf.memory().numTensors, before);
  });
  test("refuse scores that are no numbers, and sizes that do not fit", async () => {
    const broken = stackClassifiers([Float32Array.of(Number.NaN, 0, 0, 0, 0, 0)], 2, 2);
    await assert.rejects(predict(ops, features(), broken), /no finite number/);
    assert.throws(() => stackClassifiers([first], 3, 2), /6 weights are not \[4, 2\]/);
    await assert.rejects(countErrors(ops, features(), [0], stackClassifiers([first], 2, 2)), /1 labels for 3 rows/);
  });
});
