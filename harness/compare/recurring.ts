/**
 * Recurring values: counts, shares of 0 or 1, failed runs that all count as the worst value. Two normal-theory tests
 * assume values that do not recur. First, with few pairs the t test can give p below 2/2ⁿ, the minimum for the signs of
 * n differences, because continuous magnitudes hardly ever agree: if each run covers 24 or 25 modes, three pairs agree,
 * in sign too, in one of 32 compares, and their variance is then 0. Second, a spread measured on runs that mostly agree
 * says nothing about the rare other runs (`unseen-falls.ts`).
 *
 * The data of both sides decide, regardless of the metric's name. In a sample of a continuous metric, even if rounded
 * to a fine lattice, most runs have unique values, few pairs have the same difference, and the range spans many lattice
 * steps.
 */
import type { Observation } from "../contract/claims.ts";
import { latticeStep, ROUNDING } from "../statistics/lattice.ts";
import { differencesOf } from "./pairs.ts";

/**
 * Whether values recur: more than half of a side's runs have the same value, or of the pairs the same difference, or
 * half or more of all runs share their value with another, or all values lie on a lattice of at most 32 steps. Values
 * must be finite.
 */
export function valuesRecur(baseline: readonly Observation[], candidate: readonly Observation[]): boolean {
  const [before, after] = [baseline, candidate].map((side) => side.map(({ value }) => value)) as [number[], number[]];
  const all = [...before, ...after];
  const rounding = ROUNDING * Math.max(...all.map(Math.abs));
  const samples = [before, after, differencesOf({ baseline, candidate }) ?? []];
  if (samples.some((some) => 2 * Math.max(...groupsOf(some, rounding)) > some.length)) return true;
  const alone = groupsOf(all, rounding).filter((size) => size === 1).length;
  return 2 * alone <= all.length || latticeStep(all) !== null;
}

/** Sizes of the groups of equal values. */
function groupsOf(values: readonly number[], rounding: number): number[] {
  const rising = values.toSorted((a, b) => a - b);
  const sizes: number[] = [];
  rising.forEach((value, i) => {
    if (i > 0 && value - rising[i - 1]! <= rounding) sizes[sizes.length - 1]!++;
    else sizes.push(1);
  });
  return sizes;
}
