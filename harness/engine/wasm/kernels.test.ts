/** The kernels that stand in for the WebAssembly backend's own give what the plain JavaScript backend gives. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../open.ts";
import type { Ops } from "../ops.ts";
import { standardNormal } from "../stateless-normal.ts";

/** Largest error of an entry, relative to the largest |entry| of its tensor. */
const TOLERANCE = 1e-5;

let ops: Ops;
before(async () => {
  await openEngine({ requested: "cpu", provision: false });
  ({ ops } = await openEngine({ requested: "wasm", provision: false }));
});

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const normal = (shape: readonly number[], key = 1): tf.Tensor =>
  tf.tensor(standardNormal(size(shape), [key, size(shape)]), [...shape]);

interface Values {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: number[];
}

/** What `compute` gives on a backend; the engine's own is put back. */
async function on(backend: "cpu" | "wasm", compute: () => tf.Tensor | tf.Tensor[]): Promise<Values[]> {
  await tf.setBackend(backend);
  const out = tf.tidy(compute);
  const seen = [out].flat().map((t) => ({ shape: t.shape, dtype: t.dtype, values: Array.from(t.dataSync()) }));
  tf.dispose(out);
  await tf.setBackend("wasm");
  return seen;
}

async function assertSame(compute: () => tf.Tensor | tf.Tensor[], tolerance = TOLERANCE): Promise<void> {
  const [got, expected] = [await on("wasm", compute), await on("cpu", compute)];
  expected.forEach(({ values, ...kind }, i) => {
    assert.deepEqual({ shape: got[i]!.shape, dtype: got[i]!.dtype }, kind, `output ${i}`);
    const allowed = tolerance * Math.max(...values.map(Math.abs));
    values.forEach((value, at) => {
      const error = Math.abs(got[i]!.values[at]! - value);
      assert.ok(
        error <= allowed,
        `output ${i}, entry ${at}: ${got[i]!.values[at]}, expected ${value} within ${allowed}`,
      );
    });
  });
}

describe("tf.split", () => {
  for (const [shape, sizes, axis] of [
    [[7], [3, 0, 4], 0],
    [[4, 3, 5], [1, 3], 0],
    [[4, 3, 5], [2, 1], 1],
    [[4, 3, 5], [1, 1, 3], -1],
  ] as const)
    test(`[${shape}] into ${sizes} of axis ${axis}`, () =>
      assertSame(() => tf.split(normal(shape), [...sizes], axis), 0));
  test("int32, into equal parts", () => assertSame(() => tf.split(tf.range(0, 12, 1, "int32"), 3), 0));
});

describe("tf.matMul", () => {
  for (const transposeA of [false, true])
    for (const transposeB of [false, true])
      for (const batch of [[], [1], [3]])
        test(`[${[...batch, 5, 7]}] · [${[...batch, 7, 3]}], ${[transposeA && "the first", transposeB && "the second"].filter(Boolean).join(" and ") || "none"} transposed`, () =>
          assertSame(() => {
            const a = normal([...batch, ...(transposeA ? [7, 5] : [5, 7])]);
            const b = normal([...batch, ...(transposeB ? [3, 7] : [7, 3])], 2);
            return tf.matMul(a, b, transposeA, transposeB);
          }));
});

describe("tf.sum and tf.mean", () => {
  for (const rows of [1, 3, 4, 9])
    test(`over ${rows} rows`, () => assertSame(() => [tf.sum(normal([rows, 5]), 0), tf.mean(normal([rows, 5]), 0)]));
  for (const [
    axes,
    keep,
  ] of [[[0, 1], true], [[1, 0], false], [[0], true], [[1], false], [[2], true], [[0, 2], false], [[0, 1, 2], false]] as const) // biome-ignore format: a table
    test(`over the dimensions ${axes} of three${keep ? ", kept" : ""}`, () =>
      assertSame(() => [tf.sum(normal([3, 2, 5]), [...axes], keep), tf.mean(normal([3, 2, 5]), [...axes], keep)]));
  test("of int32", () => assertSame(() => tf.sum(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2], "int32"), 0), 0));
});

describe("maxout", () => {
  test("every tied piece gets the gradient", () => {
    const x = tf.tensor2d([[1, 5, 1, 2, 0, 5]]); // 3 pieces of 2 units: 1, 1, 0 and 5, 2, 5
    const [y, dx] = tf.tidy(() => [ops.maxout(x, 3), tf.grad((x) => ops.maxout(x as tf.Tensor2D, 3))(x, tf.tensor2d([[10, 20]]))]); // biome-ignore format: one line
    assert.deepEqual(Array.from(y!.dataSync()), [1, 5]);
    assert.deepEqual(Array.from(dx!.dataSync()), [10, 20, 10, 0, 0, 20]);
  });
  test("NaN in any piece is the result", () => {
    const x = tf.tensor2d([[NaN, 1, 1, NaN, 3, 4]]);
    assert.deepEqual(Array.from(ops.maxout(x, 3).dataSync()), [NaN, NaN]);
  });
});
