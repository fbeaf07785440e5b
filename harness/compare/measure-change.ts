/** A slot's metric on both sides, measured: the difference, its error and its tests, before any correction or verdict. */
import type { Margin, Observation, Quantity } from "../contract/claims.ts";
import { mean, summarize } from "../statistics/descriptive.ts";
import { permutationTest, rankSumTest, resamplesFor, signedRankTest, signFlipTest } from "../statistics/permutation.ts";
import { midranks, signedRanks } from "../statistics/ranks.ts";
import { DEFAULT_KEY } from "../statistics/stream.ts";
import { tost } from "../statistics/tost.ts";
import { type Contrast, difference, pairedDifference, tTest } from "../statistics/welch.ts";
import { byReplicate, differencesOf, median, minus } from "./pairs.ts";
import { reaches, sizesOf } from "./reach.ts";
import { valuesRecur } from "./recurring.ts";
import { type UnseenFalls, unseenFalls, unseenFallsP } from "./unseen-falls.ts";

export const ALPHA = 0.05;

export interface Comparison {
  readonly slot: string;
  readonly setting: string;
  readonly quantity: Quantity;
  readonly margin: Margin;
  readonly baseline: readonly Observation[];
  readonly candidate: readonly Observation[];
}

/** Name of the additional test of equivalence for recurring values. */
export const UNSEEN = "unseen falls";

interface Test {
  readonly name: string;
  readonly p: number;
}
export interface MeasuredChange {
  readonly comparison: Comparison;
  readonly design: "paired" | "unpaired";
  /** Both sides did the same runs (`identical-arms.ts`). */
  readonly identical: boolean;
  /** Point estimate: mean difference, or median difference where a run has no value. */
  readonly value: number;
  /** Null where a value is infinite or an arm has fewer than two runs. */
  readonly contrast: Contrast | null;
  /** Null without a contrast, or if values do not recur. */
  readonly falls: UnseenFalls | null;
  /** Only sign flips or permutations may decide, and so few runs cannot reach the level, whatever their values. */
  readonly tooFew: boolean;
  /** Of the candidate, over those of the baseline; null where every value is finite. */
  readonly ranksRise: number | null;
  readonly equivalence: Test;
  readonly difference: Test;
}

/** Of one look at a compare. */
export interface LookLevel {
  /** Number of comparisons that are judged together. */
  readonly family: number;
  readonly alpha: number;
}

/** Throws RangeError when a side has no runs. */
export function measureChange(comparison: Comparison, identical: boolean, level: LookLevel): MeasuredChange {
  const sides = [byReplicate(comparison.baseline), byReplicate(comparison.candidate)] as const;
  const [baseline, candidate] = sides;
  if (baseline.length === 0 || candidate.length === 0)
    throw new RangeError(`${comparison.slot}, ${comparison.setting}: one side has no runs`);
  const [before, after] = [baseline.map((o) => o.value), candidate.map((o) => o.value)];
  const differences = differencesOf(comparison);
  const few = !reaches(sizesOf(comparison), level.alpha / level.family);
  const base = { comparison, identical, design: differences ? ("paired" as const) : ("unpaired" as const) };
  const same = sameness(comparison, identical, differences);
  const without = { contrast: null, falls: null, tooFew: few, equivalence: same };
  if (![...before, ...after].every(Number.isFinite)) {
    const value = differences ? median(differences) : minus(median(after), median(before));
    const ranksRise = differences ? sum(signedRanks(differences)) : meanRanksRise(after, before);
    return { ...base, ...without, value, ranksRise, difference: rankTest(after, before, differences, level) };
  }
  const value = differences ? mean(differences) : mean(after) - mean(before);
  if (before.length < 2 || after.length < 2)
    return { ...base, ...without, value, ranksRise: null, difference: { name: "none: one run", p: 1 } };
  const contrast = differences ? pairedDifference(differences) : difference(summarize(after), summarize(before));
  const recur = valuesRecur(baseline, candidate);
  const falls = recur ? unseenFalls(baseline, candidate, comparison.quantity) : null;
  const tooFew = few && recur;
  return {
    ...base,
    value,
    contrast,
    falls,
    tooFew,
    ranksRise: null,
    equivalence: equivalenceTest(same, contrast, falls, comparison.margin.value),
    difference:
      few && !recur
        ? { name: differences ? "paired t" : "Welch t", p: tTest(contrast).p }
        : flipTest(after, before, differences, level),
  };
}

/** What needs no spread to be said: the same runs are equivalent, and so are equal values where the margin asks for these. */
function sameness({ margin }: Comparison, identical: boolean, differences: readonly number[] | null): Test {
  if (identical) return { name: "the same runs", p: 0 };
  const equal = margin.value === 0 && differences?.every((d) => d === 0) === true;
  return { name: "the same values", p: equal ? 0 : 1 };
}

/** A margin of 0 asks for the same values: no spread of others can show that. */
function equivalenceTest(same: Test, contrast: Contrast, falls: UnseenFalls | null, margin: number): Test {
  if (same.p === 0 || margin === 0) return same;
  const within = { name: "two one-sided t tests", p: tost(contrast, margin).p };
  const unseen = falls && { name: UNSEEN, p: unseenFallsP(falls, margin) };
  return unseen && unseen.p > within.p ? unseen : within;
}

/** Exact, or Monte Carlo with enough draws for p to reach the level after Holm. */
function flipTest(
  after: readonly number[],
  before: readonly number[],
  differences: readonly number[] | null,
  { family, alpha }: LookLevel,
): Test {
  const resamples = resamplesFor(alpha / family);
  return differences
    ? { name: "sign flips", p: signFlipTest(differences, DEFAULT_KEY, resamples).p }
    : { name: "permutation", p: permutationTest(after, before, DEFAULT_KEY, resamples).p };
}

function rankTest(
  after: readonly number[],
  before: readonly number[],
  differences: readonly number[] | null,
  { family, alpha }: LookLevel,
): Test {
  const resamples = resamplesFor(alpha / family);
  return differences
    ? { name: "signed ranks", p: signedRankTest(differences, DEFAULT_KEY, resamples).p }
    : { name: "rank sum", p: rankSumTest(after, before, DEFAULT_KEY, resamples).p };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Mean rank of the first sample among both, less that of the second. */
function meanRanksRise(first: readonly number[], second: readonly number[]): number {
  const ranks = midranks([...first, ...second]);
  return mean(ranks.slice(0, first.length)) - mean(ranks.slice(first.length));
}
