/** What cannot be judged is refused, with one message. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mean, summarize } from "./descriptive.ts";
import { hierarchicalReplicates, percentileInterval } from "./hierarchical-bootstrap.ts";
import { permutationTest, rankSumTest, signedRankTest, signFlipTest } from "./permutation.ts";
import { trendTest } from "./trend.ts";
import { errorTerm, oneSample } from "./welch.ts";

describe("a refusal says what is wrong", () => {
  const says = (act: () => unknown, message: RegExp): void => assert.throws(act, message);
  test("with a sample", () => {
    says(() => mean([]), /^HarnessError: A sample is empty; statistics need at least one value/);
    says(() => mean([1, Number.NaN]), /^HarnessError: A sample holds NaN; values must be finite/);
    says(() => summarize([1]), /sample of 1 value has no standard deviation/);
    says(() => permutationTest([], [1]), /The first sample is empty/);
    says(() => permutationTest([1], [Infinity]), /The second sample holds Infinity/);
    says(() => signFlipTest([]), /The paired differences is empty/);
    says(() => rankSumTest([1, Number.NaN], [2, 3]), /^HarnessError: A sample holds NaN, which has no rank/);
    says(() => rankSumTest([1, 2], [Number.NaN]), /A sample holds NaN, which has no rank/);
    says(() => signedRankTest([1, Number.NaN]), /A sample holds NaN, which has no rank/);
    assert.equal(rankSumTest([1, -Infinity], [2, Infinity]).p, 1 / 3);
  });
  test("with an error term", () => {
    for (const [sd, n] of [
      [1, 1],
      [-1, 5],
      [Number.NaN, 5],
      [Infinity, 5],
    ] as const)
      says(() => errorTerm({ sd, n }), new RegExp(`n ≥ 2 and a finite SD ≥ 0; got n = ${n}, SD = ${sd}`));
    assert.deepEqual(errorTerm({ sd: 0, n: 2 }), { variance: 0, n: 2 });
    for (const [values, what] of [
      [[1e-200, 3e-200], "small"],
      [[1e200, 3e200], "large"],
    ] as const)
      says(
        () => oneSample(summarize(values)),
        new RegExp(`variance of an SD of 1.41\\d+e.200 is too ${what} for double`),
      );
  });
  test("with a trend", () => {
    for (const arms of [[], [[1]], [[1], []], [[], []]])
      says(() => trendTest(arms), /at least two arms with at least one/);
    says(() => trendTest([[1, Number.NaN], [2]]), /cannot be taken over NaN/);
  });
  test("with outer units and resamples", () => {
    says(() => hierarchicalReplicates([]), /got no outer unit; at least 1 is needed/);
    says(() => hierarchicalReplicates([[1], []]), /An outer unit of a hierarchical bootstrap is empty/);
    for (const resamples of [0, -1, 1.5, Number.NaN])
      says(
        () => hierarchicalReplicates([[1]], undefined, { resamples }),
        new RegExp(`whole number of resamples, at least 1; got ${resamples}`),
      );
    assert.deepEqual(hierarchicalReplicates([[3]], undefined, { resamples: 1 }), [3]);
    says(() => percentileInterval([]), /The bootstrap replicates is empty/);
  });
});
