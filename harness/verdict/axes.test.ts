/** Nested designs, judged through `judge`: which axis is the error term, by name and never by place in an array. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Claim, Judgement, Observation, OrderingClaim, PointClaim, Quantity, Sample } from "../contract/claims.ts";
import { mean, standardDeviation } from "../statistics/descriptive.ts";
import golden from "../statistics/fixtures/golden.json" with { type: "json" };
import { judge } from "./judge.ts";

const quantity: Quantity = { metric: "error", label: "test error", unit: "%", better: "lower", worst: 100 };
const unbounded: Quantity = { ...quantity, worst: null };
const base = { statement: "A statement.", place: "table 1", family: "main", quantity } as const;
const point = (axis: string, over: Partial<PointClaim> = {}): PointClaim => ({
  ...base,
  kind: "point",
  id: "p",
  axis,
  arm: "a",
  published: { id: "p", place: "", unit: "%", mean: 19.14, spread: { kind: "none" }, n: null, axis: null },
  margin: { value: 1, reason: "" },
  ...over,
});
const ordering = (axis: string, over: Partial<OrderingClaim> = {}): OrderingClaim => ({
  ...base,
  kind: "ordering",
  id: "o",
  axis,
  arms: ["a", "b"],
  published: null,
  design: "paired",
  ...over,
});

type Layout = readonly (readonly (number | null)[])[];
/** One observation an entry of `encoders[encoder][labelDraw]`; null failed. */
const observe = (encoders: Layout): Observation[] =>
  encoders.flatMap((draws, encoder) =>
    draws.map((value, labelDraw) => ({
      replicate: 1000 * encoder + labelDraw,
      units: { labelDraw, encoder },
      value: value ?? Number.NaN,
      finished: value !== null,
    })),
  );
const sampleOf = (arm: string, observations: readonly Observation[], nesting?: readonly string[]): Sample => ({
  arm,
  reading: "only",
  observations,
  ...(nesting && { nesting }),
  planned: new Set(observations.map(({ replicate, units }) => units?.encoder ?? replicate)).size,
});
const NESTING = ["encoder", "labelDraw"] as const;
const nested = (arm: string, encoders: Layout) => sampleOf(arm, observe(encoders), NESTING);
const flat = (arm: string, values: readonly number[]) =>
  sampleOf(
    arm,
    values.map((value, replicate) => ({ replicate, value, finished: true })),
  );
