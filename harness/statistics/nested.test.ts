/** Nested data: the hierarchical bootstrap and pooled variances. Golden values: ci/peers/golden_statistics.py. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { HarnessError } from "../errors.ts";
import { mean, meanInterval, summarize } from "./descriptive.ts";
import golden from "./fixtures/golden.json" with { type: "json" };
import {
  expandedLevel,
  type Groups,
  hierarchicalBootstrap,
  hierarchicalDifference,
  hierarchicalReplicates,
  meanOfMeans,
  percentileInterval,
} from "./hierarchical-bootstrap.ts";
import { degreesOfFreedom } from "./welch.ts";

const near = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${actual}, expected ${expected}`,
  );
const value = fc.double({ min: -100, max: 100, noNaN: true }).map((x) => Math.round(x * 100) / 100);
const layout = (groups: { minLength: number }, draws: { minLength: number }) =>
  fc.array(fc.array(value, { ...draws, maxLength: 5 }), { ...groups, maxLength: 5 });
const check = (property: fc.IRawProperty<unknown>) => fc.assert(property, { numRuns: 40, seed: 2 });
const mapped = (groups: Groups, f: (x: number) => number) => groups.map((group) => group.map(f));
const few = { resamples: 199 };

describe("the hierarchical bootstrap", () => {
  test("has the distribution that enumerating every resample gives", () => {
    for (const { groups, mean: centre, variance, shares } of golden.hierarchical) {
      const replicates = hierarchicalReplicates(groups, meanOfMeans, { resamples: 40_000 });
      near(mean(replicates), centre, 0.01);
      near(summarize(replicates).sd ** 2, variance, 0.03);
      for (const { at, share } of shares)
        near(replicates.filter((replicate) => replicate <= at + 1e-9).length / replicates.length, share, 0.01);
    }
  });
  test("has the variance S_B/a² + S_W/(ab)² of a balanced layout", () => {
    const [first] = golden.hierarchical;
    const means = first!.groups.map((group) => mean(group));
    const squares = (values: readonly number[]) => values.reduce((sum, x) => sum + (x - mean(values)) ** 2, 0);
    const within = first!.groups.reduce((sum, group) => sum + squares(group), 0);
    near(squares(means) / 4 + within / 16, first!.variance);
  });
  test("takes order statistics 50 and 1950 of 1999 replicates at 95 %", () => {
    const { low, high } = percentileInterval(Array.from({ length: 1999 }, (_, i) => 1999 - i));
    assert.deepEqual([low, high], [50, 1950]);
  });
  test("of one unit stays within its values; of more it holds the t interval of unit means; it is seeded", () => {
    check(
      fc.property(layout({ minLength: 1 }, { minLength: 1 }), (groups) => {
        const interval = hierarchicalBootstrap(groups, few);
        assert.deepEqual(interval, hierarchicalBootstrap(groups, few));
        const means = groups.map((group) => mean(group));
        const [low, high] =
          groups.length === 1
            ? [Math.max(...groups[0]!), Math.min(...groups[0]!)]
            : [meanInterval(summarize(means)).low, meanInterval(summarize(means)).high];
        assert.equal(interval.low <= low + 1e-9 && interval.high >= high - 1e-9, true);
        if (groups.length === 1) assert.equal(interval.low >= high - 1e-9 && interval.high <= low + 1e-9, true);
        assert.equal(interval.low <= interval.high, true);
      }),
    );
  });
  test("is the t interval where draws do not differ, and wider than it where they do; t by SciPy", () => {
    const two = hierarchicalBootstrap([
      [0, 0],
      [1, 1],
    ]);
    near(two.low, 0.5 - 6.353102368087351);
    near(two.high, 0.5 + 6.353102368087351);
    assert.deepEqual([two.kind, two.level], ["bootstrap", 0.95]);
    const noisy = hierarchicalBootstrap([
      [-30, 30, 0],
      [-29, 31, 1],
    ]);
    assert.equal(noisy.high > 0.5 + 6.4 && noisy.low < 0.5 - 6.4, true);
    const apart = hierarchicalDifference([[0], [1]], [[5], [7]]);
    near(apart.low, -5.5 - 6.918522830071064);
    near(apart.high, -5.5 + 6.918522830071064);
  });
  test("follows a shift and a positive scale, and turns over with the sign", () => {
    check(
      fc.property(
        layout({ minLength: 2 }, { minLength: 1 }),
        value,
        fc.integer({ min: 1, max: 20 }),
        (g, shift, scale) => {
          const own = hierarchicalBootstrap(g, few);
          const moved = hierarchicalBootstrap(
            mapped(g, (x) => x * scale + shift),
            few,
          );
          near(moved.low, own.low * scale + shift, 1e-8);
          near(moved.high, own.high * scale + shift, 1e-8);
          const turned = hierarchicalBootstrap(
            mapped(g, (x) => -x),
            few,
          );
          near(turned.low, -own.high);
          near(turned.high, -own.low);
        },
      ),
    );
  });
  test("of an arm against itself holds 0, and swapping arms turns it over in distribution", () => {
    const [a, b] = [golden.hierarchical[0]!.groups, golden.hierarchical[1]!.groups];
    const own = hierarchicalDifference(a, a);
    assert.equal(own.low < 0 && own.high > 0, true);
    const [there, back] = [hierarchicalDifference(a, b), hierarchicalDifference(b, a)];
    near(there.low, -back.high, 0.1);
    near(there.high, -back.low, 0.1);
  });
  test("is expanded for few outer units, by SciPy's normal and t", () => {
    for (const { units, tail } of golden.expanded) near((1 - expandedLevel(units)) / 2, tail, 1e-9);
    assert.equal(expandedLevel(1), 0.95);
    const five = [1, 2, 3, 4, 10].map((x) => [x]);
    const plain = percentileInterval(hierarchicalReplicates(five));
    const own = hierarchicalBootstrap(five);
    assert.equal(own.low < plain.low && own.high > plain.high, true);
    assert.equal(own.level, 0.95);
  });
  test("refuses what has no mean", () => {
    for (const groups of [[], [[]], [[1], [Number.NaN]], [[Infinity]]])
      assert.throws(() => hierarchicalBootstrap(groups), HarnessError);
    assert.throws(() => hierarchicalBootstrap([[1]], { resamples: 0 }), HarnessError);
  });
});

test("a variance pooled around several means has as many fewer degrees of freedom", () => {
  assert.equal(degreesOfFreedom({ value: 0, terms: [{ variance: 2, n: 12, means: 3 }] }), 9);
  assert.equal(degreesOfFreedom({ value: 0, terms: [{ variance: 0, n: 12, means: 3 }] }), 9);
});
