import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../engine/open.ts";
import type { Ops } from "../engine/ops.ts";
import {
  type WeightNormedRow,
  type WeightNormedTable,
  weightNormedParameters,
  weightNormedSizes,
} from "./weight-normed.ts";
import { normedWeights, weightNormed } from "./weight-normed-forward.ts";

let ops: Ops;
before(async () => {
  ({ ops } = await openEngine({ provision: false }));
});
const table = (...rows: WeightNormedRow[]): WeightNormedTable => ({
  name: "net",
  input: [5, 5, 2],
  leak: 0.2,
  deviationOf: "channel",
  rows,
});

test("rows have the sizes of strided convolutions between zeros, and of the mean of a map", () => {
  const rows = table(
    ["conv", 3, 2, 1, 4, "frozen", 1, "leakyRelu"],
    ["conv", 3, 1, 0, 6, "frozen", 1, "linear"],
    ["meanPool"],
  );
  assert.deepEqual(weightNormedSizes(rows), [
    [3, 3, 4],
    [1, 1, 6],
    [1, 1, 6],
  ]);
  assert.deepEqual(
    weightNormedParameters(rows).trained.map(({ name }) => name),
    ["net/1/weights", "net/1/bias", "net/2/weights", "net/2/bias"],
  );
  assert.throws(
    () => weightNormedSizes(table(["conv", 7, 1, 0, 4, "frozen", 1, "linear"])),
    /a kernel of 7 on maps of 5 × 5/,
  );
});

test("each output channel's weights have its gain for a norm", () => {
  tf.tidy(() => {
    const normed = normedWeights(tf.tensor4d([3, 0, 4, 2], [1, 1, 2, 2]), tf.tensor1d([10, 0.5]));
    const expected = [6, 0, 8, 0.5];
    normed.dataSync().forEach((value, i) => {
      assert.equal(Math.abs(value - expected[i]!) < 1e-5, true, `${value}, not ${expected[i]}`);
    });
  });
});

test("dropout keeps the mean of what follows, and is off where there are no keys", () => {
  tf.tidy(() => {
    const net = table(["dropout", 0.5], ["conv", 1, 1, 0, 1, "frozen", 1, "linear"]);
    const parameters = {
      "net/2/weights": tf.ones([1, 1, 2, 1]),
      "net/2/gain": tf.tensor1d([Math.SQRT2]), // weights of 1
      "net/2/bias": tf.tensor1d([0]),
    };
    const x = tf.ones([400, 5, 5, 2]) as tf.Tensor4D;
    const still = weightNormed(net, parameters, x, ops).dataSync();
    for (const value of still) assert.equal(Math.abs(value - 2) < 1e-5, true, `${value}`);
    const dropped = weightNormed(net, parameters, x, ops, () => tf.tensor1d([1, 2], "int32"));
    const mean = tf.mean(dropped).dataSync()[0]!;
    // 10,000 sums of two zeros or twos: standard error 0.014.
    assert.equal(Math.abs(mean - 2) < 0.07, true, `mean ${mean}`);
    const kinds = [...new Set([...dropped.dataSync()].map((value) => Math.round(value)))];
    assert.deepEqual(kinds.toSorted(), [0, 2, 4]);
  });
});
