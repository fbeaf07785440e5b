/** How far sign flips of few pairs, and permutations of few runs, can go. */
import type { Observation } from "../contract/claims.ts";
import { choose, EXACT_LIMIT } from "../statistics/permutation.ts";
import { differencesOf } from "./pairs.ts";

/** Pairs, or the runs of two sides that are no pairs. */
export type Sizes = { readonly pairs: number } | { readonly runs: readonly [number, number] };

export function sizesOf(sides: {
  readonly baseline: readonly Observation[];
  readonly candidate: readonly Observation[];
}): Sizes {
  const differences = differencesOf(sides);
  return differences ? { pairs: differences.length } : { runs: [sides.baseline.length, sides.candidate.length] };
}

const splitsOf = (sizes: Sizes): number =>
  "pairs" in sizes ? 2 ** sizes.pairs : choose(sizes.runs[0] + sizes.runs[1], sizes.runs[0]);

/**
 * p where every pair differs to the same side, or every run of one side lies beyond all runs of the other: two of all signs
 * or splits are as extreme.
 */
export const smallestP = (sizes: Sizes): number => 2 / splitsOf(sizes);

/** Whether p can come to `level`. Where there are too many signs or splits to count them, as many are drawn as it needs. */
export const reaches = (sizes: Sizes, level: number): boolean =>
  splitsOf(sizes) > EXACT_LIMIT || smallestP(sizes) <= level;

/** The least number of further pairs, or of further runs of each side, with which p can come to `level`; 0 where it can. */
export function furtherToReach(sizes: Sizes, level: number): number {
  const more = (further: number): Sizes =>
    "pairs" in sizes ? { pairs: sizes.pairs + further } : { runs: [sizes.runs[0] + further, sizes.runs[1] + further] };
  let further = 0;
  while (!reaches(more(further), level)) further++;
  return further;
}
