/**
 * Permutation tests of a difference of means (E. J. G. Pitman, 1937): exact by enumeration where that is cheap, seeded
 * Monte Carlo above with p = (b + 1)/(m + 1) (B. Phipson and G. K. Smyth, "Permutation p-values should never be zero",
 * Statistical Applications in Genetics and Molecular Biology 9, 2010). Two-sided on the absolute difference.
 */
import type { Words2 } from "../philox.ts";
import { mean, requireFinite } from "./descriptive.ts";
import { midranks, signedRanks } from "./ranks.ts";
import { DEFAULT_KEY, stream } from "./stream.ts";

/** Most splits that are enumerated: 20 choose 10, two arms of ten. */
export const EXACT_LIMIT = 184_756;
const RESAMPLES = 19_999;

export interface PermutationTest {
  readonly p: number;
  readonly exact: boolean;
  /** Splits enumerated, or resamples drawn plus the observed one. p is never below 1/splits. */
  readonly splits: number;
}

/** n choose k; exact far beyond what we enumerate. */
export function choose(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) result = (result * (n - Math.min(k, n - k) + i)) / i;
  return Math.round(result);
}

/** Sums that differ by rounding alone count as ties. */
function threshold(observed: number, values: readonly number[]): number {
  return Math.abs(observed) - 1e-10 * values.reduce((sum, value) => sum + Math.abs(value), 0);
}

/** Number of subsets of size `size` whose sum is, in absolute value, at least `bound`. */
function countSubsets(values: Float64Array, size: number, bound: number): number {
  const n = values.length;
  let count = 0;
  function descend(from: number, left: number, sum: number): void {
    if (left === 1) {
      for (let i = from; i < n; i++) if (Math.abs(sum + values[i]!) >= bound) count++;
      return;
    }
    for (let i = from; i <= n - left; i++) descend(i + 1, left - 1, sum + values[i]!);
  }
  descend(0, size, 0);
  return count;
}

/** Are the means of two independent samples equal? Every split of the pooled values is as likely if nothing differs. */
export function permutationTest(
  first: readonly number[],
  second: readonly number[],
  key: Words2 = DEFAULT_KEY,
): PermutationTest {
  requireFinite(first, "The first sample");
  requireFinite(second, "The second sample");
  const pooled = [...first, ...second];
  const centre = mean(pooled);
  // Centred values sum to 0, so |difference of means| rises with |sum of either arm|: sum over the smaller one.
  const values = Float64Array.from(pooled, (value) => value - centre);
  const arm = first.length <= second.length ? values.subarray(0, first.length) : values.subarray(first.length);
  const bound = threshold(
    arm.reduce((sum, value) => sum + value, 0),
    [...values],
  );
  const total = choose(pooled.length, arm.length);
  if (total <= EXACT_LIMIT) return { p: countSubsets(values, arm.length, bound) / total, exact: true, splits: total };
  const { below } = stream(key);
  const shuffled = values.slice();
  let extreme = 0;
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    for (let i = 0; i < arm.length; i++) {
      const j = i + below(shuffled.length - i);
      const drawn = shuffled[j]!;
      shuffled[j] = shuffled[i]!;
      shuffled[i] = drawn;
      sum += drawn;
    }
    if (Math.abs(sum) >= bound) extreme++;
  }
  return { p: (extreme + 1) / (RESAMPLES + 1), exact: false, splits: RESAMPLES + 1 };
}

/** Is the mean of paired differences zero? Every sign of every difference is as likely if nothing differs. */
export function signFlipTest(differences: readonly number[], key: Words2 = DEFAULT_KEY): PermutationTest {
  requireFinite(differences, "The paired differences");
  const n = differences.length;
  const bound = threshold(
    differences.reduce((sum, value) => sum + value, 0),
    differences,
  );
  const total = 2 ** n;
  if (total <= EXACT_LIMIT) {
    let extreme = 0;
    for (let signs = 0; signs < total; signs++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (signs >> i) & 1 ? -differences[i]! : differences[i]!;
      if (Math.abs(sum) >= bound) extreme++;
    }
    return { p: extreme / total, exact: true, splits: total };
  }
  const { word } = stream(key);
  let extreme = 0;
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    let bits = 0;
    for (let i = 0; i < n; i++) {
      if (i % 32 === 0) bits = word();
      sum += (bits >>> (i % 32)) & 1 ? -differences[i]! : differences[i]!;
    }
    if (Math.abs(sum) >= bound) extreme++;
  }
  return { p: (extreme + 1) / (RESAMPLES + 1), exact: false, splits: RESAMPLES + 1 };
}

/** Mann–Whitney (Wilcoxon rank sum) as a permutation test of midranks: exact with ties, and ±Infinity is a value. */
export function rankSumTest(
  first: readonly number[],
  second: readonly number[],
  key: Words2 = DEFAULT_KEY,
): PermutationTest {
  const ranks = midranks([...first, ...second]);
  return permutationTest(ranks.slice(0, first.length), ranks.slice(first.length), key);
}

/** Wilcoxon signed rank as a sign-flip test of signed midranks; ±Infinity is a value. */
export function signedRankTest(differences: readonly number[], key: Words2 = DEFAULT_KEY): PermutationTest {
  return signFlipTest(signedRanks(differences), key);
}
