/** Horizontal rows on one axis: a printed or measured mean with what surrounds it, and under it one dot a run. */
import * as Plot from "@observablehq/plot";
import { formatNumber } from "../format.ts";
import { document, type Markup, plotMarkup } from "./svg.ts";

export interface StripDot {
  /** Not finite: the metric has no bound; drawn at the worse edge. */
  readonly value: number;
  readonly finished: boolean;
  readonly title: string;
}
export interface StripRow {
  readonly label: string;
  /** The same in numbers, at the right. */
  readonly detail: string;
  readonly source: "paper" | "ours";
  readonly colour: string;
  readonly mean: number | null;
  /** Half-width about the mean, e.g. one SD; `certain: false` draws it dashed (kind not stated). */
  readonly spread: { readonly halfWidth: number; readonly certain: boolean } | null;
  /** Interval of the mean. */
  readonly interval: readonly [number, number] | null;
  /** Smallest and largest. */
  readonly extremes: readonly [number, number] | null;
  readonly dots: readonly StripDot[];
}
export interface StripBand {
  readonly low: number;
  readonly high: number;
  /** First and last row that it lies behind. */
  readonly rows: readonly [number, number];
}
export interface StripPlot {
  readonly name: string;
  readonly axis: string;
  readonly rows: readonly StripRow[];
  readonly bands: readonly StripBand[];
  /** A value with a line of its own, e.g. 0 for a difference. */
  readonly reference: number | null;
  readonly domain: readonly [number, number] | null;
  readonly worseEdge: "low" | "high";
}

const WIDTH = 360;
const MARGIN = 14;
/** Above the first row. */
const TOP = 6;
const LABEL_Y = 9;
const MEAN_Y = 25;
const DOT_PITCH = 8;
const LABEL_LENGTH = 36;
/** More dots of a row than these are drawn as one. */
const MANY = 300;

function extent(plot: StripPlot): readonly [number, number] {
  const values = [
    ...plot.rows.flatMap((row) => [
      row.mean ?? Number.NaN,
      ...(row.mean !== null && row.spread ? [row.mean - row.spread.halfWidth, row.mean + row.spread.halfWidth] : []),
      ...(row.interval ?? []),
      ...(row.extremes ?? []),
      ...row.dots.map((dot) => dot.value),
    ]),
    ...plot.bands.flatMap((band) => [band.low, band.high]),
    ...(plot.reference === null ? [] : [plot.reference]),
    ...(plot.domain ?? []),
  ].filter(Number.isFinite);
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const pad = high > low ? 0.03 * (high - low) : Math.max(Math.abs(low), 1) * 0.1;
  return [low - pad, high + pad];
}

/** Level of each dot so that none covers another: equal values stack. */
export function stackLevels(pixels: readonly number[], pitch = DOT_PITCH): readonly number[] {
  const levels = new Array<number>(pixels.length).fill(0);
  const order = pixels.map((_, i) => i).sort((a, b) => pixels[a]! - pixels[b]! || a - b);
  /** The last dot of each level; from left to right no other one of it is nearer. */
  const last: number[] = [];
  for (const i of order) {
    let level = 0;
    while (level < last.length && pixels[i]! - last[level]! < pitch) level++;
    levels[i] = level;
    last[level] = pixels[i]!;
  }
  return levels;
}

/** Dots as one path of lines without length and round caps: too many for a mark and a title each. */
function crowd(
  dots: readonly { x: number; y: number }[],
  colour: string,
  toPixel: (x: number) => number,
): Plot.Markish {
  return () => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const attributes = {
      class: "run-dots",
      stroke: colour,
      "stroke-width": "6",
      "stroke-linecap": "round",
      fill: "none",
    };
    for (const [name, value] of Object.entries(attributes)) path.setAttribute(name, value);
    path.setAttribute("d", dots.map(({ x, y }) => `M${tenth(toPixel(x))} ${tenth(y)}h0`).join(""));
    return path as unknown as SVGElement;
  };
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

const shorten = (text: string): string => (text.length > LABEL_LENGTH ? `${text.slice(0, LABEL_LENGTH - 1)}…` : text);

interface PlacedDot {
  readonly x: number;
  readonly y: number;
  readonly finished: boolean;
  readonly title: string;
}
/** A row at its place in the picture, in units from the top. */
interface PlacedRow {
  readonly row: StripRow;
  readonly top: number;
  readonly bottom: number;
  readonly dots: readonly PlacedDot[];
}

/** The row below `top`, dots that are not finite at `edge`. */
function placeRow(row: StripRow, top: number, edge: number, toPixel: (x: number) => number): PlacedRow {
  const at = row.dots.map((dot) => (Number.isFinite(dot.value) ? dot.value : edge));
  const levels = stackLevels(at.map(toPixel));
  const deepest = levels.reduce((a, b) => Math.max(a, b), 0);
  // A very tall pile is pressed together instead of making the picture taller.
  const pitch = deepest > 11 ? (11 * DOT_PITCH) / deepest : DOT_PITCH;
  const hasMean = row.mean !== null || row.interval !== null || row.extremes !== null;
  const firstDot = hasMean ? MEAN_Y + 13 : MEAN_Y;
  const height = (row.dots.length > 0 ? firstDot + deepest * pitch + 7 : MEAN_Y + 9) + 8;
  const dots = row.dots.map(({ finished, title }, i) => ({
    x: at[i]!,
    y: top + firstDot + levels[i]! * pitch,
    finished,
    title,
  }));
  return { row, top, bottom: top + height, dots };
}

