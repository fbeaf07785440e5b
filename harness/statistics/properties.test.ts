/** What must hold for any sample. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { summarize } from "./descriptive.ts";
import { holm } from "./holm.ts";
import { choose, permutationTest, rankSumTest } from "./permutation.ts";
import { beyondPower, differencePower, equivalencePower } from "./power.ts";
import { predictionInterval } from "./prediction.ts";
import { beyondMargin, smallestMargin, tost } from "./tost.ts";
import { trendTest } from "./trend.ts";
import { contrastInterval, difference, oneSample, tTest } from "./welch.ts";

const value = fc.double({ min: -100, max: 100, noNaN: true }).map((x) => Math.round(x * 100) / 100);
const sample = (minLength = 2, maxLength = 7) => fc.array(value, { minLength, maxLength });
const near = (a: number, b: number, tolerance = 1e-9) =>
  Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
const check = (property: fc.IRawProperty<unknown>) => fc.assert(property, { numRuns: 60, seed: 1 });

describe("for any samples", () => {
  test("swapping the arms turns the sign and keeps p", () => {
    check(
      fc.property(sample(), sample(), (a, b) => {
        const there = tTest(difference(summarize(a), summarize(b)));
        const back = tTest(difference(summarize(b), summarize(a)));
        assert.equal(there.t === -back.t || there.t === back.t * -1, true);
        assert.equal(near(there.p, back.p), true);
        assert.equal(permutationTest(a, b).p, permutationTest(b, a).p);
      }),
    );
  });
  test("shifting and scaling both arms changes no permutation p", () => {
    check(
      fc.property(sample(), sample(), value, fc.integer({ min: 1, max: 50 }), (a, b, shift, scale) => {
        const moved = (values: number[]) => values.map((x) => x * scale + shift);
        assert.equal(permutationTest(moved(a), moved(b)).p, permutationTest(a, b).p);
      }),
    );
  });
  test("a permutation p lies between 1/splits and 1", () => {
    check(
      fc.property(sample(1), sample(1), (a, b) => {
        const { p, splits, exact } = permutationTest(a, b);
        assert.equal(exact && splits === choose(a.length + b.length, a.length), true);
        assert.equal(p >= 1 / splits && p <= 1, true);
      }),
    );
  });
  test("TOST holds exactly where the 90 % interval lies within the margin, beyondMargin where the 95 % one lies beyond", () => {
    check(
      fc.property(sample(3), sample(3), fc.double({ min: 0.5, max: 80, noNaN: true }), (a, b, margin) => {
        const contrast = difference(summarize(a), summarize(b));
        const ninety = contrastInterval(contrast, 0.9);
        const wide = contrastInterval(contrast);
        assert.equal(tost(contrast, margin).p < 0.05, ninety.low > -margin && ninety.high < margin);
        assert.equal(beyondMargin(contrast, margin) < 0.05, wide.low > margin || wide.high < -margin);
      }),
    );
  });
  test("the smallest margin is where TOST turns", () => {
    check(
      fc.property(sample(3), (a) => {
        const contrast = oneSample(summarize(a));
        const margin = smallestMargin(contrast);
        if (margin < 1e-6) return;
        assert.equal(tost(contrast, margin * 1.001).p <= 0.05, true);
        if (summarize(a).sd > 0) assert.equal(tost(contrast, margin * 0.999).p > 0.05, true);
      }),
    );
  });
  test("Holm keeps the order, raises no p above 1, lowers none, and lies between none and Bonferroni", () => {
    check(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (ps) => {
        const adjusted = holm(ps);
        ps.forEach((p, i) => {
          assert.equal(adjusted[i]! >= p && adjusted[i]! <= Math.min(1, ps.length * p) + 1e-12, true);
          ps.forEach((q, j) => {
            assert.equal(p >= q || adjusted[i]! <= adjusted[j]!, true);
          });
        });
      }),
    );
  });
  test("a prediction interval holds the confidence interval, and shrinks to it as the new mean's n grows", () => {
    check(
      fc.property(sample(3), fc.integer({ min: 1, max: 40 }), (a, units) => {
        const contrast = oneSample(summarize(a));
        const own = contrastInterval(contrast);
        const wide = predictionInterval(contrast, units);
        assert.equal(wide.low <= own.low && wide.high >= own.high, true);
        assert.equal(near(predictionInterval(contrast, Infinity).low, own.low), true);
      }),
    );
  });
  test("a trend over two arms is a rank-sum test", () => {
    check(
      fc.property(sample(), sample(), (a, b) => {
        assert.equal(near(trendTest([a, b]).p, rankSumTest(a, b).p), true);
        assert.equal(near(trendTest([b, a]).z, -trendTest([a, b]).z), true);
      }),
    );
  });
  test("a trend knows ranks alone, turns with its arms, and keeps its bounds", () => {
    check(
      fc.property(sample(1, 4), sample(1, 4), sample(1, 3), (a, b, c) => {
        const own = trendTest([a, b, c]);
        const cubed = trendTest([a, b, c].map((arm) => arm.map((x) => x ** 3 + 7)));
        assert.deepEqual([cubed.statistic, cubed.p], [own.statistic, own.p]);
        const turned = trendTest([c.toReversed(), b.toReversed(), a.toReversed()]);
        assert.equal(near(turned.statistic, 2 * own.expected - own.statistic) && near(turned.p, own.p), true);
        assert.equal(own.statistic >= 0 && own.statistic <= 2 * own.expected, true);
        assert.equal(own.p >= 1 / own.splits && own.p <= 1, true);
      }),
    );
  });
  test("nothing is ever NaN, with ties and without variance too", () => {
    const tied = fc.array(fc.constantFrom(0, 0.1, 25), { minLength: 2, maxLength: 6 });
    check(
      fc.property(tied, tied, (a, b) => {
        const contrast = difference(summarize(a), summarize(b));
        const { t, df, p } = tTest(contrast);
        const { low, high } = contrastInterval(contrast);
        const numbers = [df, p, low, high, tost(contrast, 1).p, beyondMargin(contrast, 1), permutationTest(a, b).p];
        const more = [
          trendTest([a, b]).p,
          trendTest([a, b]).z,
          differencePower(contrast),
          equivalencePower(contrast, 1),
          beyondPower(contrast, 1),
        ];
        assert.equal([...numbers, ...more].every(Number.isFinite) && !Number.isNaN(t), true);
      }),
    );
  });
});
