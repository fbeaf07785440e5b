/** Pictures of runs that suites share, as plain data. */
import type { CurveFigure, DotFigure } from "../../harness/contract/figures.ts";
import type { StoredRun } from "../../harness/contract/suite.ts";

/** Most runs of a group whose samples or curves a picture shows: more lines cover each other, more panels nobody reads. */
const SHOWN_A_GROUP = 50;

/** The first runs of each group, and what a caption has to add where that leaves some out. */
export function shownRuns(runs: readonly StoredRun[]): { shown: readonly StoredRun[]; leftOut: string } {
  const counts = new Map<string, number>();
  const shown = runs.filter((run) => {
    const count = (counts.get(groupOf(run)) ?? 0) + 1;
    counts.set(groupOf(run), count);
    return count <= SHOWN_A_GROUP;
  });
  const leftOut = runs.length - shown.length;
  const said = `${leftOut.toLocaleString("en")} of ${runs.length.toLocaleString("en")} runs are not drawn: of each group the first ${SHOWN_A_GROUP} are.`;
  return { shown, leftOut: leftOut > 0 ? ` ${said}` : "" };
}

export const groupOf = ({ record: { spec } }: Pick<StoredRun, "record">): string => `${spec.model}, ${spec.setting}`;

/** One mark a run, one plot a metric; a run of a model that cannot have a metric has none. One that failed stands at 0, marked. */
export function runDots(runs: readonly StoredRun[], metrics: readonly { key: string; meaning: string }[]): DotFigure {
  return {
    kind: "dots",
    id: "runs",
    title: "Every run",
    caption: "One mark a run. A run that failed stands at 0, marked.",
    plots: metrics.map(({ key, meaning }) => ({
      x: `${key}: ${meaning}`,
      domain: null,
      rows: runs.flatMap((run) => {
        const { record } = run;
        const value = record.state === "finished" ? record.metrics[key] : 0;
        const at = { group: groupOf(run), replicate: record.spec.replicate };
        return value === undefined ? [] : [{ ...at, value, finished: record.state === "finished" }];
      }),
    })),
  };
}

/** One line a run, one plot a column of the learning curves; of large groups the first runs alone. */
export function runCurves(runs: readonly StoredRun[], columns: readonly string[], caption: string): CurveFigure {
  const { shown, leftOut } = shownRuns(runs);
  const plots = columns.map((y) => ({
    y,
    series: shown.map((run) => {
      const { curve } = run.record;
      const points = (curve.update ?? []).flatMap((x, i): [number, number][] => {
        const value = curve[y]?.[i];
        return x === null || value === null || value === undefined ? [] : [[x, value]];
      });
      return { group: groupOf(run), replicate: run.record.spec.replicate, points };
    }),
  }));
  return { kind: "curves", id: "curves", title: "Learning curves", caption: caption + leftOut, x: "update", plots };
}
