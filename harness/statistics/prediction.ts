/** Where a new mean would fall if the paper's units were drawn from our population. */
import type { Interval } from "../contract/claims.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { tQuantile } from "./distributions.ts";
import { type Contrast, degreesOfFreedom, standardError } from "./welch.ts";

/**
 * value ± t(1 − (1 − level)/2, df) · sqrt(SE² + Σ s²/m) for a new contrast with `units` = m units an arm (normal theory;
 * G. J. Hahn and W. Q. Meeker, "Statistical Intervals", 1991, section 4.8, one sample: x̄ ± t · s · sqrt(1/n + 1/m)).
 * `units` = Infinity leaves our own error alone: the narrowest, and so the strictest, reading of an unknown n.
 */
export function predictionInterval(contrast: Contrast, units: number, level = 0.95): Interval {
  if (!(units >= 1)) throw new HarnessError(`A new mean needs at least 1 unit; got ${units}.`, EXIT.cannotJudge);
  const fresh = contrast.terms.reduce((sum, { variance }) => sum + variance / units, 0);
  const half = tQuantile(0.5 + level / 2, degreesOfFreedom(contrast)) * Math.sqrt(standardError(contrast) ** 2 + fresh);
  return { low: contrast.value - half, high: contrast.value + half, level, kind: "prediction" };
}
