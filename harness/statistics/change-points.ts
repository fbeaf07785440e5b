/**
 * Where a sequence of samples changes its distribution: E-divisive (D. S. Matteson and N. A. James, "A nonparametric
 * approach for multiple change point analysis of multivariate data", Journal of the American Statistical Association 109,
 * 2014), hierarchical, with the energy distance of exponent 1. Used on benchmarks of software as in D. Daly et al., "The
 * use of change point detection to identify software performance regressions in a continuous integration system" (ICPE
 * 2020). Changes lie between samples only.
 */
import type { Words2 } from "../random/philox.ts";
import { mean } from "./descriptive.ts";
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
 * What may change places if nothing changed, which is what p counts. "values": every value, of samples whose values are
 * independent. "replicates": the k-th values of all samples among each other, of samples that repeat the same units; what a
 * unit is like is taken out first, each value less the mean of its unit. "samples": whole samples, whose values have
 * something in common.
 */
export type Exchange = "values" | "replicates" | "samples";
type Samples = readonly (readonly number[])[];

/**
 * The changes among samples, each of one value or more; ±Infinity makes all of them ranks. Segments are split at the most
 * divergent place, the most divergent segment first, as long as p ≤ `alpha`: with no change at all a first split is found
 * in at most that share of sequences of what `exchange` says is exchangeable.
 */
export function changePoints(
  samples: Samples,
  alpha: number,
  exchange: Exchange = "values",
  key: Words2 = DEFAULT_KEY,
): ChangePoint[] {
  if (samples.some((sample) => sample.length === 0 || sample.some(Number.isNaN)))
    throw new RangeError("every sample of a sequence needs a value, and none may be NaN");
  const all = comparable(samples, exchange);
  const found: ChangePoint[] = [];
  let segments = [{ from: 0, to: all.length }];
  const draws = stream(key);
  while (segments.length > 0) {
    const parts = segments.map(({ from, to }) => all.slice(from, to));
    const splits = parts.map(bestSplit);
    const best = splits.indexOf(splits.reduce((a, b) => (b.divergence > a.divergence ? b : a)));
    const { after, divergence } = splits[best]!;
    if (!(divergence > 0)) break;
    const p = permutationP(parts, divergence, SHUFFLES[exchange], draws);
    if (p > alpha) break;
    const { from, to } = segments[best]!;
    const at = from + after;
    found.push({ at, p });
    segments = segments.toSpliced(best, 1, { from, to: at }, { from: at, to });
  }
  return found.sort((a, b) => a.at - b.at);
}

/** Numbers where all are finite, else ranks; of replicates what is left without the unit. */
function comparable(samples: Samples, exchange: Exchange): Samples {
  const flat = samples.flat();
  const numbers = flat.every(Number.isFinite) ? samples : refilled(midranks(flat), samples);
  if (exchange !== "replicates" || numbers.length === 0) return numbers;
  if (numbers.some(({ length }) => length !== numbers[0]!.length))
    throw new RangeError("samples of the same units have as many values as each other");
  const units = numbers[0]!.map((_, unit) => mean(numbers.map((sample) => sample[unit]!)));
  return numbers.map((sample) => sample.map((value, unit) => value - units[unit]!));
}

interface Split {
  /** Samples before it. */
  readonly after: number;
  readonly divergence: number;
}

/** The most divergent split that leaves two values or more on each side. */
function bestSplit(samples: Samples): Split {
  let best: Split = { after: -1, divergence: Number.NEGATIVE_INFINITY };
  for (let after = 1; after < samples.length; after++) {
    const [before, since] = [samples.slice(0, after).flat(), samples.slice(after).flat()];
    if (before.length < 2 || since.length < 2) continue;
    const divergence = divergenceOf(before, since);
    if (divergence > best.divergence) best = { after, divergence };
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

/** How often segments that are shuffled, each within itself, split at least as far. */
function permutationP(segments: readonly Samples[], divergence: number, shuffle: Shuffle, draws: Stream): number {
  // Rounding of sums of other orders.
  const reached = divergence - 1e-10 * segments.flat(2).reduce((sum, value) => sum + Math.abs(value), 0);
  let count = 0;
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const most = Math.max(...segments.map((segment) => bestSplit(shuffle(segment, draws)).divergence));
    if (most >= reached) count++;
  }
  return (count + 1) / (RESAMPLES + 1);
}

type Shuffle = (samples: Samples, draws: Stream) => Samples;
const SHUFFLES: Readonly<Record<Exchange, Shuffle>> = {
  values: (samples, draws) => refilled(shuffled(samples.flat(), draws), samples),
  replicates: (samples, draws) => {
    const units = samples[0]!.map((_, unit) =>
      shuffled(
        samples.map((sample) => sample[unit]!),
        draws,
      ),
    );
    return samples.map((_, i) => units.map((unit) => unit[i]!));
  },
  samples: (samples, draws) => shuffled(samples, draws),
};

/** In a random order (Fisher–Yates). */
function shuffled<Value>(values: readonly Value[], { below }: Stream): Value[] {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Values in samples of the sizes of these. */
function refilled(values: readonly number[], samples: Samples): Samples {
  const starts = samples.map((_, i) => samples.slice(0, i).reduce((sum, { length }) => sum + length, 0));
  return samples.map(({ length }, i) => values.slice(starts[i], starts[i]! + length));
}
