import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Observation, Quantity } from "../contract/claims.ts";
import { judgeChange } from "./judge-change.ts";
import { levelOf, runsAt } from "./looks.ts";
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
    assert.deepEqual(oneFailed.wouldDecide, { furtherReplicates: null, newCompare: null, smallestMargin: null });
    const allFailed = TEN.map(() => "failed" as const);
    assert.equal(unbounded(allFailed).verdict, "REGRESSED");
    assert.equal(unbounded(TEN, allFailed).verdict, "IMPROVED");
    assert.equal(unbounded(allFailed, allFailed).verdict, "EQUIVALENT");
    assert.equal(unbounded([...TEN.slice(0, 9), "failed"], [...TEN.slice(0, 9), "failed"]).verdict, "EQUIVALENT");
  });

  it("of a metric without a worst value is more than any margin: more of them is REGRESSED, fewer IMPROVED, in any share", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 0.8 + 0.03 * Math.sin(7 * i));
    const near = hundred.map((value, i) => value + 0.01 * Math.cos(3 * i));
    const diverged = near.map((value, i) => (i < 30 ? ("failed" as const) : value));
    const judged = (baseline: readonly (number | "failed")[], candidate: readonly (number | "failed")[]) =>
      one(
        compare(runs(candidate, UNBOUNDED), {
          quantity: UNBOUNDED,
          baseline: runs(baseline, UNBOUNDED),
          margin: { value: 0.5, reason: "a test" },
        }),
      );
    const worse = judged(hundred, diverged);
    assert.equal(worse.verdict, "REGRESSED");
    assert.equal(worse.reason, "Worse by ranks, significantly: 30 of 100 runs failed, 0 of 100 before.");
    assert.equal(judged(diverged, hundred).verdict, "IMPROVED");
    // As many failed on both sides, the others slightly but surely higher: no failure and no margin speaks for a verdict.
    const higher = diverged.map((value) => (value === "failed" ? value : value + 0.1));
    const slight = judged(diverged, higher);
    assert.deepEqual([slight.verdict, slight.reason.startsWith("Worse, significantly")], ["INCONCLUSIVE", true]);
    // Two more failed, the others surely lower, which is better: the ranks do not say worse.
    const mixed = diverged.map((value, i) => (i < 32 ? ("failed" as const) : Number(value) - 0.1));
    assert.equal(judged(diverged, mixed).verdict, "INCONCLUSIVE");
  });
});

describe("counts at their ceiling", () => {
  const MODES: Quantity = { metric: "modes", label: "modes", unit: "modes", better: "higher", worst: 0 };
  const nines = (n: number): number[] => Array.from({ length: n }, () => 9);
  const modes = (candidate: readonly number[]) =>
    one(
      compare(runs(candidate, MODES), {
        quantity: MODES,
        margin: { value: 0.5, reason: "half a mode" },
        baseline: runs(nines(candidate.length)),
      }),
    );

  it("are INCONCLUSIVE where all ten runs agree: one in four that collapses would not be seen", () => {
    const { verdict, reason, tests, wouldDecide } = modes(nines(10));
    assert.equal(verdict, "INCONCLUSIVE");
    assert.match(
      reason,
      /within the margin of 0\.5 is shown\. .* 10 pairs are too few to exclude .* worst value \(0\)/,
    );
    assert.equal(tests[0]!.name, "unseen falls");
    assert.equal(Number(tests[0]!.p.toFixed(6)), Number(((17 / 18) ** 10).toFixed(6)));
    // (17/18)^53 = 0.0483; 9 · (1 − 0.05^(1/10)) = 2.33.
    assert.deepEqual(
      [wouldDecide!.furtherReplicates, wouldDecide!.newCompare, wouldDecide!.smallestMargin!.toFixed(2)],
      [43, 53, "2.33"],
    );
  });

  it("are EQUIVALENT from 53 runs on that agree, and with one that fell from 84 on", () => {
    assert.deepEqual(
      [52, 53].map((n) => modes(nines(n)).verdict),
      ["INCONCLUSIVE", "EQUIVALENT"],
    );
    // (17/18)^n + n/18 · (17/18)^(n − 1) is 0.0512 at 83, 0.0488 at 84.
    const fell = (n: number) => modes([...nines(n - 1), 0]).verdict;
    assert.deepEqual([83, 84].map(fell), ["INCONCLUSIVE", "EQUIVALENT"]);
  });

  it("are EQUIVALENT where another metric of the same runs shows that they are the same", () => {
    const counts = { ...compare(runs(nines(10), MODES)), quantity: MODES, baseline: runs(nines(10)) };
    const verdicts = (share: readonly Observation[]) =>
      judgeChange([counts, compare(share)]).comparisons.map(({ verdict }) => verdict);
    assert.deepEqual(verdicts(runs(TEN)), ["EQUIVALENT", "EQUIVALENT"]);
    assert.deepEqual(verdicts(runs(shifted(alternating(1e-6)))), ["INCONCLUSIVE", "EQUIVALENT"]);
  });
});

