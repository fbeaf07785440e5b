import assert from "node:assert/strict";
import { mock, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../engine/open.ts";
import type { Ops } from "../engine/ops.ts";
import { productRate } from "./product-rate.ts";

/** An engine of so many operations a second, on a clock of its own, whose first two products of a size take a second more. */
function engine(perSecond: number): { ops: Ops; sizes: () => number[] } {
  const seen = new Map<number, number>();
  let now = 0;
  mock.method(performance, "now", () => now);
  const matMul: Ops["matMul"] = (x) => {
    const [size] = x.shape;
    now += (2 * size ** 3 * 1_000) / perSecond + ((seen.get(size) ?? 0) < 2 ? 1_000 : 0);
    seen.set(size, (seen.get(size) ?? 0) + 1);
    return tf.scalar(0) as unknown as tf.Tensor2D;
  };
  return { ops: { matMul } as Ops, sizes: () => [...seen.keys()] };
}

test("a slow engine's rate is taken from small matrices, a fast one's from large ones, and first products do not count", async () => {
  await openEngine({ requested: "cpu", provision: false });
  for (const [perSecond, sizes] of [
    [5e7, [128]],
    [8e8, [128, 256]],
    [5e10, [128, 256, 512, 1_024]],
    [1e13, [128, 256, 512, 1_024]],
  ] as const) {
    const { ops, sizes: used } = engine(perSecond);
    assert.equal(Math.abs(productRate(ops) / perSecond - 1) < 1e-9, true, String(perSecond));
    assert.deepEqual(used(), sizes);
  }
});
