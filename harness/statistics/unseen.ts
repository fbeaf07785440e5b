/**
 * Units that agree have no spread to judge by: ten runs that all cover nine modes do not show that the eleventh does, and
 * no t test sees it. The binomial bounds the share of units that lie elsewhere: of n units none, or few, did, so that a
 * larger share is excluded (`binomial.ts`). Such a share moves a mean by at most its product with the distance that one
 * unit can move.
 */
import { binomialLowerTail, largestCount, largestShare } from "./binomial.ts";
import { mean, requireFinite } from "./descriptive.ts";
import { latticeStep } from "./lattice.ts";

/** Units of which few, or none, lie elsewhere on one side. */
export interface Unseen {
  /** Number of units. */
  readonly n: number;
  /** Units that were seen elsewhere on this side, in whole moves by `reach`, rounded up. */
  readonly seen: number;
  /** The distance by which one unit can move the mean of n = 1, in the unit of the metric; Infinity where nothing bounds it. */
  readonly reach: number;
}

/** The share of units elsewhere that moves the mean by `room`, 0 to 1. */
function shareAt(reach: number, room: number): number {
  if (room <= 0) return 0;
  return room >= reach ? 1 : room / reach;
}

/** p against "a share of units lies elsewhere and moves the mean by `room` or more": P(X ≤ seen) of a binomial at that share. */
export function unseenP({ n, seen, reach }: Unseen, room: number): number {
  return reach === 0 && room > 0 ? 0 : binomialLowerTail(seen, n, shareAt(reach, room));
}

/** The largest move of the mean, in the unit of the metric, that the units do not exclude at `alpha`, one-sided. */
export function largestMove({ n, seen, reach }: Unseen, alpha: number): number {
  return reach === 0 ? 0 : largestShare(seen, n, alpha) * reach;
}

/** Probability that `further` more units exclude a move by `room` at `alpha`, where as large a share as was seen lies elsewhere. */
export function unseenPower({ n, seen, reach }: Unseen, room: number, alpha: number, further: number): number {
  if (room <= 0) return 0;
  if (reach === 0) return 1;
  const share = shareAt(reach, room);
  if (share === 0) return 0;
  const units = n + further;
  const most = share === 1 ? units - 1 : largestCount(units, share, alpha);
  return binomialLowerTail(most, units, seen / n);
}

/** A sample that agrees. */
export interface Agreement {
  /** Mean of the values that agree. */
  readonly centre: number;
  /** Step of the lattice that the values which agree are on; 0 where these are all equal. */
  readonly step: number;
  /** Distances of the other values from `centre`, negative below it. */
  readonly elsewhere: readonly number[];
}

/** The share of a sample that has to jitter: a quarter at most lies elsewhere. */
const JITTER = 3 / 4;
/** Fewer values than this on a lattice may be there by chance: two of them always are. */
const FEWEST_ON_LATTICE = 4;
/** A metric is coarse where at most this many steps lie between the values and `reach`: 25 modes are, errors of 10,000 images are not. */
const COARSE = 128;
/** Values of a coarse metric jitter within this share of `reach` of their median; beyond it they are two humps, whose spread is measured. */
const NEAR = 1 / 4;
/** Values of a metric that is not coarse jitter within this number of steps of their median. */
const STEPS = 2;

/**
 * Values whose variance says nothing of the units not seen, or null. A sample agrees where
 * - more than half of its values are equal, or
 * - three quarters of its values, 4 at least, jitter: they lie on a lattice (`lattice.ts`), within a quarter of `reach` of
 *   the median where the metric is coarse, as counts of 25 modes are, else within two steps. Values of a continuous metric
 *   are on no such lattice: that their spread is that of units to come is assumed.
 * `reach` is the distance to the worst value, Infinity where there is none. The numbers are ours.
 * @param rounding values that differ by no more are equal, in the unit of the metric
 */
export function agreementOf(values: readonly number[], reach: number, rounding = 0): Agreement | null {
  requireFinite(values);
  const rising = values.toSorted((a, b) => a - b);
  const median = (rising[(rising.length - 1) >> 1]! + rising[rising.length >> 1]!) / 2;
  const within = (width: number) => (value: number) => Math.abs(value - median) <= width;
  const equal = within(rounding);
  const nearest = values.toSorted((a, b) => Math.abs(a - median) - Math.abs(b - median));
  const core = nearest.slice(0, Math.ceil(JITTER * values.length));
  const step = core.length < FEWEST_ON_LATTICE || core.every(equal) ? null : latticeStep(core);
  if (step !== null) {
    const jitters = within(reach <= COARSE * step ? NEAR * reach : STEPS * step + rounding);
    if (core.every(jitters)) return agreement(values, jitters, step);
  }
  return 2 * values.filter(equal).length > values.length ? agreement(values, equal, 0) : null;
}

function agreement(values: readonly number[], agrees: (value: number) => boolean, step: number): Agreement {
  const centre = mean(values.filter(agrees));
  return { centre, step, elsewhere: values.filter((value) => !agrees(value)).map((value) => value - centre) };
}

/**
 * Distances as a number of whole moves by `reach`, rounded up: a sum of parts spreads less than whole moves of the same
 * mean do (W. Hoeffding, "Probability inequalities for sums of bounded random variables", J. American Statistical
 * Association 58, 1963), so that the binomial tail errs on the safe side.
 */
export function wholeMoves(distances: readonly number[], reach: number): number {
  const sum = distances.reduce((total, distance) => total + Math.abs(distance), 0);
  // Less a trifle: whole moves stay whole through rounding.
  return sum === 0 ? 0 : Math.max(1, reach === 0 ? distances.length : Math.ceil(sum / reach - 1e-9));
}
