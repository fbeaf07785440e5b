/** Mean, spread and interval of one sample. */
import type { Estimate, Interval } from "../contract/claims.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { tQuantile } from "./distributions.ts";

/** A sample as far as normal theory needs it. `sd` has ddof = 1. */
export interface Summary {
  readonly mean: number;
  readonly sd: number;
  readonly n: number;
}

/** Throws unless there is at least one value and every value is finite: a mean is never NaN. */
export function requireFinite(values: readonly number[], what = "A sample"): void {
  if (values.length === 0)
    throw new HarnessError(`${what} is empty; statistics need at least one value.`, EXIT.cannotJudge);
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined)
    throw new HarnessError(
      `${what} holds ${bad}; values must be finite. A failed run counts as its metric's worst value.`,
      EXIT.cannotJudge,
    );
}

/** Arithmetic mean; exact for equal values. Throws on an empty sample or a value that is not finite. */
export function mean(values: readonly number[]): number {
  requireFinite(values);
  const first = values[0]!;
  // Deviations from the first value: the mean of equal values is that value, to the last bit.
  const centre = first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
  // Deviations may overflow even if values do not.
  return Number.isFinite(centre) ? centre : values.reduce((sum, value) => sum + value / values.length, 0);
}

/** Deviations whose squares neither overflow nor lose digits to underflow. */
const SQUARED = { least: 1e-140, most: 1e140 };

/** sqrt(Σ(x − x̄)² / (n − ddof)); null where n ≤ ddof, since one value has no spread to show. */
export function standardDeviation(values: readonly number[], ddof: 0 | 1): number | null {
  const centre = mean(values);
  if (values.length <= ddof) return null;
  const largest = Math.max(...values.map((value) => Math.abs(value - centre)));
  const unit = largest === 0 || (largest > SQUARED.least && largest < SQUARED.most) ? 1 : largest;
  const squares = values.reduce((sum, value) => sum + ((value - centre) / unit) ** 2, 0);
  return unit * Math.sqrt(squares / (values.length - ddof));
}

/** Mean, SD (ddof = 1) and n of at least two values. Throws for fewer: no error term can be had from one unit. */
export function summarize(values: readonly number[]): Summary {
  const sd = standardDeviation(values, 1);
  if (sd === null)
    throw new HarnessError("A sample of 1 value has no standard deviation; at least 2 are needed.", EXIT.cannotJudge);
  return { mean: mean(values), sd, n: values.length };
}

/** t interval of a mean: x̄ ± t(1 − (1 − level)/2, n − 1) · s/√n. */
export function meanInterval({ mean, sd, n }: Summary, level = 0.95): Interval {
  const half = (tQuantile(0.5 + level / 2, n - 1) * sd) / Math.sqrt(n);
  return { low: mean - half, high: mean + half, level, kind: "t" };
}

/** What a report prints of one arm. `failed` of the values are stand-ins for failed runs. */
export function estimate(arm: string, values: readonly number[], failed = 0, level = 0.95): Estimate {
  const sd = standardDeviation(values, 1);
  const centre = mean(values);
  const n = values.length;
  return {
    arm,
    n,
    mean: centre,
    sd,
    min: Math.min(...values),
    max: Math.max(...values),
    interval: sd === null ? null : meanInterval({ mean: centre, sd, n }, level),
    failed,
  };
}
