/**
 * Judges a change against an accepted baseline: candidate minus baseline, one comparison a slot, setting and metric.
 * Free of files and processes.
 *
 * Rule, in this order, α = 0.05 (less at one look of several), m comparisons:
 * 1. EQUIVALENT: every difference is exactly 0, or TOST shows the mean difference within the metric's margin (p after
 *    Holm over the m comparisons).
 * 2. REGRESSED or IMPROVED: the difference is not 0 by the test below (p after Holm over the m comparisons) and the point
 *    estimate lies beyond the margin, on the worse or the better side.
 * 3. INCONCLUSIVE: the rest, also a significant difference whose estimate lies within the margin without TOST saying so.
 *
 * What it gets wrong, and how often. Nothing changed: some REGRESSED or IMPROVED in at most 5 of 100 compares, all m
 * comparisons together (fewer, as the estimate has to pass the margin too). A change of the margin or more: some false
 * EQUIVALENT in at most 5 of 100. A real change smaller than the margin may be called REGRESSED where chance lifts the
 * estimate past the margin: its direction is right, its size is overstated; at a true change of exactly the margin this
 * happens in at most about half of the compares.
 *
 * Test of the difference: runs of equal replicate share their seeds, so their differences are tested by exact sign flips
 * (`signFlipTest`); where the replicates differ, by permutation of the two samples. With n pairs the smallest p is 2/2ⁿ:
 * ten pairs reach 0.05 after Holm among up to 25 comparisons (2/1024 · 25 < 0.05). Where n and m together cannot reach it,
 * the t test of the same contrast stands in; n and m alone decide which, never the values.
 *
 * Failed runs count as the metric's worst value. Where it has none they are beyond every value: tests are on ranks, the
 * estimate is the median difference, and EQUIVALENT is possible only where every difference is 0.
 */
import type { Estimate, Interval, Margin, Observation, Quantity, TestResult } from "../claims.ts";
import { estimate } from "../statistics/descriptive.ts";
import { holm } from "../statistics/holm.ts";
import { differencePower, equivalencePower, extended, furtherReplicates } from "../statistics/power.ts";
import { smallestMargin } from "../statistics/tost.ts";
import { contrastInterval } from "../statistics/welch.ts";
import { ALPHA, type Comparison, type MeasuredChange, measureChange } from "./measure-change.ts";

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
  readonly tests: readonly TestResult[];
  readonly runs: { readonly baseline: readonly Observation[]; readonly candidate: readonly Observation[] };
  /** Of INCONCLUSIVE: further replicates for 80 % power to decide either way, and the smallest margin decidable now. */
  readonly wouldDecide: { readonly furtherReplicates: number | null; readonly smallestMargin: number | null } | null;
}
export interface Change {
  /** REGRESSED if any is, else INCONCLUSIVE if any is, else IMPROVED if any is, else EQUIVALENT. */
  readonly verdict: ChangeVerdict;
  readonly comparisons: readonly ComparedChange[];
}

/**
 * Judges all comparisons of one compare together, at the level `alpha` for each kind of error: less than 0.05 where it is
 * one look of several (`looks.ts`). Throws RangeError when there is none, or one lacks a side.
 */
export function judgeChange(comparisons: readonly Comparison[], alpha = ALPHA): Change {
  if (comparisons.length === 0) throw new RangeError("nothing to compare: no metric is measured on both sides");
  const measured = comparisons.map((comparison) => measureChange(comparison, comparisons.length, alpha));
  const equivalence = holm(measured.map((one) => one.equivalenceP));
  const differing = holm(measured.map((one) => one.difference.p));
  const level = { alpha, family: comparisons.length };
  const judged = measured.map((one, i) => conclude(one, equivalence[i]!, differing[i]!, level));
  const order: readonly ChangeVerdict[] = ["REGRESSED", "INCONCLUSIVE", "IMPROVED"];
  const verdict = order.find((word) => judged.some((one) => one.verdict === word)) ?? "EQUIVALENT";
  return { verdict, comparisons: judged };
}

/** Of one look: its α, and how many comparisons share it. */
interface Level {
  readonly alpha: number;
  readonly family: number;
}

function conclude(one: MeasuredChange, equivalenceP: number, differenceP: number, level: Level): ComparedChange {
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
  const { verdict, reason } = decide(one, equivalenceP, differenceP, level.alpha);
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
    tests: [
      ...(numbers && contrast ? [{ name: "two one-sided t tests", p: one.equivalenceP, adjustedP: equivalenceP }] : []),
      { name: one.difference.name, p: one.difference.p, adjustedP: differenceP },
    ],
    runs: { baseline: comparison.baseline, candidate: comparison.candidate },
    wouldDecide: verdict === "INCONCLUSIVE" ? whatWouldDecide(one, level) : null,
  };
}

function decide(
  { comparison, identical, contrast, value }: MeasuredChange,
  equivalenceP: number,
  differenceP: number,
  alpha: number,
): { verdict: ChangeVerdict; reason: string } {
  const { margin, quantity } = comparison;
  const significant = differenceP <= alpha;
  if (identical) return { verdict: "EQUIVALENT", reason: "Identical: every run has the same value on both sides." };
  if (equivalenceP <= alpha)
    return {
      verdict: "EQUIVALENT",
      reason: `The difference lies within the margin of ${margin.value}${significant ? ", though it is not 0" : ""}.`,
    };
  const worse = quantity.better === "higher" ? value < 0 : value > 0;
  if (significant && Math.abs(value) > margin.value)
    return worse
      ? { verdict: "REGRESSED", reason: `Worse, significantly and by more than the margin of ${margin.value}.` }
      : { verdict: "IMPROVED", reason: `Better, significantly and by more than the margin of ${margin.value}.` };
  if (significant)
    return {
      verdict: "INCONCLUSIVE",
      reason: `${worse ? "Worse" : "Better"}, significantly, but by no more than the margin of ${margin.value} as far as seen; that it is within is not shown.`,
    };
  return {
    verdict: "INCONCLUSIVE",
    reason: contrast
      ? `Neither a difference nor one within the margin of ${margin.value} is shown.`
      : "No difference is shown; without a spread of numbers none within the margin can be.",
  };
}

/** At Bonferroni's α/m, a little more than Holm asks for. */
function whatWouldDecide(
  { contrast, comparison }: MeasuredChange,
  level: Level,
): NonNullable<ComparedChange["wouldDecide"]> {
  if (!contrast) return { furtherReplicates: null, smallestMargin: null };
  const { value: margin } = comparison.margin;
  const alpha = level.alpha / level.family;
  const beyond = Math.abs(contrast.value) > margin;
  const power = (k: number): number =>
    beyond ? differencePower(extended(contrast, k), alpha) : equivalencePower(extended(contrast, k), margin, alpha);
  return { furtherReplicates: furtherReplicates(power), smallestMargin: smallestMargin(contrast, 0, alpha) };
}
