import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { furtherToReach, reaches, smallestP } from "./reach.ts";
import { valuesRecur } from "./recurring.ts";

const runs = (values: readonly number[], first = 0) =>
  values.map((value, i) => ({ replicate: first + i, finished: true, value }));
const recur = (baseline: readonly number[], candidate: readonly number[], first = 0): boolean =>
  valuesRecur(runs(baseline), runs(candidate, first));
const SHARES = [0.9012, 0.8734, 0.9333, 0.9101, 0.8876];

describe("values recur", () => {
  it("where they are counts, also where all happen to differ", () => {
    assert.equal(recur([25, 24], [24, 25]), true);
    assert.equal(recur([25, 20, 17], [3, 9, 14]), true);
    assert.equal(recur([25, 20], [3, 9], 7), true);
    assert.equal(recur([1 / 9, 8 / 9], [7 / 9, 5 / 9]), true);
    assert.equal(recur([1200, 1000], [1100, 900]), true);
  });
  it("where more than half of a side, or half of all runs, have the same value: all failed, all perfect", () => {
    assert.equal(recur(SHARES, [0, 0, 0, 0.8731, 0.9102]), true);
    assert.equal(recur(SHARES.slice(0, 4), [0, 0], 9), true);
    assert.equal(recur(SHARES, SHARES.with(0, 0.9013)), true);
  });
  it("where most pairs have the same difference, but for rounding", () => {
    const lower = SHARES.map((value) => value - 0.3);
    assert.equal(new Set(lower.map((value, i) => value - SHARES[i]!)).size > 1, true);
    assert.equal(recur(SHARES, lower), true);
    assert.equal(recur(SHARES, lower, 9), false);
  });
  it("but not those of a continuous metric, though it is rounded and a few agree", () => {
    assert.equal(recur(SHARES, [0.9013, 0.8701, 0.9335, 0.9099, 0.8921]), false);
    assert.equal(recur(SHARES, [0.9012, 0.8701, 0.9012, 0.9099, 0.8921]), false);
    assert.equal(recur([0.9012, 0.8734], [0.4211, 0.4377]), false);
    assert.equal(recur([742, 1093], [801, 1210]), false);
    assert.equal(recur([1.1e-16, 2.3e-16], [0.7e-16, 1.9001e-16]), false);
  });
});

describe("sign flips and permutations", () => {
  it("reach 2/2ⁿ of n pairs, and 2 splits of two sides", () => {
    assert.deepEqual([smallestP({ pairs: 5 }), smallestP({ runs: [2, 4] })], [2 / 32, 2 / 15]);
    assert.deepEqual(
      [5, 6].map((pairs) => reaches({ pairs }, 0.05)),
      [false, true],
    );
    assert.equal(reaches({ pairs: 40 }, 1e-9), true);
  });
  it("need so many more for a level", () => {
    assert.deepEqual(
      [0, 3, 6, 20].map((pairs) => furtherToReach({ pairs }, 0.05)),
      [6, 3, 0, 0],
    );
    assert.equal(furtherToReach({ pairs: 3 }, 0.05 / 12), 6);
    // p = 2/10, 2/35, 2/126: (5 choose 2) = 10, (7 choose 3) = 35, (9 choose 4) = 126.
    assert.equal(furtherToReach({ runs: [2, 3] }, 0.05), 2);
  });
});
