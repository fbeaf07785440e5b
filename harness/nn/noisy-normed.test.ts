import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../engine/open.ts";
import type { Ops } from "../engine/ops.ts";
import { keySequence } from "./keys.ts";
import {
  type NoisyNormedRow,
  type NoisyNormedTable,
  noisyNormedMaps,
  noisyNormedParameters,
  noisyNormedSizes,
} from "./noisy-normed.ts";
import { evaluateNoisyNormed, trainNoisyNormed } from "./noisy-normed-forward.ts";

let ops: Ops;
before(async () => {
  ({ ops } = await openEngine({ provision: false }));
});
const table = (noise: number, ...rows: NoisyNormedRow[]): NoisyNormedTable => ({
  name: "net",
  input: [5, 5, 2],
  leak: 0.1,
  noise,
  rows,
});
const EPSILON = 1e-10;
const keys = () => keySequence(ops, tf.tensor1d([1, 2], "int32"));
const normal = (shape: number[], mean: number, key: number) =>
  tf.add(ops.randomNormal(shape, tf.tensor1d([key, 3], "int32")), mean) as tf.Tensor4D;

test("borders, pooling and means give their sizes; a row has a bias where it says so", () => {
  const net = table(
    0,
    ["conv", 3, "full", 4, true, true, "leakyRelu"],
    ["maxPool", true],
    ["dropout", 0.5],
    ["conv", 3, "same", 3, false, true, "leakyRelu"],
    ["conv", 3, "valid", 3, true, false, "linear"],
    ["meanPool", 1, false, true],
  );
  assert.deepEqual(noisyNormedSizes(net), [
    [7, 7, 4],
    [4, 4, 4],
    [4, 4, 4],
    [4, 4, 3],
    [2, 2, 3],
    [1, 1, 3],
  ]);
  assert.deepEqual(
    noisyNormedParameters(net).map(({ name, shape }) => `${name} ${shape}`),
    [
      ...["net/1/weights 3,3,2,4", "net/1/bias 4", "net/4/weights 3,3,4,3", "net/4/bias 3"],
      ...["net/5/weights 3,3,3,3", "net/6/bias 3"],
    ],
  );
  assert.deepEqual(noisyNormedMaps(net), [4, 4, 3]);
  const wrong = (row: NoisyNormedRow) => () => noisyNormedSizes(table(0, row));
  assert.throws(wrong(["conv", 7, "valid", 4, true, true, "linear"]), /net\/1: a kernel of 7 on maps of 5 × 5/);
  assert.throws(wrong(["conv", 4, "same", 4, true, true, "linear"]), /net\/1: an even kernel of 4, "same"/);
});

test("each part is normalised by itself, and by the same moments when they are given", () => {
  tf.tidy(() => {
    const net = table(
      0,
      ["conv", 3, "full", 4, true, true, "leakyRelu"],
      ["maxPool", true],
      ["meanPool", 2, true, false],
    );
    const parameters = { "net/1/weights": normal([3, 3, 2, 4], 0, 1), "net/1/bias": tf.tensor1d([0, 1, 2, 3]) };
    const [one, other] = [normal([4, 5, 5, 2], 1, 2), normal([3, 5, 5, 2], -2, 3)];
    const run = (...parts: tf.Tensor4D[]) =>
      trainNoisyNormed(
        net,
        parameters,
        parts.map((x) => ({ x, noisy: true })),
        ops,
        { epsilon: EPSILON, nextKey: keys() },
      );
    const together = run(one, other);
    const [alone] = run(other);
    const apart = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;
    assert.equal(apart(together[1]!.output, alone!.output) < 1e-4, true);
    const given = evaluateNoisyNormed(net, parameters, other, ops, EPSILON, alone!.moments);
    assert.equal(apart(given, alone!.output) < 1e-4, true);
    assert.equal(alone!.moments.length, 3);
  });
});

test("noise comes to noisy parts alone, to the input and after batch norm, before the bias", () => {
  tf.tidy(() => {
    const net = table(0.5, ["conv", 1, "valid", 1, true, true, "linear"]);
    const parameters = { "net/1/weights": tf.tensor4d([1, 0], [1, 1, 2, 1]), "net/1/bias": tf.tensor1d([7]) };
    const x = normal([40, 5, 5, 2], 0, 4);
    const parts = [true, false].map((noisy) => ({ x, noisy }));
    const [noisy, clean] = trainNoisyNormed(net, parameters, parts, ops, { epsilon: EPSILON, nextKey: keys() });
    const variance = (t: tf.Tensor) => tf.moments(t).variance.dataSync()[0]!;
    // 1,000 places: standard errors of 0.06.
    const seen = [variance(noisy!.linear), variance(noisy!.normal), variance(clean!.linear), variance(clean!.normal)];
    [1.25, 1.25, 1, 1].forEach((expected, i) => {
      assert.equal(Math.abs(seen[i]! - expected) < 0.2, true, `${seen[i]}, not ${expected}`);
    });
    assert.equal(tf.max(tf.abs(tf.sub(tf.sub(noisy!.output, noisy!.normal), 7))).dataSync()[0]! < 1e-5, true);
  });
});
