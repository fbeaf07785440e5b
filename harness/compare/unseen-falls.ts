/**
 * Falls that none of the runs shows. Ten runs that cover 24 or 25 modes each do not show that the eleventh does: where one
 * run in ten collapses, 35 of 100 samples of ten hold no collapse, and their spread, which is all that a t test knows, is that
 * of the runs that did not. The runs exclude a share of falls all the same: it is bounded by the number of runs without one,
 * and a fall moves the mean by at most the way to the metric's worst value. `statistics/bounded-mean.ts` takes both together,
 * the spread that was seen and one fall that was not, whatever part of the runs agree.
 *
 * This is asked of metrics whose values recur (`recurring.ts`). A metric of its own value in every run may hide rare falls as
 * well: at the same price, 3 runs for each time that the margin goes into the way to the worst value, so that ten runs would
 * leave nearly every such comparison open. There TOST's assumption, that the spread seen is that of the next runs, stands.
 */
import type { Observation, Quantity } from "../contract/claims.ts";
import { meanAboveTest } from "../statistics/bounded-mean.ts";
import { mean, standardDeviation } from "../statistics/descriptive.ts";
import { normalQuantile } from "../statistics/distributions.ts";
import { differencesOf } from "./pairs.ts";

/** One side's falls, by which it would be worse than the other. Higher is better here, whatever it is for the metric. */
interface Falls {
  /** The side's values less the other's: by pair, or less the other's mean where the runs are no pairs. */
  readonly rises: readonly number[];
  /** The rise of a run that falls to the worst value from nowhere better than the other side's mean; −Infinity without one. */
  readonly floor: number;
}
/** Of the candidate, then of the baseline: both would make the sides differ. */
export type UnseenFalls = readonly [candidate: Falls, baseline: Falls];

/** Values are finite; each side has two runs at least. */
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

/** p against "one side is worse by the margin or more", the larger one of the two sides. */
export function unseenFallsP(falls: UnseenFalls, margin: number): number {
  return Math.max(...falls.map(({ rises, floor }) => meanAboveTest(rises, floor, -margin)));
}

/** The smallest margin that the runs show at `alpha`; Infinity without a worst value. */
export function unseenFallsMargin(falls: UnseenFalls, alpha: number): number {
  // Nothing is further than the worst value, or than the mean where that lies beyond it.
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
 * Whether `further` more pairs, or runs of each side, show the margin at `alpha` with 80 % power, if those to come are as
 * those seen: their mean is then no lower than 0.84 standard errors below the one seen in four of five samples.
 */
export function unseenFallsShown(falls: UnseenFalls, margin: number, alpha: number, further: number): boolean {
  return falls.every(({ rises, floor }) => {
    const n = rises.length + further;
    const lower = (normalQuantile(0.8) * standardDeviation(rises, 0)!) / Math.sqrt(n);
    return meanAboveTest(rises, floor, lower - margin, n / rises.length) <= alpha;
  });
}
