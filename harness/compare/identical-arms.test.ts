import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { identicalArms } from "./identical-arms.ts";
import type { Comparison } from "./measure-change.ts";

type Values = readonly (number | null)[];
/** A metric of an arm whose candidate has the same values unless it is given; null failed. */
const metric = (setting: string, baseline: Values, candidate: Values = baseline): Comparison => {
  const runs = (values: Values) =>
    values.map((value, replicate) => ({ replicate, finished: value !== null, value: value ?? 0 }));
  return {
    slot: "ali",
    setting,
    margin: { value: 0.5, reason: "a test" },
    quantity: { metric: "any", label: "any", unit: "", better: "higher", worst: 0 },
    baseline: runs(baseline),
    candidate: runs(candidate),
  };
};
const identical = (...comparisons: Comparison[]): string[] => [...identicalArms(comparisons)];
const MODES = [9, 9, 9, 9];
const SHARES = [0.91, 0.95, 0.95, 0.89];

describe("an arm did the same runs", () => {
  it("where every metric agrees in every pair, and one has a value of its own in most runs", () => {
    assert.deepEqual(identical(metric("fixed", MODES), metric("fixed", SHARES)), ["ali/fixed"]);
    assert.deepEqual(identical(metric("fixed", [0.91, null, 0.93])), ["ali/fixed"]);
    assert.deepEqual(identical(metric("fixed", [0.91])), ["ali/fixed"]);
  });
  it("but not where another of its metrics differs anywhere, in the last bit", () => {
    const other = SHARES.with(2, 0.95 + 2 ** -53);
    assert.deepEqual(identical(metric("fixed", MODES), metric("fixed", SHARES, other)), []);
  });
  it("but not where its metrics are counts, or shares of nothing and everything: equal ones tell nothing", () => {
    assert.deepEqual(identical(metric("fixed", MODES)), []);
    assert.deepEqual(identical(metric("fixed", [1, 1, 0, 1])), []);
    assert.deepEqual(identical(metric("fixed", [0.5, 0.5, 0.5, 0.5])), []);
    assert.deepEqual(identical(metric("fixed", [9])), []);
  });
  it("by what another arm tells only where all arms agree", () => {
    assert.deepEqual(identical(metric("fixed", MODES), metric("random", SHARES)), ["ali/fixed", "ali/random"]);
    const changed = metric("another", SHARES, [0.9, 0.95, 0.95, 0.89]);
    assert.deepEqual(identical(metric("fixed", MODES), metric("random", SHARES), changed), ["ali/random"]);
  });
  it("where no run of either side finished, but not where some did", () => {
    const none = [null, null, null];
    const changed = metric("another", SHARES, [0.9, 0.95, 0.95, 0.89]);
    assert.deepEqual(identical(metric("fixed", none), changed), ["ali/fixed"]);
    assert.deepEqual(identical(metric("fixed", none, [0, 0, 0]), changed), []);
  });
  it("never without pairs", () => {
    const moved = metric("fixed", SHARES);
    const candidate = moved.candidate.map((run) => ({ ...run, replicate: run.replicate + 1 }));
    assert.deepEqual(identical({ ...moved, candidate }), []);
  });
});
