/**
 * Falls that no run shows. Ten runs that cover 24 or 25 modes each do not show that the eleventh does: if one run in
 * ten collapses, 35 of 100 samples of ten hold no collapse, and the t test knows only the spread of the runs that did
 * not collapse. The runs still bound the share of falls by their number, and each fall moves the mean by at most the
 * distance to the worst value. `statistics/bounded-mean.ts` combines the spread that was seen with one unseen fall,
 * whatever part of the runs agree.
 *
 * The test applies to metrics with recurring values (`recurring.ts`). Rare falls may also hide in a metric with unique
 * values, but their exclusion would take 3 runs for each margin between the mean and the worst value, so that ten runs
 * would leave nearly every such comparison open. There TOST's assumption holds that future runs have the spread seen.
 */
import type { Observation, Quantity } from "../contract/claims.ts";
import { meanAboveTest } from "../statistics/bounded-mean.ts";
import { mean, standardDeviation } from "../statistics/descriptive.ts";
import { normalQuantile } from "../statistics/distributions.ts";
import { differencesOf } from "./pairs.ts";

/** Falls of one side, which would make it worse than the other. Values are oriented so that higher is better. */
interface Falls {
  /** The side's values minus the other side's values in pairs, or minus the other side's mean without pairs. */
  readonly rises: readonly number[];
  /** The rise of a run that falls from at most the other side's mean to the worst value; −Infinity without one. */
  readonly floor: number;
}
/** Falls of the candidate and of the baseline: both make the sides differ. */
export type UnseenFalls = readonly [candidate: Falls, baseline: Falls];

/** Requires finite values and at least two runs per side. */
export function unseenFalls(
  baseline: readonly Observation[],
  candidate: readonly Observation[],
  { better, worst }: Pick<Quantity, "better" | "worst">,
): UnseenFalls {
  const sign = better === "higher" ? 1 : -1;
  const [before, after] = [baseline, candidate].map((side) => side.map(({ value }) => sign * value)) as [
    number[],
    number[],
  ];
  const differences = differencesOf({ baseline, candidate })?.map((difference) => sign * difference);
  const falls = (side: readonly number[], other: readonly number[], rises: readonly number[] | undefined): Falls => ({
    rises: rises ?? side.map((value) => value - mean(other)),
    floor: worst === null ? Number.NEGATIVE_INFINITY : Math.min(0, sign * worst - mean(other)),
  });
  return [
    falls(after, before, differences),
    falls(
      before,
      after,
      differences?.map((difference) => -difference),
    ),
  ];
}

/** p against "one side is worse by the margin or more": the larger p of both sides. */
export function unseenFallsP(falls: UnseenFalls, margin: number): number {
  return Math.max(...falls.map(({ rises, floor }) => meanAboveTest(rises, floor, -margin)));
}

/** The smallest margin that the runs show at `alpha`; Infinity without a worst value. */
export function unseenFallsMargin(falls: UnseenFalls, alpha: number): number {
  // The largest possible margin: the distance to the worst value, or to the mean if that is farther.
  let [low, high] = [0, Math.max(...falls.map(({ rises, floor }) => Math.max(-floor, Math.abs(mean(rises)))))];
  if (!Number.isFinite(high)) return high;
  for (let halving = 0; halving < 40; halving++) {
    const middle = (low + high) / 2;
    if (unseenFallsP(falls, middle) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Whether `further` more pairs, or runs of each side, show the margin at `alpha` with 80 % power, if future runs
 * resemble the present ones: in four of five samples their mean is at most 0.84 standard errors below the present mean.
 */
export function unseenFallsShown(falls: UnseenFalls, margin: number, alpha: number, further: number): boolean {
  return falls.every(({ rises, floor }) => {
    const n = rises.length + further;
    const lower = (normalQuantile(0.8) * standardDeviation(rises, 0)!) / Math.sqrt(n);
    return meanAboveTest(rises, floor, lower - margin, n / rises.length) <= alpha;
  });
}
