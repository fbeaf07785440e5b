/** Values against a number, with error bars: one line a group, the printed ones hollow and dashed. */
import * as Plot from "@observablehq/plot";
import type { IntervalFigure } from "../../harness/contract/figures.ts";
import { formatInterval, formatNumber, plural } from "../format.ts";
import { scaleText, shortfall, type TableContext } from "../views/paper-table.ts";
import { thinLine } from "./curves.ts";
import { document, groupStyle, type Markup, plotMarkup } from "./svg.ts";

type Series = IntervalFigure["plots"][number]["series"][number];
type Point = Series["points"][number];

export interface IntervalView {
  readonly legend: readonly {
    readonly name: string;
    readonly className: string;
    readonly colour: string;
    /** Path of the symbol about 0, 0. */
    readonly symbol: string;
    readonly printed: boolean;
  }[];
  readonly diagonal: boolean;
  readonly plots: readonly {
    readonly title: string;
    readonly y: string;
    readonly note: string;
    readonly svg: Markup;
  }[];
  /** What a reader has to know of how it is drawn. */
  readonly lead: string;
}

/** With the six colours of groups these seven tell 42 of them apart. Paths as Plot draws them at `RADIUS`. */
const SYMBOLS = [
  ["circle", "M0-4.5A4.5 4.5 0 1 1 0 4.5A4.5 4.5 0 1 1 0-4.5Z"],
  ["square", "M-4-4H4V4H-4Z"],
  ["triangle", "M0-7L6.1 3.5H-6.1Z"],
  ["diamond", "M0-7.4L4.3 0L0 7.4L-4.3 0Z"],
  ["star", "M0-7.5L1.7-2.3H7.2L2.7.9L4.4 6.1L0 2.9L-4.4 6.1L-2.7.9L-7.2-2.3H-1.7Z"],
  ["cross", "M-5.3-1.8H-1.8V-5.3H1.8V-1.8H5.3V1.8H1.8V5.3H-1.8V1.8H-5.3Z"],
  ["wye", "M2.2 1.2V5.5H-2.2V1.2L-5.9-.9L-3.7-4.6L0-2.5L3.7-4.6L5.9-.9Z"],
] as const;
const RADIUS = 4.5;
/** The end of an error bar. */
const CAP = {
  draw(context: CanvasPath) {
    context.moveTo(-3, 0);
    context.lineTo(3, 0);
  },
};
const PRINTED_DASH = "4 3";
const WIDTH = 400;
const MARGINS = { marginLeft: 48, marginTop: 12, marginRight: 14, marginBottom: 38 };
const INNER = WIDTH - MARGINS.marginLeft - MARGINS.marginRight;
const MOST_TICKS = 8;
/** Most pixels between neighbours that are set apart; fewer where points are read against y = x. */
const STEP = { plain: 9, diagonal: 4 };

const finite = ({ x, y }: Point): boolean => Number.isFinite(x) && Number.isFinite(y);
const pointsOf = (series: readonly Series[]): readonly Point[] => series.flatMap(({ points }) => points.filter(finite));
const distinct = (values: readonly number[]): readonly number[] => [...new Set(values)].sort((a, b) => a - b);

/** Ends with a margin about the values; a single value gets room on both sides. */
function padded(values: readonly number[], share: number): readonly [number, number] {
  if (values.length === 0) return [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const pad = high > low ? share * (high - low) : 0.1 * Math.max(Math.abs(low), 1);
  return [low - pad, high + pad];
}

function axesOf(figure: IntervalFigure, points: readonly Point[]) {
  const xs = distinct(points.map(({ x }) => x));
  const ys = points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]).filter(Number.isFinite);
  const log = figure.xScale === "log";
  const along = log ? Math.log : (x: number) => x;
  if (figure.diagonal && !log) {
    const both = figure.domain ?? padded([...xs, ...ys], 0.05);
    return { xs, along, x: both, y: both };
  }
  const [low, high] = padded(xs.map(along), 0.1);
  return { xs, along, x: log ? [Math.exp(low), Math.exp(high)] : [low, high], y: figure.domain ?? padded(ys, 0.06) };
}

