/**
 * Values that recur: counts, shares that are everything or nothing, failed runs that all count as the worst value. Two tests
 * of normal theory rest on the contrary. With few pairs the t test has p below 2/2ⁿ, all that the signs of n differences can
 * give, since continuous magnitudes hardly ever agree: where each run covers 24 or 25 modes, three pairs agree, in sign too,
 * in one of 32 compares, and their variance is then 0. And a spread that was measured where most runs agree says nothing of
 * those that do not (`unseen-falls.ts`).
 *
 * The data of both sides decide, and no metric's name. A sample of a continuous metric, also of one that is rounded to a fine
 * lattice, has values of its own in most runs, few pairs have the same difference, and many steps of any lattice lie
 * between its least and greatest value.
 */
import type { Observation } from "../contract/claims.ts";
import { latticeStep, ROUNDING } from "../statistics/lattice.ts";
import { differencesOf } from "./pairs.ts";

/**
 * Whether values recur: more than half of the runs of a side have the same value, or of the pairs the same difference, or
 * half or more of all runs share their value with another, or all values lie on a lattice of at most 32 steps. Finite values.
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
