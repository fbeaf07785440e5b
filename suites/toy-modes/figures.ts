/** Pictures of the suite's runs, as plain data. */
import { centres, type Mixture } from "../../datasets/mixture.ts";
import type { CurveFigure, DotFigure, Figure, ScatterFigure } from "../../harness/figures.ts";
import type { StoredRun } from "../../harness/suite.ts";
import { METRICS } from "./metrics.ts";

const PANEL_POINTS = 1_000;
const groupOf = ({ record: { spec } }: StoredRun): string => `${spec.model}, ${spec.setting}`;

export function figures(runs: readonly StoredRun[]): readonly Figure[] {
  return runs.length === 0 ? [] : [dots(runs), scatter(runs), curves(runs)];
}

function scatter(runs: readonly StoredRun[]): ScatterFigure {
  const mixture = runs[0]!.record.spec.settings.mixture as unknown as Mixture;
  const edge = Math.max(...mixture.grid) + 1;
  return {
    kind: "scatter",
    id: "samples",
    title: "Samples of every run over the mixture",
    caption: `The first ${PANEL_POINTS.toLocaleString("en")} of 10,000 samples; circles: 3σ about the component centres. A smear over the whole square touches nearly every mode, which the lenient count rewards: read the share within 3σ beside it.`,
    domain: [-edge, edge],
    centres: centres(mixture),
    radius: 3 * mixture.sd,
    panels: runs.map((run) => {
      const { record } = run;
      const done = record.state === "finished" ? record : null;
      return {
        title: `${record.spec.model} ${record.spec.replicate}`,
        note: done
          ? `${done.metrics.modes} modes, ${done.metrics.sharpModes} sharp, ${Math.round(100 * done.metrics.share3sd!)} % within 3σ`
          : record.state,
        group: groupOf(run),
        points: done ? run.array("samples").subarray(0, 2 * PANEL_POINTS) : new Float32Array(0),
      };
    }),
  };
}

function curves(runs: readonly StoredRun[]): CurveFigure {
  const plots = ["modes", "sharpModes", "share3sd", "discriminatorLoss", "generatorLoss"].map((y) => ({
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
  return {
    kind: "curves",
    id: "curves",
    title: "Learning curves",
    caption:
      "Counts and shares from 2,000 samples. The lenient count is high from the start, before anything is learned; the sharp count and the share rise with learning.",
    x: "update",
    plots,
  };
}

function dots(runs: readonly StoredRun[]): DotFigure {
  return {
    kind: "dots",
    id: "runs",
    title: "Every run",
    caption: "One mark a run. A run that failed stands at 0, marked.",
    plots: METRICS.map(({ key, meaning }) => ({
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