/** Pixels by which each series is set aside where several have a point at one number. */
function asideOf(
  figure: IntervalFigure,
  series: readonly Series[],
  axes: ReturnType<typeof axesOf>,
): readonly number[] {
  const { xs, along, x } = axes;
  const shared = series.some((one, i) =>
    series.slice(0, i).some((other) => one.points.some((a) => other.points.some((b) => a.x === b.x))),
  );
  if (!shared) return series.map(() => 0);
  const scale = INNER / (along(x[1]!) - along(x[0]!));
  const nearest = Math.min(INNER / 2, ...xs.slice(1).map((value, i) => scale * (along(value) - along(xs[i]!))));
  const step = Math.min(figure.diagonal ? STEP.diagonal : STEP.plain, (0.45 * nearest) / series.length);
  return series.map((_, i) => (i - (series.length - 1) / 2) * step);
}

/** y = x as far as both axes go: two points, or a curve where x is logarithmic. */
function diagonalOf({ xScale }: IntervalFigure, { x, y }: ReturnType<typeof axesOf>): readonly [number, number][] {
  const low = Math.max(x[0]!, y[0]!);
  const high = Math.min(x[1]!, y[1]!);
  if (!(low < high)) return [];
  const steps = xScale === "log" ? 60 : 1;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const value = low + ((high - low) * i) / steps;
    return [value, value];
  });
}

/** "1000: 19.98 [19.09, 20.87]" */
function said({ x, y, low, high }: Point): string {
  const interval = low === null && high === null ? "" : ` ${formatInterval(low ?? y, high ?? y)}`;
  return `${formatNumber(x)}: ${formatNumber(y)}${interval}`;
}

function marksOf(series: Series, label: string, index: number, dx: number): Plot.Markish[] {
  const { colour } = groupStyle(index);
  const printed = series.source === "paper";
  const points = series.points.filter(finite).toSorted((a, b) => a.x - b.x);
  const dash = printed ? { strokeDasharray: PRINTED_DASH } : {};
  const bars = points.filter(({ low, high }) => low !== null || high !== null);
  return [
    Plot.line(points, { x: "x", y: "y", dx, stroke: colour, strokeWidth: 1.3, strokeOpacity: 0.75, ...dash }),
    Plot.ruleX(bars, {
      x: "x",
      y1: (point: Point) => point.low ?? point.y,
      y2: (point: Point) => point.high ?? point.y,
      dx,
      stroke: colour,
      strokeWidth: 1.5,
      className: "error-bars",
      ...(printed ? { strokeDasharray: "3 2" } : {}),
    }),
    ...(["low", "high"] as const).map((end) =>
      Plot.dot(
        bars.filter((point) => point[end] !== null),
        { x: "x", y: end, dx, symbol: CAP, stroke: colour, strokeWidth: 1.5 },
      ),
    ),
    Plot.dot(points, {
      x: "x",
      y: "y",
      dx,
      r: RADIUS,
      symbol: SYMBOLS[index % SYMBOLS.length]![0],
      fill: printed ? "var(--surface)" : colour,
      stroke: colour,
      strokeWidth: 1.8,
      title: (point: Point) => `${label}, ${said(point)}`,
      className: printed ? "printed-points" : "our-points",
    }),
  ];
}

type Shown = Pick<TableContext, "plan" | "usesPapersData">;
/** Name of a series in the legend and in titles. */
type NameOf = (series: Pick<Series, "group" | "source">) => string;

function namesIn(data: Shown): NameOf {
  const ours = shortfall(data) === "" ? "ours" : `ours, ${scaleText(data)}`;
  return ({ group, source }) => `${group}, ${source === "paper" ? "printed" : ours}`;
}

/** Throws RangeError where a number has no place on a logarithmic axis. */
function requireOnAxis({ title, x, xScale }: IntervalFigure, points: readonly Point[]): void {
  const off = points.find((point) => xScale === "log" && point.x <= 0);
  if (off) throw new RangeError(`"${title}": ${x} = ${off.x} has no place on a logarithmic axis`);
}

function diagonalMarks(figure: IntervalFigure, axes: ReturnType<typeof axesOf>): Plot.Markish[] {
  if (!figure.diagonal) return [];
  const line = { stroke: "currentColor", strokeOpacity: 0.55, strokeDasharray: "3 3", className: "diagonal" };
  return [Plot.line(diagonalOf(figure, axes), line)];
}

