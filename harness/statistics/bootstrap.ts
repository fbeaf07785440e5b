/** Where the extremes of a new sample would fall. */
import type { Interval } from "../contract/claims.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { requireFinite } from "./descriptive.ts";

/**
 * Percentile bootstrap interval of the minimum and of the maximum of `units` draws from `values`, without simulation:
 * of infinitely many resamples a share ((N − k)/N)^units has its minimum above the k-th smallest value (B. Efron and
 * R. Tibshirani, "An Introduction to the Bootstrap", 1993, section 6.4, "ideal" bootstrap). It never leaves the range
 * of our own values, so a printed extreme outside it is no proof of a difference.
 */
export function extremeIntervals(
  values: readonly number[],
  units: number,
  level = 0.95,
): { readonly min: Interval; readonly max: Interval } {
  requireFinite(values);
  if (!(units >= 1) || !Number.isInteger(units))
    throw new HarnessError(`Extremes need a whole number of draws, at least 1; got ${units}.`, EXIT.cannotJudge);
  const rising = values.toSorted((a, b) => a - b);
  const n = rising.length;
  const tail = (1 - level) / 2;
  /** Smallest value v with P(min ≤ v) ≥ probability. */
  const quantileOfMin = (probability: number) =>
    rising.findIndex((_, k) => 1 - ((n - k - 1) / n) ** units >= probability - 1e-12);
  const low = quantileOfMin(tail);
  const high = quantileOfMin(1 - tail);
  const interval = (a: number, b: number): Interval => ({ low: a, high: b, level, kind: "bootstrap" });
  return {
    min: interval(rising[low]!, rising[high]!),
    max: interval(rising[n - 1 - high]!, rising[n - 1 - low]!),
  };
}
