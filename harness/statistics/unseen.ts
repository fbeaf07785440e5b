/**
 * Units that agree have no spread to judge by: ten runs that all cover nine modes do not show that the eleventh does, and
 * no t test notices. The binomial bounds the share of units elsewhere: none or few of n units were, so a larger share
 * is excluded (`binomial.ts`). Such a share moves a mean by at most its product with the largest move of one unit.
 */
import { binomialLowerTail, largestCount, largestShare } from "./binomial.ts";
import { mean, requireFinite } from "./descriptive.ts";
import { latticeStep } from "./lattice.ts";

/** Units of which few or none lie elsewhere on one side. */
export interface Unseen {
  /** Number of units. */
  readonly n: number;
  /** Units seen elsewhere on this side, as whole moves by `reach`, rounded up. */
  readonly seen: number;
  /** The largest move of one unit, in the unit of the metric; Infinity without a bound. */
  readonly reach: number;
}

/** The share of units elsewhere, 0 to 1, that moves the mean by `room`. */
function shareAt(reach: number, room: number): number {
  if (room <= 0) return 0;
  return room >= reach ? 1 : room / reach;
}

/** p against "a share of units elsewhere moves the mean by `room` or more": P(X ≤ seen) of a binomial at that share. */
export function unseenP({ n, seen, reach }: Unseen, room: number): number {
  return reach === 0 && room > 0 ? 0 : binomialLowerTail(seen, n, shareAt(reach, room));
}

/** The largest move of the mean that the units do not exclude at `alpha`, one-sided, in the unit of the metric. */
export function largestMove({ n, seen, reach }: Unseen, alpha: number): number {
  return reach === 0 ? 0 : largestShare(seen, n, alpha) * reach;
}

/** Probability that `further` more units exclude a move by `room` at `alpha`, if the share elsewhere is as seen. */
export function unseenPower({ n, seen, reach }: Unseen, room: number, alpha: number, further: number): number {
  if (room <= 0) return 0;
  if (reach === 0) return 1;
  const share = shareAt(reach, room);
  if (share === 0) return 0;
  const units = n + further;
  const most = share === 1 ? units - 1 : largestCount(units, share, alpha);
  return binomialLowerTail(most, units, seen / n);
}

/** A sample whose values agree. */
export interface Agreement {
  /** Mean of the agreeing values. */
  readonly centre: number;
  /** Step of the lattice of the agreeing values; 0 if they are all equal. */
  readonly step: number;
  /** Distances of the other values from `centre`, negative below it. */
  readonly elsewhere: readonly number[];
}

/** The least share of a sample that must jitter: at most a quarter may lie elsewhere. */
const JITTER = 3 / 4;
/** Fewer values may lie on a lattice by chance; two always do. */
const FEWEST_ON_LATTICE = 4;
/** Maximal distance to `reach`, in steps, of a coarse metric: 25 modes are coarse, errors of 10,000 images are not. */
const COARSE = 128;
/** Largest distance of jitter from the median, relative to `reach`, on a coarse metric; two humps lie farther apart. */
const NEAR = 1 / 4;
/** Largest distance of jitter from the median on other metrics, in steps. */
const STEPS = 2;

/**
 * Values whose variance says nothing about unseen units, or null. A sample agrees if
 * - more than half of its values are equal, or
 * - three quarters of its values, at least 4, jitter: they lie on a lattice (`lattice.ts`), within a quarter of `reach`
 *   from the median for coarse metrics such as counts of 25 modes, else within two steps. Values of a continuous metric
 *   lie on no such lattice: their spread is assumed to equal the spread of future units.
 * `reach` is the distance to the worst value, Infinity without one. The thresholds are our choice.
 * @param rounding largest difference of equal values, in the unit of the metric
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
 * Distances as a number of whole moves by `reach`, rounded up: a sum of partial moves varies less than whole moves with
 * the same mean (W. Hoeffding, "Probability inequalities for sums of bounded random variables", J. American Statistical
 * Association 58, 1963), so the binomial tail is conservative.
 */
export function wholeMoves(distances: readonly number[], reach: number): number {
  const sum = distances.reduce((total, distance) => total + Math.abs(distance), 0);
  // The small tolerance keeps whole moves whole despite rounding.
  return sum === 0 ? 0 : Math.max(1, reach === 0 ? distances.length : Math.ceil(sum / reach - 1e-9));
}
