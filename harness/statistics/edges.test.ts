/** What is done where a statistic has no ordinary value: bounds, refusals by their words, references other than 0. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HarnessError } from "../errors.ts";
import { philox4x32, type Words2 } from "../random/philox.ts";
import { extremeIntervals } from "./bootstrap.ts";
import { estimate, mean, meanInterval, standardDeviation, summarize } from "./descriptive.ts";
import { normalCdf, normalQuantile, tQuantile } from "./distributions.ts";
import {
  expandedLevel,
  hierarchicalDifference,
  hierarchicalReplicates,
  percentileInterval,
} from "./hierarchical-bootstrap.ts";
import { holm } from "./holm.ts";
import { permutationTest, signFlipTest } from "./permutation.ts";
import { differencePower, equivalencePower, extended, furtherReplicates, unitsPerArm } from "./power.ts";
import { predictionInterval } from "./prediction.ts";
import { midranks, signedRanks } from "./ranks.ts";
import { publishedSd } from "./spread.ts";
import { DEFAULT_KEY, stream } from "./stream.ts";
import { beyondMargin, smallestMargin, tost } from "./tost.ts";
import { trendTest } from "./trend.ts";
import { contrastInterval, degreesOfFreedom, difference, errorTerm, oneSample, tTest } from "./welch.ts";

const VALUES = [3.1, 4.2, 2.7, 3.9, 3.3];
const at = (shift: number) => oneSample(summarize(VALUES.map((value) => value + shift)));
const near = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
const close = (got: number, expected: number): void =>
  assert.equal(Math.abs(got - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), true, `${got}, not ${expected}`);

describe("equivalence about a reference", () => {
  test("is that of the shifted data about 0", () => {
    for (const margin of [0.2, 0.7, 3]) {
      close(tost(at(0), margin, 3).p, tost(at(-3), margin).p);
      close(tost(at(0), margin, 3).lower, tost(at(-3), margin).lower);
      close(beyondMargin(at(0), margin, 3), beyondMargin(at(-3), margin));
      close(beyondMargin(at(0), margin, 5), beyondMargin(at(-5), margin));
    }
  });

  test("is just shown at the smallest margin", () => {
    for (const reference of [0, 3, 5])
      for (const alpha of [0.05, 0.01]) close(tost(at(0), smallestMargin(at(0), reference, alpha), reference).p, alpha);
  });

  test("refuses margins that are none, by their value", () => {
    for (const margin of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      for (const procedure of [tost, beyondMargin])
        assert.throws(() => procedure(at(0), margin), new RegExp(`must be positive and finite; got ${margin}`));
  });
});

test("Holm takes p-values of 0 and 1, and names one that is none", () => {
  assert.deepEqual(holm([0, 1, 0.5]), [0, 1, 1]);
  for (const p of [-0.1, 1.1, Number.NaN]) assert.throws(() => holm([0.5, p]), new RegExp(`in \\[0, 1\\]; got ${p}`));
});

test("a confidence interval needs two units to be an SD", () => {
  const spread = { kind: "ci", value: 2 } as const;
  for (const n of [null, 0, 1]) assert.equal(publishedSd({ spread, n }), null);
  close(publishedSd({ spread, n: 2 })!, (2 * Math.SQRT2) / 12.706204736432095); // t(0.975, 1) by R's qt
});

test("a prediction interval is called so, and needs a unit to predict", () => {
  const contrast = at(0);
  assert.equal(predictionInterval(contrast, 1)!.kind, "prediction");
  assert.throws(() => predictionInterval(contrast, 0), /at least 1 unit; got 0/);
});

test("quantiles of the normal distribution are R's qnorm", () => {
  close(normalQuantile(0.975), 1.959963984540054);
  close(normalQuantile(0.5), 0);
  close(tQuantile(0.975, 1e9), 1.9599639869);
});

describe("a stream of words", () => {
  /** Words of the first blocks, in order. */
  const words = (key: Words2, blocks: number): number[] =>
    Array.from({ length: blocks }, (_, counter) => {
      const block = new Uint32Array(4);
      philox4x32([counter, 0, 0, 0], key, block);
      return [...block];
    }).flat();

  test("is Philox's blocks in order, by the key given or the usual one", () => {
    const key: Words2 = [5, 7];
    const [given, usual] = [stream(key), stream()];
    assert.deepEqual(
      Array.from({ length: 12 }, () => given.word()),
      words(key, 3),
    );
    assert.deepEqual(
      Array.from({ length: 12 }, () => usual.word()),
      words([0x7065726d, 0x74657374], 3), // "perm", "test"
    );
    assert.deepEqual(DEFAULT_KEY, [0x7065726d, 0x74657374]);
  });

  test("is the same by the usual key however many take from it, and how much", () => {
    const [long, other] = [stream(), stream()];
    const block = new Uint32Array(4);
    for (let at = 0; at < 2 ** 21 + 8; at += 4) {
      philox4x32([at / 4, 0, 0, 0], DEFAULT_KEY, block);
      for (const expected of block) if (long.word() !== expected) assert.fail(`another word near ${at}`);
      if (at % 16 === 0 && at < 2 ** 15) other.word();
    }
    assert.deepEqual([other.word(), other.word()], words(DEFAULT_KEY, 2 ** 9 + 1).slice(2 ** 11, 2 ** 11 + 2));
  });

  test("draws below a bound by dropping the words beyond its largest multiple", () => {
    for (const bound of [3 * 2 ** 30, 2 ** 31 + 1, 10]) {
      const limit = Math.floor(2 ** 32 / bound) * bound;
      const drawn = stream([1, 2]);
      const expected = words([1, 2], 50)
        .filter((word) => word < limit)
        .map((word) => word % bound);
      assert.deepEqual(
        expected.slice(0, 60).map(() => drawn.below(bound)),
        expected.slice(0, 60),
      );
    }
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
    assert.equal(near(sd("ci", 10)!, (3 * Math.sqrt(10)) / 2.2621571627982), true);
    assert.equal(sd("ci", null), null);
    assert.equal(sd("unknown", 10), null);
    assert.equal(publishedSd({ spread: { kind: "none" }, n: 10 }), null);
  });
});

