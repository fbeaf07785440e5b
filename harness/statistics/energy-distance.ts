/**
 * Energy distance of points in the plane to the standard normal N(0, I), in its squared form (G. J. Székely and M. L.
 * Rizzo, "Testing for equal distributions in high dimension", InterStat 5, 2004, and "Energy statistics: a class of
 * statistics based on distances", Journal of Statistical Planning and Inference 143, 2013).
 */
import { standardNormal } from "../engine/stateless-normal.ts";

/** E‖Z − Z'‖ of two independent standard normals in the plane: the mean of a Rayleigh variable of scale √2. */
const NORMAL_TO_NORMAL = Math.sqrt(Math.PI);
/** Above this ‖a‖²/2 the asymptotic series is exact to double precision, below it Kummer's series does not overflow. */
const ASYMPTOTIC = 50;

/**
 * E‖a − Z‖ for a point at distance `r` from the origin and Z standard normal in the plane: the mean of a Rice variable,
 * √(π/2) · M(−1/2; 1; −r²/2) with Kummer's function M. By M(a; b; −u) = e^(−u) M(b − a; b; u) (DLMF 13.2.39) every term is
 * positive; for a large r by the asymptotic series (DLMF 13.7.2).
 */
export function meanDistanceToNormal(r: number): number {
  const u = r ** 2 / 2;
  let [term, sum] = [1, 1];
  if (u > ASYMPTOTIC) {
    // √(π/2) · √u / Γ(3/2) = √(2u) = r.
    for (let k = 1; Math.abs(term) > Number.EPSILON; k++) {
      term *= (k - 1.5) ** 2 / (k * u);
      sum += term;
    }
    return r * sum;
  }
  for (let k = 1; term > Number.EPSILON * sum; k++) {
    term *= ((k + 0.5) * u) / k ** 2;
    sum += term;
  }
  return Math.sqrt(Math.PI / 2) * Math.exp(-u) * sum;
}

/**
 * 2 E‖a − Z‖ − E‖Z − Z'‖ − E‖a − a'‖ over the points a [n, 2] (each pair in both orders, a point with itself included: never
 * below 0), Z and Z' standard normal and exact, no draws. In the unit of the points; 0 only for the normal itself. For n
 * draws of the normal its expectation is √π / n. NaN for a point that is not finite.
 */
export function energyToNormal(points: Float32Array): number {
  const n = points.length / 2;
  const x = Float64Array.from({ length: n }, (_, i) => points[2 * i]!);
  const y = Float64Array.from({ length: n }, (_, i) => points[2 * i + 1]!);
  let toNormal = 0;
  let pairs = 0;
  for (let i = 0; i < n; i++) {
    const [xi, yi] = [x[i]!, y[i]!];
    toNormal += meanDistanceToNormal(Math.sqrt(xi * xi + yi * yi));
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [xi - x[j]!, yi - y[j]!];
      pairs += Math.sqrt(dx * dx + dy * dy);
    }
  }
  return (2 * toNormal) / n - NORMAL_TO_NORMAL - (2 * pairs) / n ** 2;
}

const NULL_SAMPLES = 999;
const NULL_SIZE = 500;
/** Fixed, so that every run is set beside the same null ("ener", "null" in ASCII). */
const NULL_KEY = [0x656e6572, 0x6e756c6c] as const;
let nullOnce: Float64Array | undefined;

/**
 * n · energyToNormal of n draws of the normal itself, [999] in rising order. It hardly depends on n (its limit is a weighted sum
 * of χ² variables, its mean is √π for every n), so samples of 500 stand for those of any larger n.
 */
function scaledNull(): Float64Array {
  nullOnce ??= Float64Array.from({ length: NULL_SAMPLES }, (_, i) => {
    const draws = standardNormal(2 * NULL_SIZE, [NULL_KEY[0] + i, NULL_KEY[1]]);
    return NULL_SIZE * energyToNormal(draws);
  }).sort();
  return nullOnce;
}

export interface NormalityTest {
  readonly energy: number;
  /** Monte Carlo p of the points being draws of N(0, I): (b + 1) / 1,000, b of 999 null samples at least as far away. */
  readonly p: number;
  /** The 95 % point of the energy of as many draws of N(0, I). */
  readonly null95: number;
}

/**
 * Are the points [n, 2] draws of N(0, I)? One-sample energy test (G. J. Székely and M. L. Rizzo, "A new test for
 * multivariate normality", Journal of Multivariate Analysis 93, 2005), here with the mean and covariance known.
 */
export function energyTest(points: Float32Array): NormalityTest {
  const n = points.length / 2;
  const energy = energyToNormal(points);
  const scaled = scaledNull();
  const above = scaled.filter((value) => value >= n * energy).length;
  return {
    energy,
    p: Number.isNaN(energy) ? Number.NaN : (above + 1) / (NULL_SAMPLES + 1),
    null95: scaled[Math.ceil(0.95 * (NULL_SAMPLES + 1)) - 1]! / n,
  };
}
