/**
 * Permutation tests (E. J. G. Pitman, 1937): exact by enumeration where that is cheap, seeded Monte Carlo above with
 * p = (b + 1)/(m + 1) (B. Phipson and G. K. Smyth, "Permutation p-values should never be zero", Statistical Applications
 * in Genetics and Molecular Biology 9, 2010). Two-sided on the absolute statistic.
 */
import type { Words2 } from "../random/philox.ts";
import { mean, requireFinite } from "./descriptive.ts";
import { midranks, signedRanks } from "./ranks.ts";
import { DEFAULT_KEY, stream } from "./stream.ts";

/** Most splits that are enumerated: 20 choose 10, two arms of ten. */
export const EXACT_LIMIT = 184_756;
/** Resamples of a Monte Carlo test unless the caller asks for more: p is then never below 1/20,000. */
const RESAMPLES = 19_999;
/** Rounding of products of a squared sum and a squared error, of values whose squares sum to 1. */
const ROUNDING = 1e-13;

export interface PermutationTest {
  readonly p: number;
  readonly exact: boolean;
  /** Splits enumerated, or resamples drawn plus the observed one. p is never below 1/splits. */
  readonly splits: number;
}

/**
 * Resamples with which p can come to a tenth of `level`, 19,999 at least. A test that draws fewer than 1/level can never
 * be significant, whatever the data.
 */
export const resamplesFor = (level: number): number => Math.max(RESAMPLES, Math.ceil(10 / level) - 1);

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

/** Whether a split is as extreme as the observed one, from its first arm's sum and sum of squares; two-sided. */
type Extreme = (sum: number, squares: number) => boolean;

/** Number of subsets of size `size` that are `extreme`. */
function countSubsets(values: Float64Array, size: number, extreme: Extreme): number {
  const n = values.length;
  let count = 0;
  function descend(from: number, left: number, sum: number, squares: number): void {
    if (left === 1) {
      for (let i = from; i < n; i++) if (extreme(sum + values[i]!, squares + values[i]! ** 2)) count++;
      return;
    }
    for (let i = from; i <= n - left; i++) descend(i + 1, left - 1, sum + values[i]!, squares + values[i]! ** 2);
  }
  // Arms as large as each other: a split and its mirror image are extreme together, so those that hold the first value do.
  if (2 * size === n && size > 1) {
    descend(1, size - 1, values[0]!, values[0]! ** 2);
    return 2 * count;
  }
  descend(0, size, 0, 0);
  return count;
}

/** Share of the splits of `values` into a first arm of `size` and the rest that are `extreme`. */
function splitTest(
  values: Float64Array,
  size: number,
  extreme: Extreme,
  key: Words2,
  resamples: number,
): PermutationTest {
  const total = choose(values.length, size);
  if (total <= EXACT_LIMIT) return { p: countSubsets(values, size, extreme) / total, exact: true, splits: total };
  const { below } = stream(key);
  const shuffled = values.slice();
  let count = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < size; i++) {
      const j = i + below(shuffled.length - i);
      const drawn = shuffled[j]!;
      shuffled[j] = shuffled[i]!;
      shuffled[i] = drawn;
      sum += drawn;
      squares += drawn ** 2;
    }
    if (extreme(sum, squares)) count++;
  }
  return { p: (count + 1) / (resamples + 1), exact: false, splits: resamples + 1 };
}

/**
 * Both samples minus their common mean, the smaller one first. One of the values is subtracted first: differences of
 * close values are exact, so a large offset costs no digits.
 */
function pooled(first: readonly number[], second: readonly number[]): readonly [Float64Array, number] {
  requireFinite(first, "The first sample");
  requireFinite(second, "The second sample");
  const [small, large] = first.length <= second.length ? [first, second] : [second, first];
  const near = [...small, ...large].map((value) => value - small[0]!);
  const centre = mean(near);
  return [Float64Array.from(near, (value) => value - centre), small.length];
}

/**
 * Are the means of two independent samples equal? Studentised permutation: every split of the pooled values is as likely
 * if nothing differs, and a split is extreme where its Welch |t| is at least the observed one. Exact at every n where the
 * distributions are equal, and right in the limit where only the means are (A. Janssen, "Studentized permutation tests for
 * non-i.i.d. hypotheses", Statistics & Probability Letters 36, 1997; E. Chung and J. P. Romano, "Exact and asymptotically
 * robust permutation tests", Annals of Statistics 41, 2013); the difference of means alone is not where the SDs and the ns
 * differ (in arms of equal size both rank the splits alike, and the test is the same). A split into two constant arms of different values has t = ±Infinity, equal values throughout have t = 0 and
 * p = 1. An arm of one value has no variance: the pooled one stands in.
 */
