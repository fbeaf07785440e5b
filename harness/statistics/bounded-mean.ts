/**
 * Tests whether the mean of a variable with a floor exceeds a bound, from few values: N. Gaffke's third test ("Three
 * test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable", Mathematical Methods of
 * Statistics 14, 2005). One unseen value is added at the floor, and p is the probability that a weighted mean of all
 * values is at or below the bound, with weights uniform on the simplex (Dirichlet with parameters 1).
 *
 * - Values that are either one number or the floor give the binomial tail of Clopper and Pearson, which is exact.
 * - With no value below the bound, p is the product of (bound − floor)/(value − floor), by Markov's inequality at most the
 *   level for any distribution.
 * - In general no distribution is known for which the test exceeds its level (E. Learned-Miller and P. S. Thomas, "A
 *   new confidence interval for the mean of a bounded random variable", arXiv:1905.06208, 2019); a proof is missing.
 */
import { requireFinite } from "./descriptive.ts";

/** A value minus the bound, in units of the distance from floor to bound, and the number of equal values. */
interface Weighted {
  readonly rise: number;
  readonly count: number;
}

/**
 * p against "the mean is at or below `bound`", for values of a variable at or above `floor`; with a floor of −Infinity
 * nothing can be shown (p = 1). Each value counts `copies` times, which may be a fraction (for planning).
 */
export function meanAboveTest(values: readonly number[], floor: number, bound: number, copies = 1): number {
  requireFinite(values);
  if (floor === Number.NEGATIVE_INFINITY) return 1;
  const depth = bound - floor;
  if (depth < 0) return 0;
  if (values.every((value) => value <= bound)) return 1;
  if (depth === 0) return 0;
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + copies);
  const rises = [...counts].map(([value, count]) => ({ rise: (value - bound) / depth, count }));
  return Math.min(1, negativeProbability([...rises, { rise: -1, count: 1 }]));
}

/** Step of the trapezoid rule in t, with u = width · sinh t: relative error about 1e-11 for up to 5,000 values. */
const STEP = 0.1;
/** Terms below this fraction of the first one are omitted. */
const NEGLIGIBLE = 1e-15;

/**
 * P(Σ rise · G ≤ 0) for independent G ~ Γ(count, 1): a mean with Dirichlet weights is such a sum over Σ G. Some rises are
 * positive, some negative. Computed by the inverse Laplace transform of E exp(−sΣ) = Π (1 + s · rise)^−count, on a
 * contour through the saddle point `s` of the integrand (H. E. Daniels, "Tail probability approximations",
 * International Statistical Review 55, 1987), which keeps the digits of small probabilities.
 */
function negativeProbability(terms: readonly Weighted[]): number {
  const s = saddlePoint(terms);
  const curvature = terms.reduce((sum, { rise, count }) => sum + count * (rise / (1 + s * rise)) ** 2, 1 / s ** 2);
  const width = 1 / Math.sqrt(curvature);
  /** Logarithm of the integrand's modulus at s + iu, and its phase. */
  const at = (u: number): readonly [size: number, phase: number] => {
    let size = -Math.log(s ** 2 + u ** 2) / 2;
    let phase = -Math.atan2(u, s);
    for (const { rise, count } of terms) {
      const [real, imaginary] = [1 + s * rise, u * rise];
      size -= (count / 2) * Math.log(real ** 2 + imaginary ** 2);
      phase -= count * Math.atan2(imaginary, real);
    }
    return [size, phase];
  };
  const [peak] = at(0);
  let sum = 0.5;
  for (let t = STEP; ; t += STEP) {
    const [size, phase] = at(width * Math.sinh(t));
    const term = Math.exp(size - peak) * Math.cosh(t);
    if (term < NEGLIGIBLE) break;
    sum += term * Math.cos(phase);
  }
  return (Math.exp(peak) * width * STEP * Math.max(0, sum)) / Math.PI;
}

/** The s > 0 that minimizes Π (1 + s · rise)^−count / s, by bisection: its logarithm is convex. */
function saddlePoint(terms: readonly Weighted[]): number {
  let low = 0;
  let high = 1 / Math.max(...terms.map(({ rise }) => -rise));
  for (let halving = 0; halving < 60; halving++) {
    const s = (low + high) / 2;
    const slope = terms.reduce((sum, { rise, count }) => sum - (count * rise) / (1 + s * rise), -1 / s);
    if (slope < 0) low = s;
    else high = s;
  }
  return (low + high) / 2;
}
