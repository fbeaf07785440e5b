/** From the runs of both sides to what is compared: one comparison for each slot, setting and metric. */
import type { Observation } from "../contract/claims.ts";
import type { RegressionMetric } from "../contract/suite.ts";
import { worstValue } from "../verdict/assemble.ts";
import type { BaselineRun, Difference } from "./baseline.ts";
import type { Comparison } from "./measure-change.ts";

export interface Compared {
  readonly comparisons: readonly Comparison[];
  /** Metrics that one side measures and the other does not. */
  readonly differences: readonly Difference[];
}

/**
 * Compares the metrics that a slot's finished runs have. Where every run of a slot failed on both sides nobody can tell
 * which it measures: all of them count.
 */
export function comparisonsOf(
  metrics: readonly RegressionMetric[],
  baseline: readonly BaselineRun[],
  candidate: readonly BaselineRun[],
): Compared {
  const comparisons: Comparison[] = [];
  const differences: Difference[] = [];
  for (const slot of new Set(baseline.map((run) => run.model))) {
    const [before, after] = [baseline, candidate].map((runs) => runs.filter(({ model }) => model === slot)) as [
      BaselineRun[],
      BaselineRun[],
    ];
    for (const { quantity, margin } of metrics) {
      const { metric } = quantity;
      const has = [measures(before, metric), measures(after, metric)] as const;
      if (has.includes(true) && has.includes(false)) {
        const [was, is] = has.map((it) => (it === true ? "measured" : "not measured")) as [string, string];
        differences.push({ field: `metric ${metric} of ${slot}`, baseline: was, now: is });
      } else if (!has.includes(false))
        for (const setting of new Set(before.map((run) => run.setting))) {
          const of = (runs: readonly BaselineRun[]): Observation[] =>
            runs
              .filter((run) => run.setting === setting)
              .map(({ replicate, metrics }) => ({
                replicate,
                finished: metrics !== null,
                value: metrics?.[metric] ?? worstValue(quantity),
              }));
          comparisons.push({ slot, setting, quantity, margin, baseline: of(before), candidate: of(after) });
        }
    }
  }
  return { comparisons, differences };
}

/** Whether the finished runs have a metric; null where none finished. */
function measures(runs: readonly BaselineRun[], metric: string): boolean | null {
  const finished = runs.flatMap(({ metrics }) => (metrics === null ? [] : [metrics]));
  return finished.length === 0 ? null : finished.every((metrics) => metric in metrics);
}
