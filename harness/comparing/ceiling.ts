/**
 * Where nearly all runs agree a sample has no spread to measure, and no t test a say: ten runs that all cover nine modes do
 * not show that the eleventh does. What can be said is binomial: of n runs none, or few, have fallen, so that a larger share
 * is excluded (`statistics/binomial.ts`). The worst that a share of the runs can do to a mean is to fall to the metric's
 * worst value.
 *
 * A metric of its own in every run may hide a rare fall as well, but there the spread is measured, and TOST's assumption
 * that it is that of the next runs too is all there is.
 */
import type { Observation } from "../claims.ts";
import { binomialLowerTail, largestCount, largestShare } from "../statistics/binomial.ts";
import { mean } from "../statistics/descriptive.ts";
import { differencesOf, median } from "./pairs.ts";

export interface Ceiling {
  /** Pairs, or runs of the smaller side. */
  readonly n: number;
  /** The difference that more than half of the pairs have. */
  readonly common: number;
  /** What the other pairs' distances from it come to in runs that fall to the worst value, rounded up. */
  readonly fallen: number;
  /** How far the mean is from the worst value, on the side that is further; Infinity where there is none. */
  readonly height: number;
}

/** Null unless more than half of the pairs, or of the runs of each side, agree. Values are finite. */
export function ceilingOf(
  baseline: readonly Observation[],
  candidate: readonly Observation[],
  worst: number | null,
): Ceiling | null {
  const sides = [baseline, candidate].map((side) => side.map(({ value }) => value)) as [number[], number[]];
  const differences = differencesOf({ baseline, candidate });
  const samples = differences ? [differences] : sides;
  const distances = samples.map(distancesFromCommon);
  if (distances.some((some) => some === null)) return null;
  const height = worst === null ? Infinity : Math.max(...sides.map((side) => Math.abs(worst - mean(side))));
  const fallen = distances.map((some) => fallenRuns(some!, height));
  return {
    n: Math.min(...samples.map((some) => some.length)),
    common: differences ? median(differences) : median(sides[1]) - median(sides[0]),
    fallen: Math.max(...fallen),
    height,
  };
}

/** Null unless more than half have no distance. */
function distancesFromCommon(values: readonly number[]): number[] | null {
  const common = median(values);
  const distances = values.map((value) => Math.abs(value - common));
  return 2 * distances.filter((distance) => distance === 0).length > values.length ? distances : null;
}

/**
 * Each distance as a part of a whole fall, rounded up: a sum of parts spreads less than whole falls of the same mean do
 * (W. Hoeffding, "Probability inequalities for sums of bounded random variables", J. American Statistical Association 58,
 * 1963), so that the binomial tail errs on the safe side.
 */
function fallenRuns(distances: readonly number[], height: number): number {
  const sum = distances.reduce((total, distance) => total + distance, 0);
  return sum === 0 ? 0 : Math.max(1, Math.ceil(height === 0 ? 1 : sum / height));
}

/** The share of fallen runs that takes the mean from the common difference to the margin. */
const shareAtMargin = ({ common, height }: Ceiling, margin: number): number =>
  Math.max(0, Math.min(1, (margin - Math.abs(common)) / height));

/** p against "so many of the runs fall that the mean differs by the margin": how likely so few were to be seen. */
export function ceilingP(ceiling: Ceiling, margin: number): number {
  return binomialLowerTail(ceiling.fallen, ceiling.n, shareAtMargin(ceiling, margin));
}

/** The largest difference of the means that is not excluded at `alpha`. */
export function ceilingMargin({ n, common, fallen, height }: Ceiling, alpha: number): number {
  return Math.abs(common) + largestShare(fallen, n, alpha) * height;
}

/** How likely `further` more pairs are to exclude the margin, where runs fall as often as was seen. */
export function ceilingPower(ceiling: Ceiling, margin: number, alpha: number, further: number): number {
  const share = shareAtMargin(ceiling, margin);
  if (share <= 0) return 0;
  const n = ceiling.n + further;
  const most = share >= 1 ? n - 1 : largestCount(n, share, alpha);
  return binomialLowerTail(most, n, ceiling.fallen / ceiling.n);
}
