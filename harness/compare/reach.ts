/** The smallest p that sign flips of few pairs, and permutations of few runs, can reach. */
import type { Observation } from "../contract/claims.ts";
import { choose, EXACT_LIMIT } from "../statistics/permutation.ts";
import { differencesOf } from "./pairs.ts";

/** Number of pairs, or of runs on two unpaired sides. */
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
 * p if every pair differs in the same direction, or every run of one side lies beyond all runs of the other: two of all
 * signs or splits are as extreme.
 */
export const smallestP = (sizes: Sizes): number => 2 / splitsOf(sizes);

/** Whether p can reach `level`. Signs or splits too many to enumerate are sampled often enough for it. */
export const reaches = (sizes: Sizes, level: number): boolean =>
  splitsOf(sizes) > EXACT_LIMIT || smallestP(sizes) <= level;

/** The least number of further pairs, or further runs of each side, with which p can reach `level`; 0 if it can now. */
export function furtherToReach(sizes: Sizes, level: number): number {
  const more = (further: number): Sizes =>
    "pairs" in sizes ? { pairs: sizes.pairs + further } : { runs: [sizes.runs[0] + further, sizes.runs[1] + further] };
  let further = 0;
  while (!reaches(more(further), level)) further++;
  return further;
}