/** One plot without its heading: axes and marks. */
function drawPlot(figure: IntervalFigure, axes: ReturnType<typeof axesOf>, marks: Plot.Markish[]) {
  const inner = figure.diagonal && figure.xScale === "linear" ? INNER : 220;
  const tickFormat = (value: number): string => formatNumber(value);
  return Plot.plot({
    document: document as never,
    width: WIDTH,
    height: inner + MARGINS.marginTop + MARGINS.marginBottom,
    ...MARGINS,
    style: { fontSize: "12px" },
    x: {
      type: figure.xScale,
      domain: [...axes.x],
      label: figure.x,
      labelAnchor: "center",
      labelArrow: "none",
      ticks: figure.xScale === "log" ? [...thinLine(axes.xs, MOST_TICKS)] : 5,
      tickFormat,
    },
    y: { domain: [...axes.y], label: null, ticks: 5, tickFormat, grid: true, clamp: true },
    marks: [...diagonalMarks(figure, axes), ...marks],
  });
}

/** Points that are drawn at the edge, and points that are not drawn at all. */
function noteOf(series: readonly Series[], points: readonly Point[], [low, high]: readonly [number, number]): string {
  const beyond = points.filter(({ y }) => y < low || y > high).length;
  const notFinite = series.flatMap((one) => one.points).length - points.length;
  return [
    ...(beyond > 0 ? [`${plural(beyond, "point")} beyond the frame, drawn at its edge`] : []),
    ...(notFinite > 0 ? [`${plural(notFinite, "point")} not finite`] : []),
  ].join(", ");
}

/** A plot of the figure, whether its series are set apart sideways, and its numbers in words. */
function plotOf(
  figure: IntervalFigure,
  { title, series }: IntervalFigure["plots"][number],
  groups: readonly string[],
  nameOf: NameOf,
): { readonly view: IntervalView["plots"][number]; readonly setApart: boolean } {
  const points = pointsOf(series);
  requireOnAxis(figure, points);
  const axes = axesOf(figure, points);
  const aside = asideOf(figure, series, axes);
  const marks = series.flatMap((one, i) => marksOf(one, nameOf(one), groups.indexOf(one.group), aside[i]!));
  const numbers = series.map((one) => {
    const shown = one.points.filter(finite);
    return `${nameOf(one)}: ${shown.length === 0 ? "no points" : shown.map(said).join(", ")}`;
  });
  const heading = title === "" ? figure.title : `${figure.title}, ${title}`;
  const name = `${heading}: ${figure.y} against ${figure.x}. ${numbers.join("; ")}.`;
  const [low, high] = axes.y;
  return {
    view: {
      title,
      y: figure.y,
      note: noteOf(series, points, [low!, high!]),
      svg: plotMarkup(drawPlot(figure, axes, marks), name, "plot"),
    },
    setApart: aside.some((dx) => dx !== 0),
  };
}

/** An entry for each group and source that is drawn. */
function legendOf(
  groups: readonly string[],
  drawn: readonly Pick<Series, "group" | "source">[],
  nameOf: NameOf,
): IntervalView["legend"] {
  return groups.flatMap((group, index) =>
    (["paper", "ours"] as const)
      .filter((source) => drawn.some((one) => one.group === group && one.source === source))
      .map((source) => ({
        name: nameOf({ group, source }),
        className: groupStyle(index).className,
        colour: groupStyle(index).colour,
        symbol: SYMBOLS[index % SYMBOLS.length]![1],
        printed: source === "paper",
      })),
  );
}

/** Throws RangeError where a number has no place on a logarithmic axis. */
export function intervalView(figure: IntervalFigure, data: Shown): IntervalView {
  const all = figure.plots.flatMap(({ series }) => series);
  const groups = [...new Set(all.map(({ group }) => group))];
  const nameOf = namesIn(data);
  const isDrawn = ({ source }: Series): boolean => source === "ours" || data.usesPapersData;
  const plots = figure.plots.map(({ title, series }) =>
    plotOf(figure, { title, series: series.filter(isDrawn) }, groups, nameOf),
  );
  const sentences = [
    plots.some(({ setApart }) => setApart) ? "Points at one number are set apart sideways." : "",
    shortfall(data),
    all.every(isDrawn) ? "" : "The printed values are not drawn: these runs did not read the paper's data.",
  ];
  return {
    legend: legendOf(groups, all.filter(isDrawn), nameOf),
    diagonal: figure.diagonal,
    plots: plots.map(({ view }) => view),
    lead: sentences.filter((sentence) => sentence !== "").join(" "),
  };
}
