/** Learning curves: one line a run, one small plot a quantity. */
import * as Plot from "@observablehq/plot";
import type { CurveFigure } from "../../harness/contract/figures.ts";
import { formatNumber, plural } from "../format.ts";
import { document, groupStyle, type Markup, plotMarkup } from "./svg.ts";

const POINTS_A_LINE = 160;

export interface CurveView {
  readonly groups: readonly { readonly name: string; readonly className: string; readonly dash: string }[];
  readonly plots: readonly { readonly y: string; readonly note: string; readonly svg: Markup }[];
}

/** Evenly spaced choice that keeps the first and the last point. */
export function thinLine<T>(points: readonly T[], limit = POINTS_A_LINE): readonly T[] {
  if (points.length <= limit) return points;
  return Array.from({ length: limit }, (_, i) => points[Math.round((i * (points.length - 1)) / (limit - 1))]!);
}

/** Frame that a few runs which ran away cannot flatten; null when nothing has to be cut. */
function robustDomain(values: readonly number[]): readonly [number, number] | null {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length < 20) return null;
  const low = sorted[Math.floor(0.02 * (sorted.length - 1))]!;
  const high = sorted[Math.ceil(0.98 * (sorted.length - 1))]!;
  const reach = 2 * (high - low);
  if (reach <= 0 || (sorted[0]! >= low - reach && sorted.at(-1)! <= high + reach)) return null;
  return [Math.max(sorted[0]!, low - reach / 4), Math.min(sorted.at(-1)!, high + reach / 4)];
}

export function curveView(figure: CurveFigure): CurveView {
  const names = [...new Set(figure.plots.flatMap((plot) => plot.series.map((series) => series.group)))];
  const plots = figure.plots.map((plot) => {
    const rows = plot.series.flatMap((series) =>
      thinLine(series.points).map(([x, y]) => ({
        x,
        y,
        group: series.group,
        run: `${series.group}#${series.replicate}`,
      })),
    );
    const domain = robustDomain(rows.map((row) => row.y));
    const beyond = domain ? rows.filter((row) => row.y < domain[0] || row.y > domain[1]).length : 0;
    const svg = Plot.plot({
      document: document as never,
      width: 400,
      height: 220,
      marginLeft: 48,
      marginTop: 12,
      marginRight: 14,
      marginBottom: 38,
      style: { fontSize: "12px" },
      x: { label: figure.x, ticks: 5, tickFormat: (value: number) => shortTick(value) },
      y: { label: null, ticks: 5, grid: true, clamp: true, ...(domain ? { domain: [...domain] } : {}) },
      marks: names.map((name, index) =>
        Plot.line(
          rows.filter((row) => row.group === name),
          {
            x: "x",
            y: "y",
            z: "run",
            stroke: groupStyle(index).colour,
            strokeDasharray: groupStyle(index).dash,
            strokeWidth: 1.3,
            strokeOpacity: 0.75,
          },
        ),
      ),
    });
    return {
      y: plot.y,
      note: beyond > 0 ? `${plural(beyond, "point")} beyond the frame, drawn at its edge` : "",
      svg: plotMarkup(
        svg,
        `${plot.y} against ${figure.x}, one line for each of ${plural(plot.series.length, "run")}`,
        "plot",
      ),
    };
  });
  return {
    groups: names.map((name, index) => {
      const { className, dash } = groupStyle(index);
      return { name, className, dash };
    }),
    plots,
  };
}

/** 20000 → 20k, 5000 → 5k: ticks must fit side by side at 360 pixels. */
function shortTick(value: number): string {
  if (Math.abs(value) >= 1e6) return `${formatNumber(value / 1e6)}M`;
  return Math.abs(value) >= 1e3 ? `${formatNumber(value / 1e3)}k` : formatNumber(value);
}
