/** Ranks, for metrics without a bound: a failed run is then just the worst of all. */

import { EXIT, HarnessError } from "../errors.ts";

/** Midranks 1…n; ties share the mean of their ranks. ±Infinity is allowed. Throws for NaN, which has no rank. */
export function midranks(values: readonly number[]): number[] {
  if (values.some(Number.isNaN))
    throw new HarnessError(
      "A sample holds NaN, which has no rank. A failed run counts as its metric's worst value, or as ±Infinity.",
      EXIT.cannotJudge,
    );
  const order = values.map((_, index) => index).sort((a, b) => Math.sign(values[a]! - values[b]!) || 0);
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[start]!]) end++;
    for (let place = start; place <= end; place++) ranks[order[place]!] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return ranks;
}

/** Signed ranks of differences (Wilcoxon): midrank of |d| with the sign of d; 0 stays 0. */
export function signedRanks(differences: readonly number[]): number[] {
  const ranks = midranks(differences.map(Math.abs));
  return differences.map((difference, index) => Math.sign(difference) * ranks[index]!);
}
