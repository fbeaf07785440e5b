import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Observation, Quantity } from "../claims.ts";
import { judgeChange } from "./judge-change.ts";
import type { Comparison } from "./measure-change.ts";

const SHARE: Quantity = { metric: "share", label: "share", unit: "share", better: "higher", worst: 0 };
const UNBOUNDED: Quantity = { ...SHARE, better: "lower", worst: null };
const WORST = { higher: Number.NEGATIVE_INFINITY, lower: Number.POSITIVE_INFINITY };

const runs = (values: readonly (number | "failed")[], quantity = SHARE): Observation[] =>
  values.map((value, replicate) => ({
    replicate,
    finished: value !== "failed",
    value: value === "failed" ? (quantity.worst ?? WORST[quantity.better]) : value,
  }));
/** Ten values about 0.8, and the same with differences added. */
const TEN = Array.from({ length: 10 }, (_, i) => 0.8 + 0.03 * Math.sin(7 * i));
const shifted = (by: (i: number) => number): number[] => TEN.map((value, i) => value + by(i));
const compare = (candidate: readonly Observation[], more: Partial<Comparison> = {}): Comparison => ({
  slot: "ali",
  setting: "fixed",
  quantity: SHARE,
  margin: { value: 0.05, reason: "a test" },
  baseline: runs(TEN),
  candidate,
  ...more,
});
const alternating = (size: number) => (i: number) => (i % 2 === 0 ? size : -size);
const one = (comparison: Comparison) => judgeChange([comparison]).comparisons[0]!;

describe("one comparison is", () => {
  it("EQUIVALENT and identical where every run has the same value", () => {
    const { verdict, reason, effect, wouldDecide } = one(compare(runs(TEN)));
    assert.equal(verdict, "EQUIVALENT");
    assert.match(reason, /^Identical/);
    assert.deepEqual([effect?.value, effect?.interval.low, effect?.interval.high, wouldDecide], [0, 0, 0, null]);
  });

  it("EQUIVALENT from t(0.95, 9) standard errors of room on, and no sooner", () => {
    // Differences of ±s have mean 0 and SE s · √(10/9) / √10 = s / 3; the table gives t(0.95, 9) = 1.833.
    const margin = (value: number) => ({ margin: { value, reason: "a test" } });
    const candidate = runs(shifted(alternating(0.03)));
    assert.equal(one(compare(candidate, margin(0.01834))).verdict, "EQUIVALENT");
    const below = one(compare(candidate, margin(0.01832)));
    assert.equal(below.verdict, "INCONCLUSIVE");
    assert.equal(Number(below.wouldDecide!.smallestMargin!.toFixed(5)), 0.01833);
    assert.ok(below.wouldDecide!.furtherReplicates! > 0, "more runs would decide");
  });

  it("EQUIVALENT though surely not 0, where the difference is small", () => {
    const { verdict, reason } = one(compare(runs(shifted((i) => -0.01 - 0.001 * (i % 3)))));
    assert.equal(verdict, "EQUIVALENT");
    assert.match(reason, /though it is not 0/);
  });

  it("REGRESSED where all ten pairs fall by more than the margin, with p = 2/1024", () => {
    const { verdict, tests, design, effect } = one(compare(runs(shifted((i) => -0.2 - 0.01 * (i % 3)))));
    assert.equal(verdict, "REGRESSED");
    assert.equal(design, "paired");
    assert.deepEqual(tests[1], { name: "sign flips", p: 2 / 1024, adjustedP: 2 / 1024 });
    assert.equal(Number(effect!.value.toFixed(3)), -0.209);
  });

  it("IMPROVED on the other side; which side is better depends on the metric", () => {
    const up = runs(shifted((i) => 0.2 + 0.01 * (i % 3)));
    assert.equal(one(compare(up)).verdict, "IMPROVED");
    assert.equal(one(compare(up, { quantity: { ...SHARE, better: "lower", worst: 1 } })).verdict, "REGRESSED");
  });

  it("INCONCLUSIVE where it is significantly worse, but by less than the margin as far as seen", () => {
    // Nine pairs fall by 0.001 to 0.2, none rises: p = 2/1024, mean −0.045.
    const { verdict, reason, tests } = one(compare(runs(shifted((i) => (i === 0 ? -0.4 : -0.001 * (i + 1))))));
    assert.equal(tests[1]!.p, 2 / 1024);
    assert.equal(verdict, "INCONCLUSIVE");
    assert.match(reason, /Worse, significantly, but by no more than the margin/);
  });

  it("EQUIVALENT within a margin of 0 only where nothing differs", () => {
    const exact = { margin: { value: 0, reason: "a test" } };
    assert.equal(one(compare(runs(TEN), exact)).verdict, "EQUIVALENT");
    const { verdict, wouldDecide } = one(compare(runs(shifted((i) => (i === 0 ? 1e-9 : 0))), exact));
    assert.equal(verdict, "INCONCLUSIVE");
    assert.equal(wouldDecide!.smallestMargin! > 0, true);
    assert.equal(one(compare(runs(shifted(() => -1e-9)), exact)).verdict, "REGRESSED");
  });

  it("INCONCLUSIVE for a single run, unless it is the same", () => {
    assert.equal(one(compare(runs([0.1]), { baseline: runs([0.8]) })).verdict, "INCONCLUSIVE");
    assert.equal(one(compare(runs([0.8]), { baseline: runs([0.8]) })).verdict, "EQUIVALENT");
  });
});

