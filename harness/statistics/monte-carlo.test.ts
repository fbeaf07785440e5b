/** What is drawn instead of counted, against what it is drawn for. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { extremeIntervals } from "./bootstrap.ts";
import { summarize } from "./descriptive.ts";
import { permutationTest, rankSumTest, resamplesFor, signedRankTest, signFlipTest } from "./permutation.ts";
import { stream } from "./stream.ts";
import { trendTest } from "./trend.ts";
import { difference, tTest } from "./welch.ts";

describe("Monte Carlo", () => {
  const arm = (n: number, shift: number) => Array.from({ length: n }, (_, i) => ((i * 37) % 101) / 10 + shift);
  test("is seeded: the same data and key give the same p, never 0", () => {
    const first = permutationTest(arm(30, 0), arm(30, 30));
    assert.deepEqual(first, permutationTest(arm(30, 0), arm(30, 30)));
    assert.deepEqual(first, { p: 1 / 20_000, exact: false, splits: 20_000 });
    assert.equal(signFlipTest(arm(40, 3)).p === 1 / 20_000, true);
  });
  test("draws as many as are asked for, so that p can come below a level", () => {
    assert.deepEqual([resamplesFor(0.05), resamplesFor(0.05 / 30 / 56)], [19_999, 335_999]);
    const asked = { p: 1 / 30_000, exact: false, splits: 30_000 };
    const key = [1, 2] as const;
    assert.deepEqual(signFlipTest(arm(40, 3), key, 29_999), asked);
    assert.deepEqual(signedRankTest(arm(40, 3), key, 29_999), asked);
    assert.deepEqual(permutationTest(arm(30, 0), arm(30, 30), key, 29_999), asked);
    assert.deepEqual(rankSumTest(arm(30, 0), arm(30, 30), key, 29_999), asked);
    assert.equal(signFlipTest(arm(40, 3), key).splits, 20_000);
  });
  test("agrees with the exact test and with the t test", () => {
    const exact = permutationTest(arm(10, 0), arm(10, 2));
    assert.equal(exact.splits, 184_756);
    const large = [arm(40, 0), arm(40, 1)] as const;
    const { p } = tTest(difference(summarize(large[0]), summarize(large[1])));
    assert.equal(Math.abs(permutationTest(...large).p - p) < 0.02, true);
    assert.notEqual(permutationTest(...large).p, permutationTest(...large, [1, 2]).p);
  });
  test("of a trend counts what the rank-sum test of the same two arms counts, ties included", () => {
    const tied = (n: number, shift: number) => arm(n, shift).map(Math.round);
    for (const shift of [0, 1, 3]) {
      const trend = trendTest([tied(12, 0), tied(12, shift)]);
      const ranks = rankSumTest(tied(12, 0), tied(12, shift));
      assert.equal(trend.exact || ranks.exact, false);
      assert.ok(Math.abs(trend.p - ranks.p) < 0.02, `${trend.p} and ${ranks.p}`);
    }
  });
  test("draws below a bound uniformly", () => {
    const { below } = stream([3, 4]);
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[below(3)]!++;
    assert.equal(
      counts.every((count) => Math.abs(count - 10_000) < 400),
      true,
    );
  });
});

describe("the bootstrap of extremes", () => {
  test("is the limit of simulated resamples", () => {
    const values = [1, 3, 4, 4, 7, 9, 12, 15, 20, 22];
    const { below } = stream([5, 6]);
    const minima = Array.from({ length: 20_000 }, () => Math.min(...values.map(() => values[below(10)]!))).sort(
      (a, b) => a - b,
    );
    const maxima = Array.from({ length: 20_000 }, () => Math.max(...values.map(() => values[below(10)]!))).sort(
      (a, b) => a - b,
    );
    const { min, max } = extremeIntervals(values, 10);
    assert.deepEqual([min.low, min.high], [minima[500], minima[19_500]]);
    assert.deepEqual([max.low, max.high], [maxima[500], maxima[19_500]]);
  });
  test("of equal values is that value; of more draws lies further out", () => {
    assert.deepEqual(extremeIntervals([5, 5], 3).min, { low: 5, high: 5, level: 0.95, kind: "bootstrap" });
    const values = Array.from({ length: 40 }, (_, i) => i);
    assert.equal(extremeIntervals(values, 40).min.high < extremeIntervals(values, 5).min.high, true);
  });
});
