/** Arms with identical runs on both sides, as far as their metrics show, and comparisons that need no test. */
import type { Comparison } from "./measure-change.ts";
import { differencesOf } from "./pairs.ts";

export const armOf = ({ slot, setting }: Pick<Comparison, "slot" | "setting">): string => `${slot}/${setting}`;

/**
 * The arms (`armOf`) of which every metric has the same value in every pair, to the last bit, where that means that the
 * runs are the same: one of the metrics tells runs apart, or no run of either side finished. Where every arm has the same
 * values, one that tells runs apart speaks for all. A baseline keeps metrics and no hashes of weights, so that they have to
 * do.
 */
export function identicalArms(comparisons: readonly Comparison[]): ReadonlySet<string> {
  const arms = new Map<string, Comparison[]>();
  for (const one of comparisons) arms.set(armOf(one), [...(arms.get(armOf(one)) ?? []), one]);
  const equal = [...arms].filter(([, metrics]) => metrics.every(equalInPairs));
  if (equal.length === arms.size && comparisons.some(tellsApart)) return new Set(arms.keys());
  const same = equal.filter(([, metrics]) => metrics.some(tellsApart) || metrics.every(noneFinished));
  return new Set(same.map(([arm]) => arm));
}

const equalInPairs = (one: Comparison): boolean => differencesOf(one)?.every((difference) => difference === 0) === true;

/**
 * More than half of the finished runs have a value of their own that is no whole number: a count, or a share that is
 * everything or nothing, is the same for runs that have little in common.
 */
function tellsApart({ baseline }: Comparison): boolean {
  const finished = baseline.filter((run) => run.finished).map((run) => run.value);
  const own = new Set(finished.filter((value) => !Number.isInteger(value)));
  return own.size > finished.length / 2;
}

const noneFinished = ({ baseline, candidate }: Comparison): boolean =>
  [...baseline, ...candidate].every((run) => !run.finished);

/**
 * Whether each comparison needs a test. Two kinds need none: an arm with identical runs on both sides, and a margin of
 * 0, which requires equal values, if every pair has them. A comparison without a test cannot raise a false alarm, so it
 * does not count in the correction of the others.
 */
export function needTests(comparisons: readonly Comparison[], identical: ReadonlySet<string>): boolean[] {
  return comparisons.map((one) => !identical.has(armOf(one)) && !(one.margin.value === 0 && equalInPairs(one)));
}