export function permutationTest(
  first: readonly number[],
  second: readonly number[],
  key: Words2 = DEFAULT_KEY,
  resamples = RESAMPLES,
): PermutationTest {
  const [centred, size] = pooled(first, second);
  const root = Math.hypot(...centred);
  // Scaled to a sum of squares of 1, so that one tolerance tells ties from rounding at every scale.
  const values = root === 0 ? centred : centred.map((value) => value / root);
  const rest = values.length - size;
  /** Squared standard error of the difference of means of a split; the pooled values sum to 0, their squares to 1. */
  const squaredError = (sum: number, squares: number): number => {
    const own = squares - sum ** 2 / size;
    const other = 1 - squares - sum ** 2 / rest;
    return size === 1
      ? ((own + other) / Math.max(1, rest - 1)) * (1 + 1 / rest)
      : own / (size - 1) / size + other / (rest - 1) / rest;
  };
  const arm = values.subarray(0, size);
  const observed = arm.reduce((sum, value) => sum + value, 0);
  const error = squaredError(
    observed,
    arm.reduce((sum, value) => sum + value ** 2, 0),
  );
  // t² ≥ t₀² multiplied out, since a standard error may be 0; the difference of means is the sum times a constant.
  const extreme: Extreme = (sum, squares) => sum ** 2 * error >= observed ** 2 * squaredError(sum, squares) - ROUNDING;
  return splitTest(values, size, extreme, key, resamples);
}

/** Is the mean of paired differences zero? Every sign of every difference is as likely if nothing differs. */
export function signFlipTest(
  differences: readonly number[],
  key: Words2 = DEFAULT_KEY,
  resamples = RESAMPLES,
): PermutationTest {
  requireFinite(differences, "The paired differences");
  const n = differences.length;
  const bound = threshold(
    differences.reduce((sum, value) => sum + value, 0),
    differences,
  );
  const total = 2 ** n;
  if (total <= EXACT_LIMIT) {
    const sums = sumsUpToSign(differences);
    let extreme = 0;
    for (const sum of sums) if (Math.abs(sum) >= bound) extreme++;
    return { p: extreme / sums.length, exact: true, splits: total };
  }
  const asked = [key, resamples, differences].join(";");
  const known = flipTests.get(asked);
  if (known) return known;
  const { word } = stream(key);
  const sums = signedSums(differences);
  let extreme = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    let bits = 0;
    for (let eight = 0; 8 * eight < n; eight++) {
      bits = eight % 4 === 0 ? word() : bits >>> 8;
      sum += sums[256 * eight + (bits & 255)]!;
    }
    if (Math.abs(sum) >= bound) extreme++;
  }
  const test = { p: (extreme + 1) / (resamples + 1), exact: false, splits: resamples + 1 };
  if (flipTests.size === KEPT) flipTests.delete(flipTests.keys().next().value!);
  flipTests.set(asked, test);
  return test;
}

/** Sums of the values from left to right under every sign of each but the first: the other sums are these with the sign changed. */
function sumsUpToSign([first = 0, ...others]: readonly number[]): Float64Array {
  const sums = new Float64Array(2 ** others.length);
  sums[0] = first;
  others.forEach((value, i) => {
    const half = 2 ** i;
    for (let at = 0; at < half; at++) {
      sums[half + at] = sums[at]! - value;
      sums[at] = sums[at]! + value;
    }
  });
  return sums;
}

/** The latest Monte Carlo tests by what was asked: readings that differ elsewhere ask for the same one again. */
const KEPT = 32;
const flipTests = new Map<string, PermutationTest>();

/** Sums of each eight values in turn under each of their 256 signs: entry 256 · eight + bits, where bit i turns value i. */
function signedSums(values: readonly number[]): Float64Array {
  const sums = new Float64Array(256 * Math.ceil(values.length / 8));
  for (let at = 0; at < sums.length; at++)
    for (let i = 0; i < 8; i++) {
      const value = values[8 * (at >> 8) + i] ?? 0;
      sums[at] = sums[at]! + ((at >> i) & 1 ? -value : value);
    }
  return sums;
}

/** Mann–Whitney (Wilcoxon rank sum) as a permutation test of midranks: exact with ties, and ±Infinity is a value. */
export function rankSumTest(
  first: readonly number[],
  second: readonly number[],
  key: Words2 = DEFAULT_KEY,
  resamples = RESAMPLES,
): PermutationTest {
  const ranks = midranks([...first, ...second]);
  const [values, size] = pooled(ranks.slice(0, first.length), ranks.slice(first.length));
  // Centred ranks sum to 0, so |difference of mean ranks| rises with |sum of either arm|.
  const observed = values.subarray(0, size).reduce((sum, value) => sum + value, 0);
  const bound = threshold(observed, [...values]);
  return splitTest(values, size, (sum) => Math.abs(sum) >= bound, key, resamples);
}

/** Wilcoxon signed rank as a sign-flip test of signed midranks; ±Infinity is a value. */
export function signedRankTest(
  differences: readonly number[],
  key: Words2 = DEFAULT_KEY,
  resamples = RESAMPLES,
): PermutationTest {
  return signFlipTest(signedRanks(differences), key, resamples);
}
