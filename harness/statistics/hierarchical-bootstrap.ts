/**
 * Bootstrap of nested data (draws within encoders): outer units with replacement, then draws with replacement within each
 * drawn unit (A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8, strategy 2).
 * Both levels are resampled because both are random: with the draws kept fixed, one outer unit would have no error at all.
 *
 * The variance of the resampled mean of means is S_B/a² + S_W/(ab)², S_B the sum of squares of a unit means and S_W that
 * within units of b draws: against the truth the outer part is short by (a − 1)/a and the inner part is counted twice. With
 * few outer units the plain percentile interval is too short, so it is expanded (`expandedLevel`).
 *
 * Percentile intervals stay in the range of resampled means. If draws within a unit hardly differ, that is the range of
 * the outer units, which holds the true mean in 1 − 2^(1 − a) of studies with symmetric units, 50 % for two. So the
 * result is the smallest interval that contains both the expanded one and the t interval on unit means (Welch's for a
 * difference), which is exact for normal units from two on. It is reported next to the t interval and decides nothing.
 */
import type { Interval } from "../contract/claims.ts";
import { EXIT, HarnessError } from "../errors.ts";
import type { Words2 } from "../random/philox.ts";
import { mean, requireFinite, summarize } from "./descriptive.ts";
import { normalCdf, tQuantile } from "./distributions.ts";
import { DEFAULT_KEY, stream } from "./stream.ts";
import { contrastInterval, difference, oneSample } from "./welch.ts";

export type Groups = readonly (readonly number[])[];
export interface BootstrapOptions {
  /** 1,999 when absent: the 2.5 % points are then order statistics. */
  readonly resamples?: number;
  readonly level?: number;
  readonly key?: Words2;
}
const RESAMPLES = 1999;

/** Mean over outer units of the means within them: every outer unit weighs the same. */
export function meanOfMeans(groups: Groups): number {
  return mean(groups.map((group) => mean(group)));
}

/** Percentile interval: order statistics (R + 1)·tail and (R + 1)·(1 − tail) of R replicates (Davison and Hinkley, 5.3.1). */
export function percentileInterval(replicates: readonly number[], level = 0.95): Interval {
  requireFinite(replicates, "The bootstrap replicates");
  const rising = replicates.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.floor(((rising.length + 1) * (1 - level)) / 2 + 1e-9));
  return { low: rising[rank - 1]!, high: rising[rising.length - rank]!, level, kind: "bootstrap" };
}

/**
 * Level whose percentile interval covers normal data at `level` with n outer units: each tail is
 * Φ(−√(n/(n − 1)) · t(1 − (1 − level)/2, n − 1)), which makes up for the variance short by (n − 1)/n and for the missing t
 * (T. C. Hesterberg, "What teachers should know about the bootstrap", The American Statistician 69, 2015, the expanded
 * percentile interval). One unit has no t: `level` as it is, and its interval speaks of that unit alone.
 */
export function expandedLevel(units: number, level = 0.95): number {
  if (units < 2) return level;
  return 1 - 2 * normalCdf(-Math.sqrt(units / (units - 1)) * tQuantile(0.5 + level / 2, units - 1));
}

/** Percentile interval at the expanded level, said to cover `level`: below rank 1 it is the whole range of the replicates. */
function expandedInterval(replicates: readonly number[], units: number, level = 0.95): Interval {
  return { ...percentileInterval(replicates, expandedLevel(units, level)), level };
}

/** `statistic` of each resample, in the order drawn. Throws for no group, an empty group, or a value that is not finite. */
export function hierarchicalReplicates(
  groups: Groups,
  statistic: (groups: Groups) => number = meanOfMeans,
  { resamples = RESAMPLES, key = DEFAULT_KEY }: BootstrapOptions = {},
): number[] {
  if (groups.length === 0)
    throw new HarnessError("A hierarchical bootstrap got no outer unit; at least 1 is needed.", EXIT.cannotJudge);
  for (const group of groups) requireFinite(group, "An outer unit of a hierarchical bootstrap");
  if (!(Number.isInteger(resamples) && resamples >= 1))
    throw new HarnessError(
      `A bootstrap needs a whole number of resamples, at least 1; got ${resamples}.`,
      EXIT.cannotJudge,
    );
  const { below } = stream(key);
  return Array.from({ length: resamples }, () =>
    statistic(
      groups.map(() => {
        const drawn = groups[below(groups.length)]!;
        return drawn.map(() => drawn[below(drawn.length)]!);
      }),
    ),
  );
}

const unitMeans = (groups: Groups): number[] => groups.map((group) => mean(group));

/** The smallest interval that contains both. */
function hull(first: Interval, second: Pick<Interval, "low" | "high">): Interval {
  return { ...first, low: Math.min(first.low, second.low), high: Math.max(first.high, second.high) };
}

/**
 * Interval of the mean of outer-unit means: the expanded percentile interval combined with the t interval. A single
 * unit has no t interval; its result holds for that unit alone.
 */
export function hierarchicalBootstrap(groups: Groups, options: BootstrapOptions = {}): Interval {
  const own = expandedInterval(hierarchicalReplicates(groups, meanOfMeans, options), groups.length, options.level);
  return groups.length < 2 ? own : hull(own, contrastInterval(oneSample(summarize(unitMeans(groups))), options.level));
}

/**
 * Interval of the difference of two arms' means of means, with independently resampled arms: the percentile interval,
 * expanded by the arm with fewer outer units and so never too short for the other, combined with Welch's interval. An
 * arm of one unit has no Welch interval; its result holds for that unit alone.
 */
export function hierarchicalDifference(first: Groups, second: Groups, options: BootstrapOptions = {}): Interval {
  const [high, low] = options.key ?? DEFAULT_KEY;
  const a = hierarchicalReplicates(first, meanOfMeans, options);
  const b = hierarchicalReplicates(second, meanOfMeans, { ...options, key: [high, (low ^ 1) >>> 0] });
  const fewest = Math.min(first.length, second.length);
  const own = expandedInterval(
    a.map((value, index) => value - b[index]!),
    fewest,
    options.level,
  );
  if (fewest < 2) return own;
  const welch = difference(summarize(unitMeans(first)), summarize(unitMeans(second)));
  return hull(own, contrastInterval(welch, options.level));
}
