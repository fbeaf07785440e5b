/**
 * Power of t tests, and how many further replicates would decide. With S the estimated over the true standard error,
 * df · S² ~ χ²(df) independent of the estimate, so a power is a normal probability averaged over S: this is the
 * noncentral t (and, for two one-sided tests, Owen's Q: K. F. Phillips, J. Pharmacokinetics and Biopharmaceutics 18,
 * 1990), by Simpson's rule. With unequal variances df is Welch's.
 */
import { EXIT, HarnessError } from "../errors.ts";
import { normalCdf, tQuantile } from "./distributions.ts";
import { type Contrast, degreesOfFreedom, standardError } from "./welch.ts";

/**
 * Mean of f(S) over S = sqrt(χ²(df)/df), of density ∝ s^(df − 1) exp(−df s²/2). In r with s = r³ the density is
 * ∝ r^(3 df − 1) …, smooth at 0 for every df ≥ 1; s^(df − 1) is not smooth for 1 < df < 2, as Welch's df may be, and
 * Simpson's rule is inaccurate there.
 */
function averageOverScale(df: number, f: (scale: number) => number): number {
  const steps = 2 * Math.ceil(500 + 1000 / df ** 2); // few degrees of freedom: a wide range and a steep critical t
  const reach = 10 / Math.sqrt(2 * df);
  const low = Math.cbrt(Math.max(0, 1 - reach));
  const width = (Math.cbrt(1 + reach) - low) / steps;
  let weighted = 0;
  let weights = 0;
  for (let i = 0; i <= steps; i++) {
    const root = low + i * width;
    const scale = root ** 3;
    const density = Math.exp((3 * df - 1) * Math.log(root) - (df * (scale ** 2 - 1)) / 2);
    const weight = density * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2);
    weighted += weight * f(scale);
    weights += weight;
  }
  return weighted / weights;
}

/** Power of the two-sided t test to reject 0 if the contrast's value and variances were the truth. */
export function differencePower(contrast: Contrast, alpha = 0.05): number {
  const error = standardError(contrast);
  if (error === 0) return contrast.value === 0 ? 0 : 1;
  const df = degreesOfFreedom(contrast);
  const critical = tQuantile(1 - alpha / 2, df);
  const shift = contrast.value / error;
  return averageOverScale(df, (scale) => normalCdf(shift - critical * scale) + normalCdf(-shift - critical * scale));
}

/** Φ(distance / error); without error a step. */
function reach(distance: number, error: number): number {
  return error === 0 ? Number(distance > 0) : normalCdf(distance / error);
}

/**
 * Power to place the contrast wholly beyond `margin` from 0, on the side of its value (see `beyondMargin`). `sampling`
 * is the error of what is drawn anew: less than the standard error where one term is a printed mean, which stays.
 */
export function beyondPower(
  contrast: Contrast,
  margin: number,
  alpha = 0.05,
  sampling = standardError(contrast),
): number {
  const distance = Math.abs(contrast.value) - margin;
  const df = degreesOfFreedom(contrast);
  const threshold = tQuantile(1 - alpha / 2, df) * standardError(contrast);
  return averageOverScale(df, (scale) => reach(distance - threshold * scale, sampling));
}

/**
 * Power to find the contrast different from 0 by the two-sided t test and its estimate beyond `margin`, both on the side
 * of its value: the estimate has to pass the larger of the critical value and the margin.
 */
export function changePower(contrast: Contrast, margin: number, alpha = 0.05): number {
  const error = standardError(contrast);
  const df = degreesOfFreedom(contrast);
  const critical = tQuantile(1 - alpha / 2, df) * error;
  return averageOverScale(df, (scale) => reach(Math.abs(contrast.value) - Math.max(margin, critical * scale), error));
}

/** Power of two one-sided tests at α each to show |contrast| < `margin`; `sampling` as in `beyondPower`. */
export function equivalencePower(
  contrast: Contrast,
  margin: number,
  alpha = 0.05,
  sampling = standardError(contrast),
): number {
  const df = degreesOfFreedom(contrast);
  const threshold = tQuantile(1 - alpha, df) * standardError(contrast);
  return averageOverScale(df, (scale) => {
    const room = margin - threshold * scale;
    return Math.max(0, reach(room - contrast.value, sampling) - reach(-room - contrast.value, sampling));
  });
}

/**
 * The smallest effect ≥ `from` at which a rising `power` reaches `target`, by doubling and bisection to 40 binary
 * digits of the bracket. `scale` > 0 is the first distance; `power` must reach `target`.
 */
export function smallestEffect(power: (effect: number) => number, scale: number, from = 0, target = 0.8): number {
  let width = scale;
  while (power(from + width) < target) width *= 2;
  let [low, high] = [from, from + width];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (power(middle) < target) low = middle;
    else high = middle;
  }
  return high;
}

/** More than anybody will run: beyond it the answer is "no number of replicates". */
const MOST_REPLICATES = 100_000;

/**
 * The smallest number k ≥ 0 of further replicates with `power(k)` ≥ target, by doubling and bisection; null where
 * 100,000 would not do (a margin below the resolution that the printed numbers allow, or no effect at all).
 */
export function furtherReplicates(power: (further: number) => number, target = 0.8): number | null {
  if (!(target > 0 && target < 1))
    throw new HarnessError(`A power must lie between 0 and 1; got ${target}.`, EXIT.cannotJudge);
  if (power(0) >= target) return 0;
  let high = 1;
  while (power(high) < target) {
    if (high >= MOST_REPLICATES) return null;
    high = Math.min(MOST_REPLICATES, high * 2);
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (power(middle) >= target) high = middle;
    else low = middle;
  }
  return high;
}

/** The contrast with `further` more units in its first `growing` terms; the rest are the paper's and stay. */
export function extended(contrast: Contrast, further: number, growing = contrast.terms.length): Contrast {
  return {
    value: contrast.value,
    terms: contrast.terms.map((term, index) => (index < growing ? { ...term, n: term.n + further } : term)),
  };
}

/** Units an arm for a two-sided test of `gap` at `target` power, arms of equal size with these SDs. */
export function unitsPerArm(gap: number, sds: readonly [number, number], target = 0.8, alpha = 0.05): number | null {
  const start: Contrast = { value: gap, terms: sds.map((sd) => ({ variance: sd ** 2, n: 2 })) };
  const further = furtherReplicates((k) => differencePower(extended(start, k), alpha), target);
  return further === null ? null : 2 + further;
}
