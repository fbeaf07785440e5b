/** What must hold for any sample, and what is done where a statistic has no ordinary value. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { HarnessError } from "../errors.ts";
import { extremeIntervals } from "./bootstrap.ts";
import { estimate, mean, meanInterval, standardDeviation, summarize } from "./descriptive.ts";
import { holm } from "./holm.ts";
import { choose, permutationTest, rankSumTest, signFlipTest } from "./permutation.ts";
import { beyondPower, differencePower, equivalencePower, extended, furtherReplicates, unitsPerArm } from "./power.ts";
import { predictionInterval } from "./prediction.ts";
import { midranks, signedRanks } from "./ranks.ts";
import { publishedSd } from "./spread.ts";
import { stream } from "./stream.ts";
import { beyondMargin, smallestMargin, tost } from "./tost.ts";
import { trendTest } from "./trend.ts";
import { contrastInterval, difference, errorTerm, oneSample, tTest } from "./welch.ts";

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

describe("Monte Carlo", () => {
  const arm = (n: number, shift: number) => Array.from({ length: n }, (_, i) => ((i * 37) % 101) / 10 + shift);
  test("is seeded: the same data and key give the same p, never 0", () => {
    const first = permutationTest(arm(30, 0), arm(30, 30));
    assert.deepEqual(first, permutationTest(arm(30, 0), arm(30, 30)));
    assert.deepEqual(first, { p: 1 / 20_000, exact: false, splits: 20_000 });
    assert.equal(signFlipTest(arm(40, 3)).p === 1 / 20_000, true);
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

describe("further replicates", () => {
  const contrast = {
    value: 0.5,
    terms: [
      { variance: 4, n: 10 },
      { variance: 4, n: 10 },
    ],
  };
  test("are the first number with the asked power", () => {
    const power = (k: number) => differencePower(extended(contrast, k));
    const k = furtherReplicates(power)!;
    assert.equal(power(k) >= 0.8 && power(k - 1) < 0.8, true);
  });
  test("are null where no number would do: no difference, or a margin below what the printed numbers resolve", () => {
    assert.equal(unitsPerArm(0, [1, 1]), null);
    const paper = {
      value: 0,
      terms: [
        { variance: 1, n: 10 },
        { variance: 5.8 ** 2, n: 10 },
      ],
    };
    assert.equal(
      furtherReplicates((k) => equivalencePower(extended(paper, k, 1), 3)),
      null,
    );
  });
});

describe("edges", () => {
  const refused = (act: () => unknown) => assert.throws(act, HarnessError);
  test("an empty sample, or a value that is not finite, is refused", () => {
    for (const act of [
      mean,
      summarize,
      (v: number[]) => estimate("a", v),
      (v: number[]) => extremeIntervals(v, 3),
      signFlipTest,
    ])
      for (const values of [[], [1, Number.NaN], [Infinity, 2]]) refused(() => act(values));
    refused(() => permutationTest([], [1]));
    refused(() => trendTest([[1], []]));
    refused(() => trendTest([[1]]));
    refused(() => trendTest([[1], [Number.NaN]]));
  });
  test("one value has a mean and no spread", () => {
    assert.deepEqual(estimate("a", [3]), {
      arm: "a",
      n: 1,
      mean: 3,
      sd: null,
      min: 3,
      max: 3,
      interval: null,
      failed: 0,
    });
    assert.equal(standardDeviation([3], 1), null);
    assert.equal(standardDeviation([3], 0), 0);
    refused(() => summarize([3]));
    refused(() => errorTerm({ sd: 1, n: 1 }));
    refused(() => errorTerm({ sd: Number.NaN, n: 5 }));
  });
  test("ddof 0 and 1", () => {
    assert.equal(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9], 0), 2);
    assert.equal(near(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9], 1)!, Math.sqrt(32 / 7)), true);
  });
  test("equal values have their own mean and no spread, to the last bit", () => {
    assert.deepEqual(summarize(new Array<number>(7).fill(0.1)), { mean: 0.1, sd: 0, n: 7 });
    assert.deepEqual(meanInterval({ mean: 2, sd: 0, n: 7 }), { low: 2, high: 2, level: 0.95, kind: "t" });
  });
  test("without variance p is 1 when equal, 0 when not; equivalence likewise", () => {
    const flat = (value: number) => ({
      value,
      terms: [
        { variance: 0, n: 5 },
        { variance: 0, n: 4 },
      ],
    });
    assert.deepEqual(tTest(flat(0)), { t: 0, df: 7, p: 1 });
    assert.deepEqual(tTest(flat(2)), { t: Infinity, df: 7, p: 0 });
    assert.deepEqual([tost(flat(0.5), 1).p, tost(flat(1), 1).p, tost(flat(3), 1).p], [0, 1, 1]);
    assert.deepEqual([beyondMargin(flat(0.5), 1), beyondMargin(flat(1), 1), beyondMargin(flat(3), 1)], [1, 1, 0]);
  });
  test("a margin, a p, a power or a number of draws out of its range is refused", () => {
    const contrast = { value: 0, terms: [{ variance: 1, n: 5 }] };
    for (const margin of [0, -1, Number.NaN, Infinity]) refused(() => tost(contrast, margin));
    for (const p of [-0.1, 1.1, Number.NaN]) refused(() => holm([p]));
    refused(() => furtherReplicates(() => 1, 1));
    refused(() => predictionInterval(contrast, 0));
    refused(() => extremeIntervals([1], 1.5));
  });
  test("ranks share ties and take infinities", () => {
    assert.deepEqual(midranks([Infinity, 1, 1, -Infinity, Infinity]), [4.5, 2.5, 2.5, 1, 4.5]);
    assert.deepEqual(signedRanks([-2, 0, 1, -Infinity]), [-3, 0, 2, -4]);
  });
  test("a printed ± becomes an SD only where its kind allows", () => {
    const sd = (kind: "sd" | "3sd" | "1.96sd" | "se" | "ci" | "unknown", n: number | null) =>
      publishedSd({ spread: { kind, value: 3 }, n });
    assert.equal(sd("sd", null), 3);
    assert.equal(sd("3sd", null), 1);
    assert.equal(near(sd("1.96sd", null)!, 3 / 1.96), true);
    assert.equal(sd("se", 25), 15);
    assert.equal(sd("se", null), null);
    // x̄ ± t(0.975, 9) s/√10 with t = 2.262157.
    assert.equal(near(sd("ci", 10)!, (3 * Math.sqrt(10)) / 2.2621571627982, 1e-9), true);
    assert.equal(sd("ci", null), null);
    assert.equal(sd("unknown", 10), null);
    assert.equal(publishedSd({ spread: { kind: "none" }, n: 10 }), null);
  });
});
