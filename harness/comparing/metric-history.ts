/** How a suite's metrics went from one accepted baseline to the next, and where they stepped. Free of files. */
import { worstValue } from "../evidence.ts";
import { changePoints } from "../statistics/change-points.ts";
import { summarize } from "../statistics/descriptive.ts";
import type { RegressionMetric } from "../suite.ts";
import type { Baseline } from "./baseline.ts";

/** Of a first false step in a history, all metrics together, where the code never changed anything. */
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
  readonly slot: string;
  readonly setting: string;
  readonly metric: string;
  readonly label: string;
  readonly unit: string;
  readonly better: "higher" | "lower";
  readonly points: readonly HistoryPoint[];
}

/**
 * Baselines of one budget and engine class, the latest last; those of another suite version than the latest are left out.
 * A metric that a baseline does not have, or has in fewer than all its finished runs, has no point there.
 */
export function metricHistories(baselines: readonly Baseline[], metrics: readonly RegressionMetric[]): MetricHistory[] {
  const latest = baselines.at(-1);
  if (!latest) return [];
  const comparable = baselines.filter(({ suiteVersion }) => suiteVersion === latest.suiteVersion);
  const arms = [
    ...new Map(latest.runs.map(({ model, setting }) => [`${model}/${setting}`, { model, setting }])).values(),
  ];
  const series = arms.flatMap(({ model, setting }) =>
    metrics.flatMap(({ quantity }) => {
      const samples = comparable.flatMap((baseline) => {
        const runs = baseline.runs.filter((run) => run.model === model && run.setting === setting);
        const finished = runs.flatMap(({ metrics }) => (metrics === null ? [] : [metrics]));
        if (runs.length === 0 || finished.some((of) => !(quantity.metric in of))) return [];
        const values = runs.map(({ metrics }) => metrics?.[quantity.metric] ?? worstValue(quantity));
        return [{ baseline, values, failed: runs.length - finished.length }];
      });
      return samples.length === 0 ? [] : [{ model, setting, quantity, samples }];
    }),
  );
  return series.map(({ model, setting, quantity, samples }) => {
    const values = samples.map((sample) => sample.values);
    // Bonferroni over the metrics.
    const changes = changePoints(values, ALPHA / series.length);
    const ends = [0, ...changes.map(({ at }) => at), values.length];
    const { metric, label, unit, better } = quantity;
    return {
      ...{ slot: model, setting, metric, label, unit, better },
      points: samples.map(({ baseline, values: own, failed }, i): HistoryPoint => {
        const change = changes.findIndex(({ at }) => at === i);
        const numbers = own.every(Number.isFinite);
        const { mean, sd } = numbers && own.length > 1 ? summarize(own) : { mean: numbers ? own[0]! : null, sd: null };
        return {
          revision: baseline.provenance.revision,
          acceptedAt: baseline.acceptedAt,
          n: own.length,
          failed,
          mean,
          sd,
          step:
            change < 0
              ? null
              : {
                  p: changes[change]!.p,
                  ...stepOf(
                    values.slice(ends[change], ends[change + 1]).flat(),
                    values.slice(ends[change + 1], ends[change + 2]).flat(),
                    better,
                  ),
                },
        };
      }),
    };
  });
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