describe("a failed run", () => {
  it("counts as the metric's worst value", () => {
    const failed = one(compare(runs(["failed", ...TEN.slice(1)])));
    assert.deepEqual([failed.verdict, failed.estimates?.candidate.failed], ["INCONCLUSIVE", 1]);
    assert.equal(failed.estimates?.candidate.min, 0);
    const all = one(compare(runs(TEN.map(() => "failed" as const))));
    assert.equal(all.verdict, "REGRESSED");
  });

  it("of a metric without a worst value is beyond every value: ranks, and no equivalence", () => {
    const unbounded = (candidate: readonly (number | "failed")[], baseline: readonly (number | "failed")[] = TEN) =>
      one(
        compare(runs(candidate, UNBOUNDED), {
          quantity: UNBOUNDED,
          baseline: runs(baseline, UNBOUNDED),
          margin: { value: 100, reason: "a test" },
        }),
      );
    const oneFailed = unbounded([...TEN.slice(0, 9), "failed"]);
    assert.deepEqual(
      [oneFailed.verdict, oneFailed.estimates, oneFailed.effect, oneFailed.tests.length],
      ["INCONCLUSIVE", null, null, 1],
    );
    assert.deepEqual(oneFailed.wouldDecide, { furtherReplicates: null, smallestMargin: null });
    const allFailed = TEN.map(() => "failed" as const);
    assert.equal(unbounded(allFailed).verdict, "REGRESSED");
    assert.equal(unbounded(TEN, allFailed).verdict, "IMPROVED");
    assert.equal(unbounded(allFailed, allFailed).verdict, "EQUIVALENT");
    assert.equal(unbounded([...TEN.slice(0, 9), "failed"], [...TEN.slice(0, 9), "failed"]).verdict, "EQUIVALENT");
  });
});

describe("several comparisons", () => {
  const worse = compare(runs(shifted((i) => -0.2 - 0.01 * (i % 3))));
  const same = compare(runs(TEN));
  const open = compare(runs(shifted(alternating(0.3))));
  const better = compare(runs(shifted((i) => 0.2 + 0.01 * (i % 3))));

  it("share one correction: ten pairs reach significance among 25, and among more the t test stands in", () => {
    const among = (count: number) => judgeChange([worse, ...Array.from({ length: count - 1 }, () => same)]);
    const [of25] = among(25).comparisons;
    assert.deepEqual([of25!.verdict, of25!.tests[1]!.name], ["REGRESSED", "sign flips"]);
    assert.equal(of25!.tests[1]!.adjustedP, (25 * 2) / 1024);
    const [of26] = among(26).comparisons;
    assert.deepEqual([of26!.verdict, of26!.tests[1]!.name], ["REGRESSED", "paired t"]);
  });

  it("correct equivalence too: what is shown alone may not be among six", () => {
    const narrow = compare(runs(shifted(alternating(0.03))), { margin: { value: 0.02, reason: "a test" } });
    assert.equal(one(narrow).verdict, "EQUIVALENT");
    const six = judgeChange([narrow, ...Array.from({ length: 5 }, () => open)]);
    assert.equal(six.comparisons[0]!.verdict, "INCONCLUSIVE");
  });

  it("are REGRESSED if any is, else INCONCLUSIVE, else IMPROVED, else EQUIVALENT", () => {
    assert.equal(judgeChange([same, open, better, worse]).verdict, "REGRESSED");
    assert.equal(judgeChange([same, open, better]).verdict, "INCONCLUSIVE");
    assert.equal(judgeChange([same, better]).verdict, "IMPROVED");
    assert.equal(judgeChange([same, same]).verdict, "EQUIVALENT");
  });

  it("cannot be none", () => {
    assert.throws(() => judgeChange([]), /nothing to compare/);
    assert.throws(() => judgeChange([compare([])]), /one side has no runs/);
  });
});

it("runs of other replicates are not pairs", () => {
  const moved = runs(shifted((i) => -0.2 - 0.01 * (i % 3))).map((run) => ({ ...run, replicate: run.replicate + 1 }));
  const { design, verdict, tests, effect } = one(compare(moved));
  assert.deepEqual(
    [design, verdict, tests[1]!.name, effect!.interval.kind],
    ["unpaired", "REGRESSED", "permutation", "welch"],
  );
});
