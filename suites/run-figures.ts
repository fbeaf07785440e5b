/** Pictures of runs that suites share, as plain data. */
import type { CurveFigure, DotFigure } from "../harness/figures.ts";
import type { StoredRun } from "../harness/suite.ts";

export const groupOf = ({ record: { spec } }: StoredRun): string => `${spec.model}, ${spec.setting}`;

/** One mark a run, one plot a metric. A run that failed stands at 0, marked. */
export function runDots(runs: readonly StoredRun[], metrics: readonly { key: string; meaning: string }[]): DotFigure {
  return {
    kind: "dots",
    id: "runs",
    title: "Every run",
    caption: "One mark a run. A run that failed stands at 0, marked.",
    plots: metrics.map(({ key, meaning }) => ({
      x: `${key}: ${meaning}`,
      domain: null,
      rows: runs.map((run) => ({
        group: groupOf(run),
        replicate: run.record.spec.replicate,
        value: run.record.state === "finished" ? run.record.metrics[key]! : 0,
        finished: run.record.state === "finished",
      })),
    })),
  };
}

/** One line a run, one plot a column of the learning curves. */
export function runCurves(runs: readonly StoredRun[], columns: readonly string[], caption: string): CurveFigure {
  const plots = columns.map((y) => ({
    y,
    series: runs.map((run) => {
      const { curve } = run.record;
      const points = (curve.update ?? []).flatMap((x, i): [number, number][] => {
        const value = curve[y]?.[i];
        return x === null || value === null || value === undefined ? [] : [[x, value]];
      });
      return { group: groupOf(run), replicate: run.record.spec.replicate, points };
    }),
  }));
  return { kind: "curves", id: "curves", title: "Learning curves", caption, x: "update", plots };
}
