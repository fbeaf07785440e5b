import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { binomialLowerTail } from "./binomial.ts";
import { meanAboveTest } from "./bounded-mean.ts";

const near = (got: number, expected: number, relative = 1e-9): void =>
  assert.ok(Math.abs(got - expected) <= relative * expected, `${got}, not ${expected}`);
const many = (value: number, n: number): number[] => Array.from({ length: n }, () => value);

describe("the mean of a variable that has a floor", () => {
  it("is tested by a product where no value is below the bound", () => {
    near(meanAboveTest(many(0, 10), -9, -0.5), (17 / 18) ** 10);
    near(meanAboveTest([0], -9, -0.5), 17 / 18);
    near(meanAboveTest([1, -0.25, 2], -9, -0.5), (8.5 / 10) * (8.5 / 8.75) * (8.5 / 11));
  });
  it("is tested by the binomial tail where values are one number or the floor", () => {
    for (const [fallen, n] of [
      [1, 2],
      [1, 84],
      [5, 84],
      [9, 10],
      [20, 1_000],
      [20, 5_000],
    ] as const)
      near(
        meanAboveTest([...many(0, n - fallen), ...many(-9, fallen)], -9, -0.5),
        binomialLowerTail(fallen, n, 1 / 18),
      );
  });
  it("is tested by a sum of exponentials in general: in partial fractions, by exact fractions in Python", () => {
    near(meanAboveTest([0.5, -0.3, 1.2], -4, -0.25), 7601 / 12480);
    near(meanAboveTest([1, -1, 0, 0.25, -2], -9, -0.5), 46511 / 53280);
    near(meanAboveTest([3, 2.5, 2, 1.75, 0.5, 1, -3, -3.5], -10, 0), 347634176489 / 527110824240);
  });
  it("does not depend on unit and origin", () => {
    const [values, floor, bound] = [[1, -1, 0, 0.25, -2], -9, -0.5] as const;
    const moved = (x: number): number => 1e6 * x + 5e6;
    near(meanAboveTest(values.map(moved), moved(floor), moved(bound)), meanAboveTest(values, floor, bound));
  });
  it("counts each value as many times as is said", () => {
    const twice = [1, 1, -1, -1, 0, 0, -2, -2];
    near(meanAboveTest([1, -1, 0, -2], -9, -0.5, 2), meanAboveTest(twice, -9, -0.5));
  });
  it("is not above a bound that no value is above, surely above one below the floor, and unknown without a floor", () => {
    assert.equal(meanAboveTest([-1, -0.5], -9, -0.5), 1);
    assert.equal(meanAboveTest([0, 0], -9, -10), 0);
    assert.equal(meanAboveTest([0, -9], -9, -9), 0);
    assert.equal(meanAboveTest([-9, -9], -9, -9), 1);
    assert.equal(meanAboveTest([5, 6], Number.NEGATIVE_INFINITY, -0.5), 1);
    assert.throws(() => meanAboveTest([], -9, 0), /empty/);
    assert.throws(() => meanAboveTest([Number.NaN], -9, 0), /NaN/);
  });
});
