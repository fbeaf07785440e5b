/** How a suite's metrics went from one accepted baseline to the next, and where they stepped. Free of files. */
import type { Quantity } from "../contract/claims.ts";
import type { RegressionMetric } from "../contract/suite.ts";
import { changePoints, type Exchange } from "../statistics/change-points.ts";
import { summarize } from "../statistics/descriptive.ts";
import { worstValue } from "../verdict/assemble.ts";
import type { Baseline, BaselineRun } from "./baseline.ts";

/**
 * Of a first false step in all series of a suite's history together, where the code never changed what they measure and
 * only what `exchangeOf` says was alike: the same replicates of every baseline, single runs, or whole sessions.
 */
const ALPHA = 0.05;

export interface HistoryPoint {
  readonly revision: string;
  readonly acceptedAt: string;
  readonly n: number;
  readonly failed: number;
  /** Null where a failed run has no value. */
  readonly mean: number | null;
  readonly sd: number | null;
  /** Null: no step from the points before. */
  readonly step: Step | null;
}
export interface Step {
  readonly direction: "better" | "worse";
  /** Mean of the runs since, up to the next step, less that of the runs before, back to the last; null by ranks alone. */
  readonly size: number | null;
  readonly p: number;
}
export interface MetricHistory {
  readonly rootSeed: string;
  readonly slot: string;
  readonly setting: string;
  readonly metric: string;
  readonly label: string;
  readonly unit: string;
  readonly better: "higher" | "lower";
  readonly points: readonly HistoryPoint[];
}

/** One metric of one arm over the baselines of one root seed. */
interface Series {
  readonly rootSeed: string;
  readonly model: string;
  readonly setting: string;
  readonly metric: RegressionMetric;
  readonly samples: readonly Sample[];
}
interface Sample {
  readonly baseline: Baseline;
  /** By replicate. */
  readonly runs: readonly BaselineRun[];
  readonly values: readonly number[];
  readonly failed: number;
}

/**
 * Baselines of one budget and engine class, the latest last; those of another suite version than the latest are left out,
 * and those of each root seed are a series of their own. A metric that a baseline does not have, or has in fewer than all
 * its finished runs, has no point there.
 */
export function metricHistories(baselines: readonly Baseline[], metrics: readonly RegressionMetric[]): MetricHistory[] {
  const latest = baselines.at(-1);
  if (!latest) return [];
  const comparable = baselines.filter(({ suiteVersion }) => suiteVersion === latest.suiteVersion);
  const series = [...new Set(comparable.map(({ rootSeed }) => rootSeed))].flatMap((rootSeed) =>
    seriesOf(
      rootSeed,
      comparable.filter((one) => one.rootSeed === rootSeed),
      metrics,
    ),
  );
  // Bonferroni over the series.
  return series.map((one) => historyOf(one, ALPHA / series.length));
}

function seriesOf(rootSeed: string, baselines: readonly Baseline[], metrics: readonly RegressionMetric[]): Series[] {
  const latest = baselines.at(-1)!;
  const arms = new Map(latest.runs.map(({ model, setting }) => [`${model}/${setting}`, { model, setting }]));
  return [...arms.values()].flatMap(({ model, setting }) =>
    metrics.flatMap((metric) => {
      const samples = baselines.flatMap((baseline) => {
        const runs = baseline.runs
          .filter((run) => run.model === model && run.setting === setting)
          .sort((a, b) => a.replicate - b.replicate);
        return sampleOf(baseline, runs, metric.quantity);
      });
      return samples.length === 0 ? [] : [{ rootSeed, model, setting, metric, samples }];
    }),
  );
}

function sampleOf(baseline: Baseline, runs: readonly BaselineRun[], quantity: Quantity): Sample[] {
  const finished = runs.flatMap(({ metrics }) => (metrics === null ? [] : [metrics]));
  if (runs.length === 0 || finished.some((of) => !(quantity.metric in of))) return [];
  const values = runs.map(({ metrics }) => metrics?.[quantity.metric] ?? worstValue(quantity));
  return [{ baseline, runs, values, failed: runs.length - finished.length }];
}

/**
 * What could as well stand in another baseline if nothing changed. A time shares its session with the other runs of its
 * baseline: whole baselines. A run of the same seeds shares these with the same replicate of every other baseline: replicates
 * (that a step moves all of them shows, though it be small beside what they differ in), unless so few that p could not come
 * to `alpha`, whatever their values, the step being at one end: 2/Bⁿ of n replicates in B baselines. Else single runs.
 */
function exchangeOf({ metric, samples }: Series, alpha: number): Exchange {
  if (metric.timed) return "samples";
  const replicates = samples.map(({ runs }) => runs.map(({ replicate }) => replicate).join());
  const same = new Set(replicates).size === 1;
  return same && 2 * samples.length ** -samples[0]!.values.length <= alpha ? "replicates" : "values";
}

function historyOf(series: Series, alpha: number): MetricHistory {
  const { rootSeed, model, setting, metric, samples } = series;
  const values = samples.map((sample) => sample.values);
  const changes = changePoints(values, alpha, exchangeOf(series, alpha));
  const ends = [0, ...changes.map(({ at }) => at), values.length];
  const { metric: key, label, unit, better } = metric.quantity;
  const stepAt = (i: number): Step | null => {
    const change = changes.findIndex(({ at }) => at === i);
    if (change < 0) return null;
    const part = (k: number): number[] => values.slice(ends[k], ends[k + 1]).flat();
    return { p: changes[change]!.p, ...stepOf(part(change), part(change + 1), better) };
  };
  return {
    rootSeed,
    slot: model,
    setting,
    metric: key,
    label,
    unit,
    better,
    points: samples.map((sample, i) => ({ ...pointOf(sample), step: stepAt(i) })),
  };
}

function pointOf({ baseline, values, failed }: Sample): Omit<HistoryPoint, "step"> {
  const numbers = values.every(Number.isFinite);
  const { mean, sd } =
    numbers && values.length > 1 ? summarize(values) : { mean: numbers ? values[0]! : null, sd: null };
  const { provenance, acceptedAt } = baseline;
  return { revision: provenance.revision, acceptedAt, n: values.length, failed, mean, sd };
}

function stepOf(
  before: readonly number[],
  after: readonly number[],
  better: "higher" | "lower",
): Pick<Step, "direction" | "size"> {
  const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const numbers = [...before, ...after].every(Number.isFinite);
  // By ranks: how often a run after is above one before.
  const above = after.flatMap((a) => before.map((b) => Math.sign(a - b) || 0)).reduce((sum, sign) => sum + sign, 0);
  const size = numbers ? meanOf(after) - meanOf(before) : null;
  const rises = (size ?? above) > 0;
  return { direction: rises === (better === "higher") ? "better" : "worse", size };
}