describe("counts that jitter", () => {
  const MODES: Quantity = { metric: "modes", label: "modes", unit: "modes", better: "higher", worst: 0 };
  const modes = (baseline: readonly number[], candidate: readonly number[], margin = 0.5, first = 0) =>
    compare(
      runs(candidate, MODES).map((run) => ({ ...run, replicate: run.replicate + first })),
      { quantity: MODES, margin: { value: margin, reason: "a test" }, baseline: runs(baseline, MODES) },
    );

  it("are not REGRESSED or IMPROVED by three pairs that agree: one in 32 does where nothing changed", () => {
    const [high, low] = [
      [25, 24, 25],
      [24, 23, 24],
    ] as const;
    for (const [baseline, candidate] of [
      [high, low],
      [low, high],
    ] as const) {
      const { verdict, tests, reason, wouldDecide } = one(modes(baseline, candidate));
      assert.deepEqual([verdict, tests[1]], ["INCONCLUSIVE", { name: "sign flips", p: 0.25, adjustedP: 0.25 }]);
      assert.match(reason, /Sign flips alone .* 3 pairs are too few, whatever their values: 6 can\.$/);
      assert.deepEqual([wouldDecide!.furtherReplicates, wouldDecide!.newCompare], [3, 6]);
    }
    assert.equal(one(modes([25, 24, 25, 24, 25, 25], [24, 23, 24, 23, 24, 24])).verdict, "REGRESSED");
  });

  it("need the pairs that reach the level of the family and of the next look: 2/2ⁿ", () => {
    const twelve = Array.from({ length: 12 }, (_, i) => ({ ...modes([25, 24, 25], [24, 23, 24]), setting: `${i}` }));
    const [first] = judgeChange(twelve).comparisons;
    assert.match(first!.reason, /3 pairs are too few, whatever their values: 9 can, among 12 comparisons\.$/);
    assert.equal(first!.wouldDecide!.newCompare, 9);
    // First look: 2/2^10 · 12 = 0.0234 is above 0.05/2; second look: 2/2^11 · 12 = 0.0117 is above 0.05/6.
    const [looked] = judgeChange(twelve, levelOf(1), levelOf(2)).comparisons;
    assert.match(looked!.reason, /: 10 can, among 12 comparisons\.$/);
    assert.deepEqual([looked!.wouldDecide!.furtherReplicates, looked!.wouldDecide!.newCompare], [9, null]);
  });

  it("need permutations where they are no pairs: two runs beside three give 2/10, five beside six 2/462", () => {
    const few = one(modes([25, 24], [21, 20, 21], 0.5, 7));
    assert.deepEqual([few.verdict, few.design, few.tests[1]!.name], ["INCONCLUSIVE", "unpaired", "permutation"]);
    assert.match(
      few.reason,
      /Permutations alone .* 2 runs of the smaller side are too few, whatever their values: 4 can\.$/,
    );
    assert.equal(few.wouldDecide!.furtherReplicates, 2);
    assert.equal(one(modes([25, 24, 25, 24], [21, 20, 21, 20, 20], 0.5, 7)).verdict, "REGRESSED");
  });

  it("and equal differences of values that do not recur say as little: their variance is 0", () => {
    const { verdict, tests } = one(modes([25, 20, 14], [22, 17, 11]));
    assert.deepEqual([verdict, tests[1]!.name], ["INCONCLUSIVE", "sign flips"]);
    const shares = one(
      compare(runs([0.6, 0.65, 0.63].map((value) => value - 0.1)), { baseline: runs([0.6, 0.65, 0.63]) }),
    );
    assert.deepEqual([shares.verdict, shares.tests[1]!.name], ["INCONCLUSIVE", "sign flips"]);
  });

  it("leave the t test to continuous values, though a few agree: three pairs show a fall of 0.4", () => {
    const few = (candidate: readonly number[]) =>
      one(compare(runs(candidate), { baseline: runs([0.9, 0.87, 0.93, 0.88, 0.91].slice(0, candidate.length)) }));
    const { verdict, tests } = few([0.5, 0.44, 0.54]);
    assert.deepEqual([verdict, tests[1]!.name], ["REGRESSED", "paired t"]);
    assert.equal(few([0.5, 0.44, 0.54, 0.5, 0.47]).tests[1]!.name, "paired t");
    // All runs failed, and count as the worst value.
    assert.equal(few([0, 0, 0]).tests[1]!.name, "sign flips");
  });

  it("are not EQUIVALENT in ten pairs: one collapse in ten would not be seen in 35 of 100 such samples", () => {
    const [before, after] = [
      [25, 24, 25, 24, 24, 25, 25, 24, 25, 24],
      [24, 24, 25, 25, 24, 24, 25, 25, 25, 24],
    ];
    for (const margin of [1, 2]) {
      const { verdict, tests, reason, wouldDecide } = one(modes(before, after, margin));
      assert.deepEqual([verdict, tests[0]!.name], ["INCONCLUSIVE", "unseen falls"]);
      assert.match(reason, /10 pairs are too few to exclude .* worst value \(0\)/);
      // Without any difference, (1 − margin/24.5)^n falls to 0.05 at n = 72 and 36.
      assert.deepEqual(wouldDecide!.newCompare! > (margin === 1 ? 72 : 36), true);
      assert.equal(wouldDecide!.newCompare! < (margin === 1 ? 90 : 45), true);
      const repeated = (values: readonly number[]) =>
        Array.from({ length: wouldDecide!.newCompare! }, (_, i) => values[i % 10]!);
      assert.equal(one(modes(repeated(before), repeated(after), margin)).verdict, "EQUIVALENT");
    }
  });
});

