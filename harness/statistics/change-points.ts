/**
 * Where a sequence of samples changes its distribution: E-divisive (D. S. Matteson and N. A. James, "A nonparametric
 * approach for multiple change point analysis of multivariate data", Journal of the American Statistical Association 109,
 * 2014), hierarchical, with the energy distance of exponent 1. Used on benchmarks of software as in D. Daly et al., "The
 * use of change point detection to identify software performance regressions in a continuous integration system" (ICPE
 * 2020). Changes lie between samples only.
 */
import type { Words2 } from "../philox.ts";
import { midranks } from "./ranks.ts";
import { DEFAULT_KEY, type Stream, stream } from "./stream.ts";

const RESAMPLES = 1_999;

export interface ChangePoint {
  /** The first sample after the change, from 1 on. */
  readonly at: number;
  /** Permutation p of the split within its segment: (b + 1)/2,000. */
  readonly p: number;
}

/**
 * The changes among samples, each of one value or more; ±Infinity makes all of them ranks. Segments are split at the most
 * divergent place, the most divergent segment first, as long as p ≤ `alpha`: with no change at all a first split is found
 * in at most that share of sequences of exchangeable values.
 */
export function changePoints(
  samples: readonly (readonly number[])[],
  alpha: number,
  key: Words2 = DEFAULT_KEY,
): ChangePoint[] {
  if (samples.some((sample) => sample.length === 0 || sample.some(Number.isNaN)))
    throw new RangeError("every sample of a sequence needs a value, and none may be NaN");
  const flat = samples.flat();
  const values = flat.every(Number.isFinite) ? flat : midranks(flat);
  const starts = samples.map((_, i) => samples.slice(0, i).reduce((sum, one) => sum + one.length, 0));
  const bounds = [...starts, values.length];
  const found: ChangePoint[] = [];
  let segments = [{ from: 0, to: samples.length }];
  const draws = stream(key);
  while (segments.length > 0) {
    const splits = segments.map(({ from, to }) => bestSplit(values, bounds, from, to));
    const best = splits.indexOf(splits.reduce((a, b) => (b.divergence > a.divergence ? b : a)));
    const { at, divergence } = splits[best]!;
    if (!(divergence > 0)) break;
    const p = permutationP(values, bounds, segments, divergence, draws);
    if (p > alpha) break;
    found.push({ at, p });
    const { from, to } = segments[best]!;
    segments = segments.toSpliced(best, 1, { from, to: at }, { from: at, to });
  }
  return found.sort((a, b) => a.at - b.at);
}

interface Split {
  readonly at: number;
  readonly divergence: number;
}

/** The most divergent split of samples `from` … `to` − 1 that leaves two values or more on each side. */
function bestSplit(values: readonly number[], bounds: readonly number[], from: number, to: number): Split {
  const [low, high] = [bounds[from]!, bounds[to]!];
  let best: Split = { at: -1, divergence: Number.NEGATIVE_INFINITY };
  for (let at = from + 1; at < to; at++) {
    const middle = bounds[at]!;
    if (middle - low < 2 || high - middle < 2) continue;
    const divergence = divergenceOf(values.slice(low, middle), values.slice(middle, high));
    if (divergence > best.divergence) best = { at, divergence };
  }
  return best;
}

/** nm/(n + m) · (2 E|X − Y| − E|X − X'| − E|Y − Y'|), with the means over distinct pairs (equations 5 and 6). */
export function divergenceOf(x: readonly number[], y: readonly number[]): number {
  const [n, m] = [x.length, y.length];
  const within = (side: readonly number[]): number => {
    // Σ over pairs of sorted values: each lies above as many as come before it.
    const sorted = [...side].sort((a, b) => a - b);
    return sorted.reduce((sum, value, i) => sum + value * (2 * i - sorted.length + 1), 0);
  };
  const [inX, inY] = [within(x), within(y)];
  const between = within([...x, ...y]) - inX - inY;
  return ((n * m) / (n + m)) * ((2 * between) / (n * m) - (2 * inX) / (n * (n - 1)) - (2 * inY) / (m * (m - 1)));
}

/** How often values that are permuted within their segments split at least as far. */
function permutationP(
  values: readonly number[],
  bounds: readonly number[],
  segments: readonly { readonly from: number; readonly to: number }[],
  divergence: number,
  { below }: Stream,
): number {
  const shuffled = [...values];
  // Rounding of sums of other orders.
  const reached = divergence - 1e-10 * values.reduce((sum, value) => sum + Math.abs(value), 0);
  let count = 0;
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let most = Number.NEGATIVE_INFINITY;
    for (const { from, to } of segments) {
      for (let i = bounds[to]! - 1; i > bounds[from]!; i--) {
        const j = bounds[from]! + below(i - bounds[from]! + 1);
        [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
      }
      most = Math.max(most, bestSplit(shuffled, bounds, from, to).divergence);
    }
    if (most >= reached) count++;
  }
  return (count + 1) / (RESAMPLES + 1);
}
