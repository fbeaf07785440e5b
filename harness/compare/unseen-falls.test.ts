import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unseenFalls, unseenFallsMargin, unseenFallsP, unseenFallsShown } from "./unseen-falls.ts";

const runs = (values: readonly number[], first = 0) =>
  values.map((value, i) => ({ replicate: first + i, finished: true, value }));
const many = (value: number, n: number): number[] => Array.from({ length: n }, () => value);
const near = (got: number, expected: number, by = 1e-9): void =>
  assert.ok(Math.abs(got - expected) <= by, `${got}, not ${expected}`);
const MODES = { better: "higher", worst: 0 } as const;
const of = (baseline: readonly number[], candidate: readonly number[], quantity = MODES, first = 0) =>
  unseenFalls(runs(baseline), runs(candidate, first), quantity);

describe("falls that no run shows", () => {
  const ten = of(many(9, 10), many(9, 10));
  it("are excluded as a binomial does: of ten runs none fell, where half a mode is one fall in 18", () => {
    near(unseenFallsP(ten, 0.5), (17 / 18) ** 10);
    // An undetected share of 1 − 0.05^(1/10) = 0.2589 of the runs, nine modes each.
    near(unseenFallsMargin(ten, 0.05), 9 * (1 - 0.05 ** 0.1));
    assert.equal(unseenFallsP(ten, 10), 0);
  });
  it("start from the difference that was seen, of either side: a candidate of 8.75 loses 8.5 more, not 9", () => {
    const lower = of(many(9, 10), many(8.75, 10));
    near(unseenFallsP(lower, 0.5), (8.5 / 8.75) ** 10);
    assert.equal(unseenFallsP(lower, 0.25), 1);
    const higher = of(many(8.75, 10), many(9, 10));
    near(unseenFallsP(higher, 0.5), (8.5 / 8.75) ** 10);
  });
  it("cost runs that jitter hardly more: the product of (h − margin)/(h + difference)", () => {
    const [before, after] = [
      [25, 24, 24, 25],
      [24, 24, 25, 25],
    ];
    near(unseenFallsP(of(before, after), 1), (23.5 / 23.5) * (23.5 / 24.5) ** 2 * (23.5 / 25.5));
  });
  it("of runs that are no pairs are taken from the other side's mean; the side that shows less decides", () => {
    const apart = of(many(9, 5), [9, 9, 9], MODES, 5);
    near(unseenFallsP(apart, 0.5), (17 / 18) ** 3);
    near(unseenFallsP(of([9, 9, 9], many(9, 5), MODES, 5), 0.5), (17 / 18) ** 3);
  });
  it("are falls to above where lower is better", () => {
    const errors = unseenFalls(runs([10, 12]), runs([11, 11]), { better: "lower", worst: 100 });
    // The baseline's mean is 11: the worst value is 89 away; the differences are 1 and −1.
    near(unseenFallsP(errors, 2), (87 / 88) * (87 / 90));
  });
  it("are not bounded where a metric has no worst value", () => {
    const unbounded = unseenFalls(runs([9, 9]), runs([9, 9]), { better: "higher", worst: null });
    assert.deepEqual([unseenFallsP(unbounded, 0.5), unseenFallsMargin(unbounded, 0.05)], [1, Number.POSITIVE_INFINITY]);
    assert.equal(unseenFallsShown(unbounded, 0.5, 0.05, 100_000), false);
  });
});

describe("further runs show a margin", () => {
  const shown = (candidate: readonly number[], further: number) =>
    unseenFallsShown(of(many(9, candidate.length), candidate), 0.5, 0.05, further);
  it("from 53 on, the first n of (17/18)ⁿ ≤ 0.05, where none fell", () => {
    assert.deepEqual(
      [42, 43].map((further) => shown(many(9, 10), further)),
      [false, true],
    );
  });
  it("later where one fell, since more may; never where the mean is beyond the margin", () => {
    const oneOf50 = [...many(9, 49), 0];
    assert.deepEqual(
      [34, 300].map((further) => shown(oneOf50, further)),
      [false, true],
    );
    assert.equal(shown([...many(9, 9), 0], 10_000), false);
  });
});