/** Numbers from SciPy 1.17.1: E Φ over χ², the first n of power 0.8 by search. */
describe("what would decide", () => {
  const margin = (value: number) => ({ margin: { value, reason: "a test" } });
  /** Ten differences of mean `by` and SD √(10/9). */
  const apart = (by: number) => compare(runs(shifted((i) => by + alternating(1)(i))), margin(0.5));
  const numbers = (comparison: Comparison, next: number | null = null) => {
    const { furtherReplicates, newCompare } = judgeChange([comparison], 0.05, next).comparisons[0]!.wouldDecide!;
    return [furtherReplicates, newCompare];
  };

  it("near the margin asks that the estimate pass it too, not that the difference be seen alone", () => {
    assert.deepEqual(numbers(apart(0.6)), [69, 79]);
    assert.deepEqual(numbers(apart(0.5 + 1e-9)), [null, null]);
  });

  it("is one more replicate at least", () => {
    assert.deepEqual(numbers(apart(0.999)), [1, 11]);
  });

  it("takes as many pairs that differ as sign flips need, where others are equal", () => {
    // Differences alternate between 0 and 2: six nonzero ones reach 0.05. P(X ≥ 6) is 0.788 for 14, 0.849 for 15.
    assert.deepEqual(numbers(apart(1)), [5, 15]);
  });

  it("where runs are being added is at the level of the next look, and no new compare", () => {
    assert.deepEqual(numbers(apart(0.9), levelOf(2)), [11, null]);
    assert.deepEqual(numbers(apart(0.9)), [3, 13]);
  });

  it("within the margin is what two one-sided tests need", () => {
    const { wouldDecide } = one(compare(runs(shifted(alternating(0.3))), margin(0.15)));
    assert.deepEqual([wouldDecide!.furtherReplicates, wouldDecide!.newCompare], [30, 40]);
  });
});

