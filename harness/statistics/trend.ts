/**
 * Jonckheere–Terpstra: do ordered arms rise or fall together? J = Σ over arms i < j of the pairs that rise, ties ½
 * (A. R. Jonckheere, Biometrika 41, 1954; M. Hollander and D. A. Wolfe, "Nonparametric Statistical Methods", section
 * 6.2). p by permutation of the arm labels, exact where cheap; a test on ranks, so ±Infinity is a value.
 */
import { EXIT, HarnessError } from "../errors.ts";
import type { Words2 } from "../random/philox.ts";
import { choose, EXACT_LIMIT, type PermutationTest } from "./permutation.ts";
import { midranks } from "./ranks.ts";
import { DEFAULT_KEY, stream } from "./stream.ts";

const RESAMPLES = 19_999;

export interface TrendTest extends PermutationTest {
  /** Jonckheere's J. */
  readonly statistic: number;
  /** J under no trend: (N² − Σn²)/4. Above it the arms rise. */
  readonly expected: number;
  /** (J − expected)/SD without correction for ties: the large-sample J*. */
  readonly z: number;
}

export function trendTest(arms: readonly (readonly number[])[], key: Words2 = DEFAULT_KEY): TrendTest {
  if (arms.length < 2 || arms.some((arm) => arm.length === 0))
    throw new HarnessError("A trend needs at least two arms with at least one value each.", EXIT.cannotJudge);
  if (arms.flat().some(Number.isNaN)) throw new HarnessError("A trend cannot be taken over NaN.", EXIT.cannotJudge);
  const ranks = midranks(arms.flat());
  const sizes = arms.map((arm) => arm.length);
  const labels = sizes.flatMap((size, arm) => new Array<number>(size).fill(arm));
  const total = ranks.length;
  const expected = (total ** 2 - sizes.reduce((sum, size) => sum + size ** 2, 0)) / 4;
  const variance =
    (total ** 2 * (2 * total + 3) - sizes.reduce((sum, size) => sum + size ** 2 * (2 * size + 3), 0)) / 72;
  const statistic = statisticOf(ranks, labels);
  const bound = Math.abs(statistic - expected) - 1e-9;
  const z = (statistic - expected) / Math.sqrt(variance);
  const assignments = assignmentsOf(sizes);
  if (assignments <= EXACT_LIMIT) {
    const p = extremeAssignments(ranks, sizes, expected, bound) / assignments;
    return { statistic, expected, z, p, exact: true, splits: assignments };
  }
  const rising = ranks.toSorted((a, b) => a - b);
  const extreme = RESAMPLES - firstAtLeast(resampledDistances(rising, labels, expected, key), bound);
  return { statistic, expected, z, p: (extreme + 1) / (RESAMPLES + 1), exact: false, splits: RESAMPLES + 1 };
}

/** The amount that unit `at` of an arm adds to J against the units before it. */
function gain(ranks: readonly number[], at: number, label: number, assigned: ArrayLike<number>): number {
  let sum = 0;
  for (let other = 0; other < at; other++) {
    const step = label - assigned[other]!;
    if (step === 0) continue;
    const rise = step > 0 ? ranks[at]! - ranks[other]! : ranks[other]! - ranks[at]!;
    sum += rise > 0 ? 1 : rise === 0 ? 0.5 : 0;
  }
  return sum;
}

function statisticOf(ranks: readonly number[], assigned: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 1; at < ranks.length; at++) sum += gain(ranks, at, assigned[at]!, assigned);
  return sum;
}

/** Number of ways to assign all units to arms of these sizes. */
function assignmentsOf(sizes: readonly number[]): number {
  let assignments = 1;
  let placed = 0;
  for (const size of sizes) {
    placed += size;
    assignments *= choose(placed, size);
  }
  return assignments;
}

/** Number of assignments whose J is at least `bound` away from the expected one. */
function extremeAssignments(
  ranks: readonly number[],
  sizes: readonly number[],
  expected: number,
  bound: number,
): number {
  let extreme = 0;
  const assigned = new Array<number>(ranks.length);
  const left = [...sizes];
  const descend = (at: number, sum: number): void => {
    if (at === ranks.length) {
      if (Math.abs(sum - expected) >= bound) extreme++;
      return;
    }
    for (let label = 0; label < left.length; label++) {
      if (left[label] === 0) continue;
      left[label] = left[label]! - 1;
      assigned[at] = label;
      descend(at + 1, sum + gain(ranks, at, label, assigned));
      left[label] = left[label]! + 1;
    }
  };
  descend(0, 0);
  return extreme;
}

/** Size of the cache of resampled distributions, which without ties depend only on the arms' sizes. */
const KEPT = 8;
const kept = new Map<string, Float64Array>();

/** |J − expected| in rising order, under random labels of units with rising `ranks`. */
function resampledDistances(
  ranks: readonly number[],
  labels: readonly number[],
  expected: number,
  key: Words2,
): Float64Array {
  const asked = [ranks, labels, key].join(";");
  const known = kept.get(asked);
  if (known) return known;
  const { below } = stream(key);
  const shuffled = Uint8Array.from(labels);
  const count = counter(ranks, labels.at(-1)! + 1);
  const distances = Float64Array.from({ length: RESAMPLES }, () => {
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = below(i + 1);
      const swapped = shuffled[i]!;
      shuffled[i] = shuffled[j]!;
      shuffled[j] = swapped;
    }
    return Math.abs(count(shuffled) - expected);
  }).sort();
  if (kept.size === KEPT) kept.delete(kept.keys().next().value!);
  kept.set(asked, distances);
  return distances;
}

/** Index of the first of the rising `values` at or above `bound`; their number if all are below. */
function firstAtLeast(values: Float64Array, bound: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** J of labelled ranks by counting how many of each arm lie lower: linear in units, where pairs are quadratic. */
function counter(ranks: readonly number[], arms: number): (labels: Uint8Array) => number {
  const distinct = [...new Set(ranks)].sort((a, b) => a - b);
  const level = Uint32Array.from(ranks, (rank) => distinct.indexOf(rank));
  const at = new Uint32Array(distinct.length * arms);
  const lower = new Uint32Array(arms);
  return (labels) => {
    at.fill(0);
    lower.fill(0);
    for (let unit = 0; unit < level.length; unit++) {
      const place = level[unit]! * arms + labels[unit]!;
      at[place] = at[place]! + 1;
    }
    let sum = 0;
    for (let start = 0; start < at.length; start += arms) {
      let earlierLower = 0;
      let earlierTied = 0;
      for (let arm = 0; arm < arms; arm++) {
        const here = at[start + arm]!;
        sum += here * (earlierLower + earlierTied / 2);
        earlierLower += lower[arm]!;
        earlierTied += here;
        lower[arm]! += here;
      }
    }
    return sum;
  };
}
