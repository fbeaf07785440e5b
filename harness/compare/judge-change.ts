/**
 * Judges a change against an accepted baseline: candidate minus baseline, one comparison a slot, setting and metric.
 * Free of files and processes.
 *
 * Rule, in this order, α = 0.05 (less at one look of several), m comparisons that need a test (`needTests`):
 * 1. EQUIVALENT: both sides did the same runs (`identical-arms.ts`), or TOST shows the mean difference within the metric's
 *    margin (p after Holm over the m comparisons). If values recur, as counts do (`recurring.ts`), the runs must also
 *    exclude falls to the worst value that are frequent enough to reach the margin, seen or unseen (`unseen-falls.ts`).
 * 2. REGRESSED or IMPROVED: the difference is not 0 by the test below (p after Holm over the m comparisons) and the point
 *    estimate lies beyond the margin, on the worse or the better side.
 * 3. INCONCLUSIVE: the rest, also a significant difference whose estimate lies within the margin without TOST saying so.
 *
 * What it gets wrong, and how often. Nothing changed: some REGRESSED or IMPROVED in at most 5 of 100 compares, all m
 * comparisons together, from two pairs on, if the pairs are independent. A change of the margin or more: some false
 * EQUIVALENT in at most 5 of 100 if values recur, or if the spread of future runs equals the spread seen. The bound
 * fails for a continuous metric that falls in few runs, none of them seen: in 35 of 100 compares of ten pairs, a fall
 * of one run in ten stays unseen. A real change smaller than the margin may be called REGRESSED where chance lifts the
 * estimate past the margin: its direction is right, its size is overstated; at a true change of exactly the margin this
 * happens in at most about half of the compares. Simulated: reports/calibration.md.
 *
 * Test of the difference: runs of equal replicate share their seeds, so their differences are tested by sign flips, exact
 * or drawn (`signFlipTest`); where the replicates differ, by permutation of the two samples. With n pairs the smallest p is
 * 2/2ⁿ: ten pairs reach 0.05 after Holm among up to 25 comparisons (2/1024 · 25 < 0.05), six pairs for one comparison.
 * If n is too small for m, the t test of the same contrast replaces sign flips for a metric without recurring values:
 * it is exact for normal runs. With recurring values it would not keep its level, so that few pairs show no difference,
 * whatever their values; the reason then gives the sufficient number. The t test's limit is a continuous metric with
 * two humps: if one run in three collapses, each to its own value, 26 of 100 compares of two pairs and 22 of three are
 * wrong among twelve comparisons, 3 of six.
 *
 * Failed runs count as the metric's worst value. Where it has none they are beyond every value: tests are on ranks, the
 * estimate is the median difference, and EQUIVALENT is possible only where both sides did the same runs. A failure is more
 * than any margin, so that significantly worse with more failed runs than before is REGRESSED, significantly better with
 * fewer IMPROVED, wherever the median lies.
 */
import type { Estimate, Interval, Margin, Observation, Quantity, TestResult } from "../contract/claims.ts";
import { estimate } from "../statistics/descriptive.ts";
import { holm } from "../statistics/holm.ts";
import { contrastInterval } from "../statistics/welch.ts";
import { armOf, identicalArms, needTests } from "./identical-arms.ts";
import { ALPHA, type Comparison, type MeasuredChange, measureChange, UNSEEN } from "./measure-change.ts";
import { furtherToReach, sizesOf } from "./reach.ts";
import { type Level, type WouldDecide, whatWouldDecide } from "./would-decide.ts";

/** Of one comparison, and of all together. */
export const CHANGE_VERDICTS = ["REGRESSED", "IMPROVED", "EQUIVALENT", "INCONCLUSIVE"] as const;
export type ChangeVerdict = (typeof CHANGE_VERDICTS)[number];