describe("intervals", () => {
  test("are called by their kind", () => {
    assert.equal(contrastInterval(at(0)).kind, "t");
    assert.equal(contrastInterval(difference(summarize(VALUES), summarize([1, 2, 4]))).kind, "welch");
  });
});

describe("the expanded interval", () => {
  test("has the level of two units too", () => {
    // t(0.975, 1) by R's qt
    close(expandedLevel(2), 1 - 2 * normalCdf(-Math.SQRT2 * 12.706204736432095));
    assert.deepEqual([expandedLevel(1), expandedLevel(0, 0.9)], [0.95, 0.9]);
  });
  test("of a difference is expanded by the arm of fewer units", () => {
    // Unit means that hardly differ, so that Welch's interval lies within.
    const arm = (units: number) =>
      Array.from({ length: units }, (_, i) => [9 + Math.sin(i) / 9, Math.cos(3 * i) / 9 - 9]);
    const [few, many] = [arm(3), arm(20)];
    const key: Words2 = [1, 2];
    const a = hierarchicalReplicates(few, undefined, { key });
    const b = hierarchicalReplicates(many, undefined, { key: [1, 3] });
    const expected = percentileInterval(
      a.map((value, i) => value - b[i]!),
      expandedLevel(3),
    );
    assert.deepEqual(hierarchicalDifference(few, many, { key }), { ...expected, level: 0.95 });
  });
});

describe("mean and SD", () => {
  test("neither vanish nor overflow where values do not: 1, 2 and 4 have mean 7/3 and SD √(7/3)", () => {
    for (const scale of [1e-300, 1e-200, 1e-150, 1, 1e150, 1e200, 1e307]) {
      const { mean, sd } = summarize([1, 2, 4].map((value) => value * scale));
      close(mean / scale, 7 / 3);
      close(sd / scale, Math.sqrt(7 / 3));
    }
    close(summarize([1e308, -1e308, 5e307]).mean / 1e308, 1 / 6);
    assert.equal(summarize([1e-200, 1e-200]).sd, 0);
  });
});

describe("degrees of freedom", () => {
  test("do not depend on the scale, however small or large", () => {
    const df = (scale: number) =>
      degreesOfFreedom({
        value: 0,
        terms: [
          { variance: 2 * scale, n: 5 },
          { variance: 3 * scale, n: 8, means: 2 },
        ],
      });
    // (0.4 + 0.375)² / (0.4²/4 + 0.375²/6)
    close(df(1), 0.775 ** 2 / (0.04 + 0.375 ** 2 / 6));
    for (const scale of [1e-200, 1e200]) close(df(scale), df(1));
  });
});

describe("a sample as a report prints it", () => {
  test("has its extremes and the t interval of its mean", () => {
    const { interval, ...rest } = estimate("a", [4, 1, 8, 2], 1);
    const sd = Math.sqrt(28.75 / 3);
    assert.deepEqual(rest, { arm: "a", n: 4, mean: 3.75, sd, min: 1, max: 8, failed: 1 });
    const half = (3.182446305284263 * sd) / 2; // t(0.975, 3) by R's qt
    close(interval!.low, 3.75 - half);
    close(interval!.high, 3.75 + half);
    close(meanInterval({ mean: 0, sd: 1, n: 4 }, 0.9).high, 2.353363434801823 / 2); // t(0.95, 3)
  });
  test("has extremes that depend on no order, for one draw too", () => {
    const mixed = extremeIntervals([9, 1, 12, 4, 3, 20, 15, 4, 7, 22], 10);
    assert.deepEqual(mixed, extremeIntervals([1, 3, 4, 4, 7, 9, 12, 15, 20, 22], 10));
    const one = extremeIntervals([3, 1, 2], 1, 0.5);
    assert.deepEqual([one.min.low, one.min.high, one.max.low, one.max.high], [1, 3, 1, 3]);
    for (const units of [0, -1, 1.5, Number.NaN])
      assert.throws(
        () => extremeIntervals([1, 2], units),
        new RegExp(`whole number of draws, at least 1; got ${units}`),
      );
  });
});

test("a drawn trend counts the observed order among the draws", () => {
  const arm = (from: number) => Array.from({ length: 12 }, (_, i) => from + i);
  const { p, exact, splits } = trendTest([arm(0), arm(100), arm(200)]);
  assert.deepEqual([p, exact, splits], [1 / 20_000, false, 20_000]);
});