/** The rows below each other, in their order. */
function placeRows(rows: readonly StripRow[], edge: number, toPixel: (x: number) => number): readonly PlacedRow[] {
  let top = TOP;
  return rows.map((row) => {
    const placed = placeRow(row, top, edge, toPixel);
    top = placed.bottom;
    return placed;
  });
}

/** Behind the rows: bands, and the line of the reference value. */
function backgroundMarks({ bands, reference }: StripPlot, rows: readonly PlacedRow[], bottom: number): Plot.Markish[] {
  const marks: Plot.Markish[] = bands.flatMap((band) => {
    const first = rows[band.rows[0]];
    const last = rows[band.rows[1]];
    if (!first || !last) return [];
    const [y1, y2] = [() => first.top + 16, () => last.bottom - 4];
    return [Plot.rect([band], { x1: "low", x2: "high", y1, y2, fill: "var(--band)", className: "margin-band" })];
  });
  if (reference !== null)
    marks.push(
      Plot.ruleX([reference], {
        stroke: "currentColor",
        strokeOpacity: 0.55,
        strokeDasharray: "3 3",
        y1: 0,
        y2: bottom,
      }),
    );
  return marks;
}

const TEXT = { fontSize: 12, fill: "currentColor", stroke: "var(--surface)", strokeWidth: 4 };

/** The label at the left, and the numbers at the right. */
function textMarks({ row, top }: PlacedRow): Plot.Markish[] {
  const y = (): number => top + LABEL_Y;
  return [
    Plot.text([row], { ...TEXT, y, frameAnchor: "left", textAnchor: "start", text: () => shorten(row.label) }),
    Plot.text([row], {
      ...TEXT,
      y,
      frameAnchor: "right",
      textAnchor: "end",
      text: () => row.detail,
      fontVariant: "tabular-nums",
    }),
  ];
}

/** What surrounds the mean (extremes, spread, interval), and the mean over it. */
function meanMarks({ row, top }: PlacedRow): Plot.Markish[] {
  const { mean, spread, interval, extremes, source } = row;
  const printed = source === "paper";
  const colour = printed ? "currentColor" : row.colour;
  const middle = top + MEAN_Y;
  const y = (): number => middle;
  const marks: Plot.Markish[] = [];
  if (extremes)
    marks.push(
      Plot.link([...extremes], {
        x: (value: number) => value,
        y1: () => middle - 5,
        y2: () => middle + 5,
        stroke: colour,
      }),
    );
  if (mean !== null && spread)
    marks.push(
      Plot.ruleY([row], {
        x1: () => mean - spread.halfWidth,
        x2: () => mean + spread.halfWidth,
        y,
        stroke: colour,
        strokeWidth: 1.3,
        ...(spread.certain ? {} : { strokeDasharray: "4 3" }),
      }),
    );
  if (interval) {
    const [low, high] = interval;
    const width = { strokeWidth: 4.5, strokeOpacity: 0.85 };
    marks.push(Plot.ruleY([row], { x1: () => low, x2: () => high, y, stroke: colour, ...width }));
  }
  if (mean !== null)
    marks.push(
      Plot.dot([row], {
        x: () => mean,
        y,
        r: printed ? 5 : 5.5,
        symbol: printed ? "diamond" : "circle",
        fill: "var(--surface)",
        stroke: colour,
        strokeWidth: 2,
        className: printed ? "paper-mean" : "our-mean",
      }),
    );
  return marks;
}

/** One dot a run, and a cross a run that did not finish. */
function dotMarks({ row, dots }: PlacedRow, toPixel: (x: number) => number): Plot.Markish[] {
  const finished = dots.filter((dot) => dot.finished);
  const failed = dots.filter((dot) => !dot.finished);
  return [
    finished.length > MANY
      ? crowd(finished, row.colour, toPixel)
      : Plot.dot(finished, { x: "x", y: "y", r: 3, fill: row.colour, title: "title", className: "run-dots" }),
    Plot.dot(failed, {
      x: "x",
      y: "y",
      r: 3.6,
      symbol: "times",
      stroke: "var(--failed)",
      strokeWidth: 2.2,
      title: "title",
      className: "run-dots failed",
    }),
  ];
}

/** Draws the rows from top to bottom; the picture is 360 units wide and as high as its rows need. */
export function stripPlot(plot: StripPlot): Markup {
  const [low, high] = extent(plot);
  const toPixel = (value: number): number => MARGIN + ((WIDTH - 2 * MARGIN) * (value - low)) / (high - low);
  const pad = (high - low) * 0.01;
  const rows = placeRows(plot.rows, plot.worseEdge === "low" ? low + pad : high - pad, toPixel);
  const bottom = rows.at(-1)?.bottom ?? TOP;
  const axisHeight = plot.axis === "" ? 24 : 36;
  const axis = Plot.axisX({
    label: plot.axis === "" ? null : plot.axis,
    ticks: 6,
    tickFormat: (value: number) => formatNumber(value),
    anchor: "bottom",
    labelAnchor: "center",
    labelArrow: "none",
  });
  const svg = Plot.plot({
    document: document as never,
    width: WIDTH,
    height: bottom + axisHeight,
    marginLeft: MARGIN,
    marginRight: MARGIN,
    marginTop: 0,
    marginBottom: axisHeight,
    style: { fontSize: "12px" },
    x: { domain: [low, high] },
    y: { type: "identity", axis: null },
    marks: [
      ...backgroundMarks(plot, rows, bottom),
      ...rows.flatMap((row) => [...textMarks(row), ...meanMarks(row), ...dotMarks(row, toPixel)]),
      axis,
    ],
  });
  return plotMarkup(svg, plot.name, "plot strip");
}