function judged(claim: Claim, ...samples: readonly Sample[]): Judgement {
  const sample = (_: Claim, __: string, arm: string) => samples.find((one) => one.arm === arm) ?? null;
  return judge([claim], { profile: "paper", usesPapersData: true, readings: ["only"], sample })[0]!;
}
const near = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${actual} and ${expected}`);
/** `encoders` whose means differ by a lot, with `draws` that differ by little around them. */
const layout = (encoders: number, draws: number, spread = 3): number[][] =>
  Array.from({ length: encoders }, (_, e) =>
    Array.from({ length: draws }, (_, l) => 19.14 + spread * Math.sin(5 * e + 1) + 0.3 * Math.sin(7 * (e * draws + l))),
  );

describe("a claim on the outer axis", () => {
  test("has encoder means for its units: as if each encoder were one value", () => {
    const encoders = layout(6, 8);
    const means = encoders.map((draws) => mean(draws));
    const ours = judged(point("encoder"), nested("a", encoders));
    const asMeans = judged(point("encoder"), flat("a", means));
    assert.deepEqual([ours.verdict, ours.tests, ours.effect], [asMeans.verdict, asMeans.tests, asMeans.effect]);
    assert.equal(ours.estimates[0]!.n, 6);
    const { hierarchical, ...estimate } = ours.estimates[0]!;
    assert.deepEqual(estimate, asMeans.estimates[0]);
    assert.equal(hierarchical!.kind, "bootstrap");
    assert.equal(hierarchical!.low < estimate.mean && estimate.mean < hierarchical!.high, true);
    assert.equal(asMeans.estimates[0]!.hierarchical, undefined);
  });
  test("is INCONCLUSIVE on fewer than five encoders, however many draws", () => {
    const { verdict, reason, wouldDecide } = judged(point("encoder"), nested("a", layout(4, 100, 0)));
    assert.equal(verdict, "INCONCLUSIVE");
    assert.match(reason, /Only 4 of at least 5 units on the axis "encoder"/);
    assert.equal(wouldDecide!.furtherReplicates, 1);
    assert.equal(judged(point("encoder"), nested("a", layout(5, 100, 0))).verdict, "CONSISTENT");
  });
  test("shows no bootstrap of a single encoder: it has no error between encoders", () => {
    assert.equal(judged(point("encoder"), nested("a", layout(1, 20))).estimates[0]!.hierarchical, undefined);
  });
});

describe("a claim on the inner axis", () => {
  test("is decided by the draws of one encoder", () => {
    const [draws] = layout(1, 20, 0);
    const ours = judged(point("labelDraw"), nested("a", [draws!]));
    const asFlat = judged(point("labelDraw"), flat("a", draws!));
    assert.deepEqual(
      [ours.verdict, ours.tests, ours.estimates, ours.effect, ours.reason],
      [asFlat.verdict, asFlat.tests, asFlat.estimates, asFlat.effect, asFlat.reason],
    );
  });
  test("on several encoders pools the variance within them, with N − a degrees of freedom, and says for which it holds", () => {
    for (const { groups, within } of golden.pooledWithin) {
      const { estimates, reason } = judged(point("labelDraw"), nested("a", groups));
      near(estimates[0]!.sd! ** 2, within);
      near(estimates[0]!.mean, mean(groups.flat()));
      assert.deepEqual(
        [estimates[0]!.min, estimates[0]!.max],
        [Math.min(...groups.flat()), Math.max(...groups.flat())],
      );
      assert.match(
        reason,
        new RegExp(`pooled within the ${groups.length} units of encoder, and it holds for these alone`),
      );
    }
    // t(0.975, 12 − 3) = 2.262157 (SciPy).
    const [first] = golden.pooledWithin;
    const { interval } = judged(point("labelDraw"), nested("a", first!.groups)).estimates[0]!;
    near((interval!.high - interval!.low) / 2, 2.2621571627982 * Math.sqrt(first!.within / 12), 1e-8);
  });
  test("does not see how far apart the encoders are", () => {
    const near0 = layout(3, 10, 0);
    const apart = near0.map((draws, e) => draws.map((x) => x + 5 * (e - 1)));
    const [a, b] = [near0, apart].map((groups) => judged(point("labelDraw"), nested("a", groups)));
    assert.equal(a!.verdict, b!.verdict);
    near(a!.estimates[0]!.sd!, b!.estimates[0]!.sd!);
    const betweenEncoders = standardDeviation(
      apart.map((draws) => mean(draws)),
      1,
    )!;
    assert.equal(betweenEncoders > 4, true);
  });
  test("counts a unit less for each further encoder, and decides nothing on one draw each", () => {
    assert.match(judged(point("labelDraw"), nested("a", layout(4, 2))).reason, /prediction|equivalent|printed/);
    const single = judged(point("labelDraw"), nested("a", layout(8, 1)));
    assert.equal(single.verdict, "INCONCLUSIVE");
    assert.match(single.reason, /Only 1 of at least 5/);
    const order = judged(
      ordering("labelDraw", { design: "unpaired" }),
      nested("a", layout(8, 1)),
      nested("b", layout(8, 1)),
    );
    assert.deepEqual([order.verdict, order.pointsAsClaimed], ["INCONCLUSIVE", null]);
  });
});

describe("pairs of nested designs", () => {
  const a = layout(6, 4);
  const b = a.map((draws, e) => draws.map((value, l) => value - 1 - 0.1 * Math.sin(e + 2 * l)));
  const differences = a.map((draws, e) => mean(draws.map((value, l) => value - b[e]![l]!)));
  test("are formed by equal indices, whatever the order of the observations", () => {
    const turned = sampleOf("b", observe(b).toReversed(), NESTING);
    const [there, back] = [nested("b", b), turned].map((second) => judged(ordering("encoder"), nested("a", a), second));
    assert.deepEqual(there, back);
    near(there!.effect!.value, mean(differences));
    const half = (2.570581835636 * standardDeviation(differences, 1)!) / Math.sqrt(6);
    near(there!.effect!.interval.high - mean(differences), half, 1e-7);
    assert.equal(there!.tests[0]!.p, 2 / 64);
    assert.equal(there!.effect!.hierarchical!.low > 0.8, true);
  });
  test("with an arm that has no draws pair its encoders", () => {
    const means = b.map((draws, encoder) => ({
      replicate: encoder,
      units: { encoder },
      value: mean(draws),
      finished: true,
    }));
    const { effect, tests } = judged(ordering("encoder"), nested("a", a), sampleOf("b", means));
    near(effect!.value, mean(differences));
    assert.equal(tests[0]!.p, 2 / 64);
  });
  test("on the inner axis pool the differences within encoders", () => {
    const { effect, verdict } = judged(ordering("labelDraw"), nested("a", a), nested("b", b));
    near(effect!.value, mean(differences));
    assert.equal(verdict, "REPRODUCED");
  });
  test("are refused where one has no partner, named by its indices", () => {
    const short = b.map((draws, e) => (e === 3 ? draws.slice(0, 2) : draws));
    assert.throws(
      () => judged(ordering("encoder"), nested("a", a), nested("b", short)),
      /only one of .* has encoder 3, labelDraw 2/,
    );
  });
  test("of unpaired arms show a bootstrap of the difference", () => {
    const { effect } = judged(ordering("encoder", { design: "unpaired" }), nested("a", a), nested("b", b));
    assert.equal(effect!.interval.kind, "welch");
    assert.equal(effect!.hierarchical!.low < effect!.value && effect!.value < effect!.hierarchical!.high, true);
  });
});

describe("failed draws", () => {
  const withFailed = layout(5, 3).map((draws, e) => (e === 1 ? [null, ...draws.slice(1)] : draws));
  test("count with the worst value within their encoder's mean", () => {
    const { estimates } = judged(point("encoder"), nested("a", withFailed));
    assert.deepEqual([estimates[0]!.failed, estimates[0]!.n], [1, 5]);
    near(estimates[0]!.max, mean([100, ...(withFailed[1]!.slice(1) as number[])]));
  });
  test("without a worst value make their encoder the worst of all; between encoders they leave no test", () => {
    const claim = { quantity: unbounded, design: "unpaired" } as const;
    const order = (axis: string) => judged(ordering(axis, claim), nested("a", withFailed), nested("b", layout(5, 3)));
    assert.match(order("encoder").tests[0]!.name, /rank sum/);
    assert.deepEqual(order("labelDraw").tests, []);
  });
});

/** A run that failed as a whole has one observation, at draw 0; a finished run has four. */
describe("a failed run weighs as much as a finished one", () => {
  const whole = layout(6, 4, 1);
  const short = whole.map((draws, e) => (e === 2 ? [null] : draws));
  const filled = whole.map((draws, e) => (e === 2 ? draws.map(() => 100) : draws));
  test("on the runs' axis and on the draws'", () => {
    for (const axis of NESTING) {
      const [estimate] = judged(point(axis), nested("a", short)).estimates;
      const [expected] = judged(point(axis), nested("a", filled)).estimates;
      assert.deepEqual(estimate, { ...expected, failed: 1 });
      near(estimate!.mean, mean(filled.map((draws) => mean(draws))));
    }
  });
  test("and pairs with one, on every axis", () => {
    const b = nested("b", layout(6, 4, 2));
    for (const axis of NESTING) {
      const ours = judged(ordering(axis), nested("a", short), b);
      assert.deepEqual(ours.effect, judged(ordering(axis), nested("a", filled), b).effect);
      // If no run of an arm finished, the other arm determines the number of draws per run.
      const none = layout(6, 1).map(() => [null]);
      assert.equal(judged(ordering(axis), nested("a", none), b).estimates[0]!.failed, 6);
    }
  });
  test("and is one of the planned runs, of which the missing ones are counted", () => {
    const ten = { ...nested("a", short), planned: 10 };
    const { verdict, reason } = judged(point("encoder"), ten);
    assert.deepEqual([verdict, reason], ["NOT TESTED", "6 of 10 planned runs of a are there."]);
    assert.equal(judged(point("encoder"), { ...ten, planned: 6 }).verdict, "INCONCLUSIVE");
    assert.throws(() => judged(point("encoder"), { ...ten, planned: 5 }), /6 runs in sample "a".*but 5 planned/);
  });
});

describe("indices that contradict each other are refused, by name", () => {
  const refused = (sample: Sample, pattern: RegExp) => assert.throws(() => judged(point("encoder"), sample), pattern);
  const two = observe([
    [1, 2],
    [3, 4],
  ]);
  test("several axes without their nesting, a nesting of other axes, another axis than the claim's", () => {
    refused(sampleOf("a", two), /labelDraw and encoder.*"nesting" must list/);
    refused(sampleOf("a", two, ["encoder", "seed"]), /needs one whole number on each of encoder, seed/);
    refused(sampleOf("a", two, ["encoder"]), /needs one whole number/);
    refused(sampleOf("a", [{ ...two[0]!, units: { run: 0 } }]), /axis "encoder", but the observations are on run/);
  });
  test("a unit twice, an index that is no number, indices of some observations alone", () => {
    refused(sampleOf("a", [two[0]!, two[0]!], NESTING), /encoder 0, labelDraw 0 stands twice/);
    refused(sampleOf("a", [{ ...two[0]!, units: { encoder: 0.5, labelDraw: 0 } }], NESTING), /whole number/);
    refused(sampleOf("a", [two[0]!, { replicate: 1, value: 1, finished: true }], NESTING), /whole number/);
  });
});

test("three levels: a mean of means, and the order of observations and the names of units do not matter", () => {
  const cell = fc.integer({ min: 0, max: 60 });
  const draws = fc.array(fc.tuple(cell, cell), { minLength: 24, maxLength: 24 });
  fc.assert(
    fc.property(draws, fc.integer({ min: 1, max: 9 }), (values, offset) => {
      const observations = values.map(([value], i) => ({
        replicate: i,
        units: { encoder: Math.floor(i / 4), labelDraw: Math.floor(i / 2) % 2, fold: i % 2 },
        value,
        finished: true,
      }));
      const nesting = ["encoder", "labelDraw", "fold"];
      const own = judged(point("encoder"), sampleOf("a", observations, nesting));
      const shuffled = observations
        .toSorted((a, b) => values[a.replicate]![1] - values[b.replicate]![1])
        .map((one) => ({ ...one, units: { ...one.units, encoder: one.units.encoder + offset } }));
      const other = judged(point("encoder"), sampleOf("a", shuffled, nesting));
      assert.deepEqual(other, own);
      const encoders = [0, 1, 2, 3, 4, 5].map((e) => mean(values.slice(4 * e, 4 * e + 4).map(([value]) => value)));
      near(own.estimates[0]!.sd!, standardDeviation(encoders, 1)!, 1e-7);
    }),
    { numRuns: 25, seed: 3 },
  );
});