describe("several comparisons", () => {
  const worse = compare(runs(shifted((i) => -0.2 - 0.01 * (i % 3))));
  const same = compare(runs(TEN), { setting: "same" });
  const open = compare(runs(shifted(alternating(0.3))), { setting: "open" });
  const better = compare(runs(shifted((i) => 0.2 + 0.01 * (i % 3))), { setting: "better" });

  it("share one correction: ten pairs reach significance among 25, and among more the t test stands in", () => {
    const near = compare(runs(shifted(alternating(1e-6))), { setting: "near" });
    const among = (count: number) => judgeChange([worse, ...Array.from({ length: count - 1 }, () => near)]);
    const [of25] = among(25).comparisons;
    assert.deepEqual([of25!.verdict, of25!.tests[1]!.name], ["REGRESSED", "sign flips"]);
    assert.equal(of25!.tests[1]!.adjustedP, (25 * 2) / 1024);
    const [of26] = among(26).comparisons;
    assert.deepEqual([of26!.verdict, of26!.tests[1]!.name], ["REGRESSED", "paired t"]);
  });

  it("reach significance at each of seven looks, among 12, 36 and 56, whatever the number of pairs", () => {
    for (const family of [12, 36, 56])
      for (const look of [1, 2, 3, 4, 5, 6, 7]) {
        const n = runsAt(look, 10);
        const values = Array.from({ length: n }, (_, i) => 0.8 + 0.03 * Math.sin(7 * i));
        const fallen = values.map((value, i) => value - 0.2 - 0.01 * (i % 3));
        const near = values.map((value, i) => value + alternating(1e-6)(i));
        const others = Array.from({ length: family - 1 }, (_, i) =>
          compare(runs(near), { baseline: runs(values), setting: `near ${i}` }),
        );
        const { comparisons } = judgeChange(
          [compare(runs(fallen), { baseline: runs(values) }), ...others],
          levelOf(look),
        );
        const [{ verdict, tests }] = comparisons as [(typeof comparisons)[number]];
        assert.equal(verdict, "REGRESSED", `${family} comparisons, look ${look}, ${n} pairs: ${JSON.stringify(tests)}`);
        // 2/2^n comes to the level after Holm from 11 pairs on.
        assert.equal(tests[1]!.name, n === 10 && family > 12 ? "paired t" : "sign flips");
      }
  });

  it("correct equivalence too: what is shown alone may not be among six", () => {
    const narrow = compare(runs(shifted(alternating(0.03))), { margin: { value: 0.02, reason: "a test" } });
    assert.equal(one(narrow).verdict, "EQUIVALENT");
    const six = judgeChange([narrow, ...Array.from({ length: 5 }, () => open)]);
    assert.equal(six.comparisons[0]!.verdict, "INCONCLUSIVE");
  });

  it("that need no test leave the correction of the others as it is: 2/1024 stays so beside eleven identical arms", () => {
    const identical = Array.from({ length: 11 }, (_, i) => compare(runs(TEN), { setting: `same ${i}` }));
    const { family, comparisons } = judgeChange([worse, ...identical]);
    assert.equal(family, 1);
    assert.deepEqual(comparisons[0], one(worse));
    assert.deepEqual(comparisons[0]!.tests[1], { name: "sign flips", p: 2 / 1024, adjustedP: 2 / 1024 });
    assert.deepEqual(
      comparisons.slice(1).map(({ verdict, tests }) => [verdict, tests]),
      identical.map(() => ["EQUIVALENT", []]),
    );
    // A margin of 0 needs no test if all pairs are equal, but needs one if a pair differs.
    const exact = { margin: { value: 0, reason: "a test" }, setting: "exact" };
    const counts = runs(TEN.map(() => 9));
    const kept = compare(counts, { ...exact, baseline: counts });
    assert.equal(judgeChange([worse, open, kept]).family, 2);
    assert.deepEqual(judgeChange([worse, open, kept]).comparisons.slice(0, 2), judgeChange([worse, open]).comparisons);
    const broken = compare(runs(TEN.map((_, i) => (i === 0 ? 8 : 9))), { ...exact, baseline: counts });
    assert.equal(judgeChange([worse, open, broken]).family, 3);
    assert.deepEqual([judgeChange([same]).family, judgeChange([same]).verdict], [0, "EQUIVALENT"]);
  });

  it("that need no test count neither in what would decide the others nor at any look", () => {
    const identical = Array.from({ length: 5 }, (_, i) => compare(runs(TEN), { setting: `same ${i}` }));
    for (const [alpha, next] of [
      [0.05, null],
      [levelOf(1), levelOf(2)],
    ] as const)
      assert.deepEqual(
        judgeChange([open, ...identical], alpha, next).comparisons[0],
        judgeChange([open], alpha, next).comparisons[0],
      );
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
