import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../engine/open.ts";
import type { Ops } from "../engine/ops.ts";
import { type ConvolutionalTable, convolutionalParameters, mapSizes, normalisedMaps } from "./convolutional.ts";
import { trainConvolutional } from "./convolutional-forward.ts";
import { keyFor } from "./keys.ts";

let ops: Ops;
before(async () => {
  ({ ops } = await openEngine({ provision: false }));
});

const table: ConvolutionalTable = {
  name: "net",
  input: [9, 7, 3],
  leak: 0.1,
  pieces: 2,
  bias: "untied",
  rows: [
    ["conv", 4, 2, 5, false, 0.5, "maxout"],
    ["convT", 2, 3, 4, true, 0, "leakyRelu"],
    ["conv", 1, 1, 2, false, 0, "sigmoid"],
  ],
};

test("sizes and parameters follow from the rows; features are counted after maxout", () => {
  assert.deepEqual(mapSizes(table), [
    [3, 2, 5],
    [8, 5, 4],
    [8, 5, 2],
  ]);
  assert.deepEqual(
    convolutionalParameters(table).map(({ name, shape }) => [name, shape]),
    [
      ["net/1/weights", [4, 4, 3, 10]],
      ["net/1/bias", [3, 2, 10]],
      ["net/2/weights", [2, 2, 4, 5]],
      ["net/2/scale", [4]],
      ["net/2/shift", [4]],
      ["net/3/weights", [1, 1, 4, 2]],
      ["net/3/bias", [8, 5, 2]],
    ],
  );
  assert.deepEqual(normalisedMaps(table), [4]);
  const biases = (bias: "tied" | "none") =>
    convolutionalParameters({ ...table, bias }).flatMap(({ role, shape }) => (role === "bias" ? [shape] : []));
  assert.deepEqual(biases("tied"), [[10], [2]]);
  assert.deepEqual(biases("none"), []);
});

test("a kernel that is larger than its map is refused by its row", () => {
  const rows = [...table.rows, ["conv", 6, 1, 2, false, 0, "linear"]] as const;
  assert.throws(() => mapSizes({ ...table, rows }), /net\/4: a kernel of 6 on maps of 8 × 5/);
});

test("with padding a stride of 2 halves maps and doubles them, and the transposed pass is the gradient of the other", () => {
  const padded = { ...table, leak: 0, bias: "none", padding: 2 } as const;
  const down: ConvolutionalTable = { ...padded, input: [8, 6, 3], rows: [["conv", 5, 2, 4, false, 0, "linear"]] };
  const up: ConvolutionalTable = { ...padded, input: [4, 3, 4], rows: [["convT", 5, 2, 3, false, 0, "linear"]] };
  assert.deepEqual(
    [...mapSizes(down), ...mapSizes(up)],
    [
      [4, 3, 4],
      [8, 6, 3],
    ],
  );
  tf.tidy(() => {
    const normal = (shape: number[], i: number) => ops.randomNormal(shape, tf.tensor1d([i, 1], "int32")) as tf.Tensor4D;
    const weights = { "net/1/weights": normal([5, 5, 3, 4], 1) };
    const [x, dy] = [normal([2, 8, 6, 3], 2), normal([2, 4, 3, 4], 3)];
    const none = { epsilon: 0, nextKey: () => tf.tensor1d([0, 0], "int32") };
    const gradient = tf.grad((x) => trainConvolutional(down, weights, [x as tf.Tensor4D], ops, none))(x, dy);
    const transposed = trainConvolutional(up, weights, [dy], ops, none);
    assert.equal(tf.max(tf.abs(tf.sub(gradient, transposed))).dataSync()[0]! < 1e-4, true);
  });
});

test("dropout before a nonlinearity other than maxout is refused by its row", () => {
  const rows = [["conv", 1, 1, 2, false, 0, "linear", 0.5]] as const;
  tf.tidy(() => {
    const x = tf.ones([1, 9, 7, 3]) as tf.Tensor4D;
    const none = { epsilon: 0, nextKey: () => tf.tensor1d([0, 0], "int32") };
    const run = () =>
      trainConvolutional({ ...table, bias: "none", rows }, { "net/1/weights": tf.ones([1, 1, 3, 2]) }, [x], ops, none);
    assert.throws(run, /net\/1: dropout comes before the nonlinearity of a maxout alone/);
  });
});

test("the forward pass gives maps of the last row's size, and parts are joined in their order", () => {
  tf.tidy(() => {
    const parameters = Object.fromEntries(
      convolutionalParameters(table).map(({ name, shape }, i) => [
        name,
        ops.randomNormal(shape, tf.tensor1d([i, 1], "int32")),
      ]),
    );
    const x = ops.randomNormal([4, 9, 7, 3], tf.tensor1d([9, 9], "int32")) as tf.Tensor4D;
    const plain = { ...table, rows: table.rows.map((row) => [...row.slice(0, 5), 0, row[6]] as unknown as typeof row) };
    const run = (parts: tf.Tensor4D[]) =>
      trainConvolutional(plain, parameters, parts, ops, { epsilon: 1e-4, nextKey: () => tf.tensor1d([0, 0], "int32") });
    const whole = run([x]);
    assert.deepEqual(whole.shape, [4, 8, 5, 2]);
    const apart = run([tf.slice(x, [0, 0, 0, 0], [1, 9, 7, 3]), tf.slice(x, [1, 0, 0, 0], [3, 9, 7, 3])]);
    assert.equal(tf.max(tf.abs(tf.sub(whole, apart))).dataSync()[0]! < 1e-5, true);
  });
});

test("each purpose has a key of its own, the same each time", () => {
  tf.tidy(() => {
    const of = (purpose: number, key = [5, 6]) =>
      [...keyFor(ops, tf.tensor1d(key, "int32"), purpose).dataSync()].join();
    const keys = Array.from({ length: 20 }, (_, purpose) => of(purpose));
    assert.equal(new Set([...keys, of(0, [5, 7])]).size, 21);
    assert.deepEqual(
      Array.from({ length: 20 }, (_, purpose) => of(purpose)),
      keys,
    );
  });
});
