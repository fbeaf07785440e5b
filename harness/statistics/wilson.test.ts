import assert from "node:assert/strict";
import { test } from "node:test";
import { wilsonInterval } from "./wilson.ts";

/** Newcombe 1998, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, table I, method 3. */
const NEWCOMBE = [
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
] as const;

test("Wilson's interval is that of Newcombe's examples", () => {
  for (const [count, n, low, high] of NEWCOMBE) {
    const got = wilsonInterval(count, n);
    assert.deepEqual([got.low.toFixed(4), got.high.toFixed(4)], [low.toFixed(4), high.toFixed(4)]);
  }
});

test("what is no share is refused", () => {
  for (const [count, n] of [
    [1, 0],
    [3, 2],
    [-1, 2],
    [Number.NaN, 2],
  ] as const)
    assert.throws(() => wilsonInterval(count, n), RangeError);
});
