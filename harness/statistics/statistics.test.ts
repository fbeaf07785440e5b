/** Against other people's numbers: published worked examples, and SciPy and statsmodels (ci/peers/golden_statistics.py). */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { summarize } from "./descriptive.ts";
import { tQuantile, tUpperTail } from "./distributions.ts";
import golden from "./fixtures/golden.json" with { type: "json" };
import { holm } from "./holm.ts";
import { permutationTest, rankSumTest, signedRankTest, signFlipTest } from "./permutation.ts";
import { differencePower, equivalencePower, unitsPerArm } from "./power.ts";
import { predictionInterval } from "./prediction.ts";
import { resolutionFloor, tost } from "./tost.ts";
import { trendTest } from "./trend.ts";
import { contrastInterval, difference, oneSample, pairedDifference, tTest } from "./welch.ts";

const near = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${actual}, expected ${expected}`,
  );
const printedAs = (actual: number, expected: string) =>
  assert.equal(actual.toFixed(expected.split(".")[1]?.length ?? 0), expected);

describe("published worked examples", () => {
  test("the paper's toy numbers: Welch t = 0.87, df = 15.2, p = 0.40, interval −4.3 to 10.3, 105 runs an arm", () => {
    const ali = { mean: 13.4, sd: 5.8, n: 10 };
    const gan = { mean: 10.4, sd: 9.2, n: 10 };
    const { t, df, p } = tTest(difference(ali, gan));
    const { low, high } = contrastInterval(difference(ali, gan));
    for (const [actual, expected] of [
      [t, "0.87"],
      [df, "15.2"],
      [p, "0.40"],
      [low, "-4.3"],
      [high, "10.3"],
    ] as const)
      printedAs(actual, expected);
    assert.equal(unitsPerArm(3, [5.8, 9.2]), 105);
    const ddof0 = ([sd]: readonly [number]) => sd * Math.sqrt(10 / 9);
    printedAs(tTest(difference({ ...ali, sd: ddof0([5.8]) }, { ...gan, sd: ddof0([9.2]) })).p, "0.42");
  });
  test("resolution floors of the printed toy numbers: 3.4 and 5.3 modes, 3.5 and 5.6 under ddof 0", () => {
    const floor = (sd: number) => resolutionFloor({ value: 0, terms: [{ variance: sd ** 2, n: 10 }] });
    printedAs(floor(5.8), "3.4");
    printedAs(floor(9.2), "5.3");
    printedAs(floor(5.8 * Math.sqrt(10 / 9)), "3.5");
    printedAs(floor(9.2 * Math.sqrt(10 / 9)), "5.6");
  });
  test("Student's sleep data, R's t.test: Welch and paired", () => {
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const welch = difference(summarize(first), summarize(second));
    printedAs(tTest(welch).t, "-1.8608");
    printedAs(tTest(welch).df, "17.776");
    printedAs(tTest(welch).p, "0.07939");
    printedAs(contrastInterval(welch).low, "-3.3654832");
    printedAs(contrastInterval(welch).high, "0.2054832");
    const paired = pairedDifference(first.map((value, index) => value - second[index]!));
    printedAs(tTest(paired).t, "-4.0621");
    printedAs(tTest(paired).p, "0.002833");
    printedAs(contrastInterval(paired).low, "-2.4598858");
    printedAs(contrastInterval(paired).high, "-0.7001142");
  });
  test("Lakens (2017), Moery and Calin-Jageman's replication within d = 0.43: t = −2.69, p = 0.004", () => {
    const contrast = difference({ mean: 5.25, sd: 0.95, n: 95 }, { mean: 5.22, sd: 0.83, n: 89 });
    const margin = 0.43 * Math.sqrt((0.95 ** 2 + 0.83 ** 2) / 2);
    const { p, upper, lower } = tost(contrast, margin);
    printedAs(p, "0.004");
    assert.equal(p, upper);
    assert.equal(lower < upper, true);
    printedAs(tTest(contrast, margin).t, "-2.69");
  });
  test("Fisher (1935), Darwin's maize: 2 × 863 of 32,768 sign flips are as extreme", () => {
    const eighths = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    assert.deepEqual(signFlipTest(eighths), { p: 1726 / 32768, exact: true, splits: 32768 });
  });
  test("Holm as R's p.adjust gives it", () => {
    const adjusted = holm([0.01, 0.02, 0.03, 0.04, 0.05]);
    [0.05, 0.08, 0.09, 0.09, 0.09].forEach((expected, index) => {
      near(adjusted[index]!, expected, 1e-12);
    });
  });
  test("R's power.t.test: power 0.8689528 at n = 20; 23 units an arm for 90 %", () => {
    const arms = [20, 20].map((n) => ({ variance: 1, n }));
    printedAs(differencePower({ value: 1, terms: arms }), "0.868953"); // R drops the other tail: 0.8689528
    assert.equal(unitsPerArm(1, [1, 1], 0.9), 23); // R: n = 22.02110
  });
  test("Hollander and Wolfe, example 6.2: J = 79, large-sample J* = 2.02", () => {
    const test = trendTest([
      [40, 35, 38, 43, 44, 41],
      [38, 40, 47, 44, 40, 42],
      [48, 40, 45, 43, 46, 44],
    ]);
    assert.equal(test.statistic, 79);
    assert.equal(test.expected, 54);
    printedAs(test.z, "2.02");
    assert.equal(test.exact, false);
    assert.ok(Math.abs(test.p - 2 * 0.0217) < 0.006, String(test.p));
  });
});

describe(`the same as ${golden.from}`, () => {
  test("quantiles and tails of t", () => {
    for (const { p, df, t, upper } of golden.quantiles) {
      near(tQuantile(p, df), t, 1e-8);
      near(tUpperTail(3.3, df), upper, 1e-8);
    }
  });
  test("Welch, its interval, and TOST", () => {
    for (const one of golden.twoSamples) {
      const contrast = difference(summarize(one.a), summarize(one.b));
      const { t, df, p } = tTest(contrast);
      const { low, high } = contrastInterval(contrast);
      const equivalence = tost(contrast, one.margin);
      for (const [actual, expected] of [
        [t, one.t],
        [df, one.df],
        [p, one.p],
        [low, one.low],
        [high, one.high],
        [equivalence.p, one.tost],
        [equivalence.lower, one.tostLower],
        [equivalence.upper, one.tostUpper],
      ] as const)
        near(actual, expected, 1e-8);
    }
  });
  test("studentised permutation and rank sums, every split", () => {
    for (const { a, b, permutation, rankSum } of golden.twoSamples) {
      near(permutationTest(a, b).p, permutation, 1e-12);
      near(rankSumTest(a, b).p, rankSum, 1e-12);
    }
  });
  test("studentised permutation where splits tie or have no variance", () => {
    for (const { a, b, p } of golden.tiedSplits) {
      near(permutationTest(a, b).p, p, 1e-12);
      near(permutationTest(b, a).p, p, 1e-12);
    }
  });
  test("studentised permutation at scales whose squares leave the range of doubles", () => {
    const { a, b, permutation } = golden.twoSamples[1]!;
    for (const scale of [1e-180, 1e180]) {
      const scaled = (values: readonly number[]) => values.map((value) => value * scale);
      near(permutationTest(scaled(a), scaled(b)).p, permutation, 1e-12);
    }
  });
  test("an arm of one value has the pooled variance: the split is extreme by its distance from the others", () => {
    assert.equal(permutationTest([9], [1, 2, 3, 4]).p, 1 / 5);
    assert.equal(permutationTest([1], [2, 3, 5, 9]).p, 2 / 5);
    assert.equal(permutationTest([1], [2]).p, 1);
  });
  test("one sample: t test, interval, TOST, sign flips, signed ranks", () => {
    for (const one of golden.paired) {
      const contrast = oneSample(summarize(one.differences));
      near(tTest(contrast).p, one.p, 1e-8);
      near(contrastInterval(contrast).low, one.low, 1e-8);
      near(contrastInterval(contrast).high, one.high, 1e-8);
      near(tost(contrast, 1).lower, one.tostLower, 1e-8);
      near(tost(contrast, 1).upper, one.tostUpper, 1e-8);
      near(tost(contrast, 1).p, one.tost, 1e-8);
      near(signFlipTest(one.differences).p, one.signFlip, 1e-12);
      near(signedRankTest(one.differences).p, one.signedRank, 1e-12);
    }
  });
  test("Holm", () => {
    for (const { p, adjusted } of golden.holm)
      holm(p).forEach((value, index) => {
        near(value, adjusted[index]!, 1e-12);
      });
  });
  test("power of the t test (noncentral t)", () => {
    for (const { n, delta, sd, alpha, power } of golden.power) {
      const terms = [0, 1].map(() => ({ variance: sd ** 2, n }));
      near(differencePower({ value: delta, terms }, alpha), power, 1e-6);
    }
  });
  test("power of two one-sided tests", () => {
    for (const { n, delta, sd, margin, power } of golden.equivalencePower)
      near(equivalencePower({ value: delta, terms: [{ variance: sd ** 2, n }] }, margin), power, 1e-4);
  });
  test("Jonckheere–Terpstra, with ties, by brute force", () => {
    for (const { arms, statistic, expected, p } of golden.trend) {
      const test = trendTest(arms);
      assert.equal(test.exact, true);
      near(test.statistic, statistic);
      near(test.expected, expected);
      near(test.p, p, 1e-12);
    }
  });
  test("factors of the prediction interval, by simulation", () => {
    for (const { n, m, factor } of golden.prediction)
      near(predictionInterval({ value: 0, terms: [{ variance: 1, n }] }, m).high, factor, 0.01);
  });
});