export interface ComparedChange {
  readonly slot: string;
  readonly setting: string;
  readonly quantity: Quantity;
  readonly margin: Margin;
  readonly verdict: ChangeVerdict;
  /** One sentence: why this verdict. */
  readonly reason: string;
  readonly design: "paired" | "unpaired";
  /** Null where a failed run has no value to count as. */
  readonly estimates: { readonly baseline: Estimate; readonly candidate: Estimate } | null;
  /** Candidate minus baseline. Null as `estimates`, and for fewer than two runs. */
  readonly effect: { readonly value: number; readonly interval: Interval } | null;
  /** Empty if no test was needed (`needTests`). */
  readonly tests: readonly TestResult[];
  readonly runs: { readonly baseline: readonly Observation[]; readonly candidate: readonly Observation[] };
  /** Of INCONCLUSIVE. */
  readonly wouldDecide: WouldDecide | null;
}
export interface Change {
  /** REGRESSED if any is, else INCONCLUSIVE if any is, else IMPROVED if any is, else EQUIVALENT. */
  readonly verdict: ChangeVerdict;
  /** Number of comparisons that needed a test, for Holm's correction. */
  readonly family: number;
  readonly comparisons: readonly ComparedChange[];
}

/**
 * Judges all comparisons of one compare together, at the level `alpha` for each kind of error: less than 0.05 where it is
 * one look of several (`looks.ts`), the next of which is at `next`; null where no runs will be added. Throws RangeError when
 * there is no comparison, or one lacks a side.
 */
export function judgeChange(comparisons: readonly Comparison[], alpha = ALPHA, next: number | null = null): Change {
  const { verdict, level, decided } = decideChange(comparisons, alpha, next);
  return {
    verdict,
    family: decided.filter(({ tested }) => tested).length,
    comparisons: decided.map((one) => inFull(one, level)),
  };
}

/** The verdicts without `wouldDecide`, which takes most of the time. Throws as `judgeChange`. */
export function verdictsOf(
  comparisons: readonly Comparison[],
  alpha = ALPHA,
): { readonly verdict: ChangeVerdict; readonly each: readonly ChangeVerdict[] } {
  const { verdict, decided } = decideChange(comparisons, alpha, null);
  return { verdict, each: decided.map((one) => one.verdict) };
}

interface Decided extends Decision {
  readonly measured: MeasuredChange;
  /** Whether it is in the family (`needTests`). */
  readonly tested: boolean;
  /** After Holm. */
  readonly equivalenceP: number;
  readonly differenceP: number;
}

function decideChange(
  comparisons: readonly Comparison[],
  alpha: number,
  next: number | null,
): { readonly verdict: ChangeVerdict; readonly level: Level; readonly decided: readonly Decided[] } {
  if (comparisons.length === 0) throw new RangeError("nothing to compare: no metric is measured on both sides");
  const identical = identicalArms(comparisons);
  const tested = needTests(comparisons, identical);
  const family = tested.filter(Boolean).length;
  const level = { alpha, next, family: Math.max(1, family) };
  const measured = comparisons.map((one) => measureChange(one, identical.has(armOf(one)), level));
  const equivalence = corrected(
    measured.map((one) => one.equivalence.p),
    tested,
  );
  const differing = corrected(
    measured.map((one) => one.difference.p),
    tested,
  );
  const decided = measured.map((one, i): Decided => {
    const [equivalenceP, differenceP] = [equivalence[i]!, differing[i]!];
    const decision = decide(one, equivalenceP, differenceP, level);
    return { measured: one, tested: tested[i]!, equivalenceP, differenceP, ...decision };
  });
  const order: readonly ChangeVerdict[] = ["REGRESSED", "INCONCLUSIVE", "IMPROVED"];
  const verdict = order.find((word) => decided.some((one) => one.verdict === word)) ?? "EQUIVALENT";
  return { verdict, level, decided };
}

/** Holm's correction of the tested p values; the others are unchanged. */
function corrected(ps: readonly number[], tested: readonly boolean[]): number[] {
  const adjusted = holm(ps.filter((_, i) => tested[i])).values();
  return ps.map((p, i) => (tested[i] ? adjusted.next().value! : p));
}

function inFull(
  { measured: one, tested, equivalenceP, differenceP, verdict, reason }: Decided,
  level: Level,
): ComparedChange {
  const { comparison, contrast, value, design } = one;
  const { slot, setting, quantity, margin } = comparison;
  const sides = [comparison.baseline, comparison.candidate] as const;
  const numbers = sides.every((side) => side.every((o) => Number.isFinite(o.value)));
  const estimateOf = (arm: string, side: readonly Observation[]): Estimate =>
    estimate(
      arm,
      side.map((o) => o.value),
      side.filter((o) => !o.finished).length,
    );
  return {
    slot,
    setting,
    quantity,
    margin,
    verdict,
    reason,
    design,
    estimates: numbers
      ? { baseline: estimateOf("baseline", sides[0]), candidate: estimateOf("candidate", sides[1]) }
      : null,
    effect: contrast && { value, interval: contrastInterval(contrast, 1 - level.alpha) },
    tests: tested
      ? [
          ...(numbers && contrast ? [{ ...one.equivalence, adjustedP: equivalenceP }] : []),
          { name: one.difference.name, p: one.difference.p, adjustedP: differenceP },
        ]
      : [],
    runs: { baseline: comparison.baseline, candidate: comparison.candidate },
    wouldDecide: verdict === "INCONCLUSIVE" ? whatWouldDecide(one, level) : null,
  };
}

interface Decision {
  readonly verdict: ChangeVerdict;
  readonly reason: string;
}

function decide(one: MeasuredChange, equivalenceP: number, differenceP: number, level: Level): Decision {
  const { margin, quantity } = one.comparison;
  const { alpha } = level;
  const significant = differenceP <= alpha;
  if (one.identical)
    return { verdict: "EQUIVALENT", reason: "Identical: every metric here has the same value in every pair of runs." };
  if (equivalenceP <= alpha)
    return {
      verdict: "EQUIVALENT",
      reason: `The difference lies within the margin of ${margin.value}${significant ? ", though it is not 0" : ""}.`,
    };
  if (!significant) return { verdict: "INCONCLUSIVE", reason: nothingShown(one, level) };
  const rise = one.ranksRise ?? one.value;
  const worse = quantity.better === "higher" ? rise < 0 : rise > 0;
  const [verdict, word] = worse ? (["REGRESSED", "Worse"] as const) : (["IMPROVED", "Better"] as const);
  const failures = failuresInWords(one, worse);
  if (failures) return { verdict, reason: `${word} by ranks, significantly: ${failures}.` };
  if (Math.abs(one.value) > margin.value && Math.sign(one.value) === Math.sign(rise))
    return { verdict, reason: `${word}, significantly and by more than the margin of ${margin.value}.` };
  return {
    verdict: "INCONCLUSIVE",
    reason: `${word}, significantly, but by no more than the margin of ${margin.value} as far as seen; that it is within is not shown.`,
  };
}

/** Where failed runs have no value: more of them if it is worse, fewer if it is better; else null. */
function failuresInWords({ ranksRise, comparison }: MeasuredChange, worse: boolean): string | null {
  if (ranksRise === null) return null;
  const [before, after] = [comparison.baseline, comparison.candidate].map((side) => {
    const failed = side.filter(({ value }) => !Number.isFinite(value)).length;
    return { failed, share: failed / side.length, all: side.length };
  }) as [Failures, Failures];
  if (worse ? after.share <= before.share : after.share >= before.share) return null;
  return `${after.failed} of ${after.all} runs failed, ${before.failed} of ${before.all} before`;
}
interface Failures {
  readonly failed: number;
  readonly share: number;
  readonly all: number;
}

function nothingShown({ contrast, tooFew, equivalence, comparison, design }: MeasuredChange, level: Level): string {
  const { margin, quantity } = comparison;
  const units = design === "paired" ? "pairs" : "runs of the smaller side";
  const n = Math.min(comparison.baseline.length, comparison.candidate.length);
  const shown = contrast
    ? `Neither a difference nor one within the margin of ${margin.value} is shown.`
    : "No difference is shown; without a spread of numbers none within the margin can be.";
  const unseen =
    quantity.worst === null
      ? "Values recur, and a metric without a worst value has no bound on what unseen runs would change."
      : `Values recur, and ${n} ${units} are too few to exclude that so many others fall to the worst value (${quantity.worst}) as make the margin.`;
  const more = tooFew ? furtherToReach(sizesOf(comparison), level.alpha / level.family) : 0;
  const few = `${design === "paired" ? "Sign flips" : "Permutations"} alone can show a difference of ${contrast ? "values that recur" : "ranks"}, and ${n} ${units} are too few, whatever their values: ${n + more} can${level.family > 1 ? `, among ${level.family} comparisons` : ""}.`;
  return [shown, ...(contrast && equivalence.name === UNSEEN ? [unseen] : []), ...(tooFew ? [few] : [])].join(" ");
}
