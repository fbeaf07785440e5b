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

/** Draws the rows from top to bottom; the picture is 400 units wide and as high as its rows need. */
export function stripPlot(plot: StripPlot): Markup {
  const [low, high] = extent(plot);
  const toPixel = (value: number): number => MARGIN + ((WIDTH - 2 * MARGIN) * (value - low)) / (high - low);
  const pad = (high - low) * 0.01;
  const edge = plot.worseEdge === "low" ? low + pad : high - pad;

  let top = 6;
  const placed = plot.rows.map((row) => {
    const at = row.dots.map((dot) => (Number.isFinite(dot.value) ? dot.value : edge));
    const levels = stackLevels(at.map(toPixel));
    const deepest = levels.reduce((a, b) => Math.max(a, b), 0);
    // A very tall pile is pressed together instead of making the picture taller.
    const pitch = deepest > 11 ? (11 * DOT_PITCH) / deepest : DOT_PITCH;
    const hasMean = row.mean !== null || row.interval !== null || row.extremes !== null;
    const firstDot = hasMean ? MEAN_Y + 13 : MEAN_Y;
    const height = (row.dots.length > 0 ? firstDot + deepest * pitch + 7 : MEAN_Y + 9) + 8;
    const dots = row.dots.map((dot, i) => ({
      x: at[i]!,
      y: top + firstDot + levels[i]! * pitch,
      finished: dot.finished,
      title: dot.title,
      colour: row.colour,
    }));
    const result = { row, top, bottom: top + height, dots };
    top += height;
    return result;
  });
  const axisHeight = plot.axis === "" ? 24 : 36;
  const height = top + axisHeight;

  const text = { fontSize: 12, fill: "currentColor", stroke: "var(--surface)", strokeWidth: 4 };
  const marks: Plot.Markish[] = [];
  for (const band of plot.bands) {
    const first = placed[band.rows[0]];
    const last = placed[band.rows[1]];
    if (first && last)
      marks.push(
        Plot.rect([band], {
          x1: "low",
          x2: "high",
          y1: () => first.top + 16,
          y2: () => last.bottom - 4,
          fill: "var(--band)",
          className: "margin-band",
        }),
      );
  }
  if (plot.reference !== null)
    marks.push(
      Plot.ruleX([plot.reference], {
        stroke: "currentColor",
        strokeOpacity: 0.55,
        strokeDasharray: "3 3",
        y1: 0,
        y2: top,
      }),
    );
  for (const { row, top: rowTop, dots } of placed) {
    const y = (): number => rowTop + MEAN_Y;
    const colour = row.source === "paper" ? "currentColor" : row.colour;
    marks.push(
      Plot.text([row], {
        ...text,
        y: () => rowTop + LABEL_Y,
        frameAnchor: "left",
        textAnchor: "start",
        text: () => shorten(row.label),
      }),
      Plot.text([row], {
        ...text,
        y: () => rowTop + LABEL_Y,
        frameAnchor: "right",
        textAnchor: "end",
        text: () => row.detail,
        fontVariant: "tabular-nums",
      }),
    );
    if (row.extremes)
      marks.push(
        Plot.link([...row.extremes], {
          x: (value: number) => value,
          y1: () => rowTop + MEAN_Y - 5,
          y2: () => rowTop + MEAN_Y + 5,
          stroke: colour,
        }),
      );
    if (row.mean !== null && row.spread)
      marks.push(
        Plot.ruleY([row], {
          x1: () => row.mean! - row.spread!.halfWidth,
          x2: () => row.mean! + row.spread!.halfWidth,
          y,
          stroke: colour,
          strokeWidth: 1.3,
          ...(row.spread.certain ? {} : { strokeDasharray: "4 3" }),
        }),
      );
    if (row.interval)
      marks.push(
        Plot.ruleY([row], {
          x1: () => row.interval![0],
          x2: () => row.interval![1],
          y,
          stroke: colour,
          strokeWidth: 4.5,
          strokeOpacity: 0.85,
        }),
      );
    if (row.mean !== null)
      marks.push(
        Plot.dot([row], {
          x: () => row.mean!,
          y,
          r: row.source === "paper" ? 5 : 5.5,
          symbol: row.source === "paper" ? "diamond" : "circle",
          fill: "var(--surface)",
          stroke: colour,
          strokeWidth: 2,
          className: row.source === "paper" ? "paper-mean" : "our-mean",
        }),
      );
    const finished = dots.filter((dot) => dot.finished);
    marks.push(
      finished.length > MANY
        ? crowd(finished, row.colour, toPixel)
        : Plot.dot(finished, { x: "x", y: "y", r: 3, fill: row.colour, title: "title", className: "run-dots" }),
      Plot.dot(
        dots.filter((dot) => !dot.finished),
        {
          x: "x",
          y: "y",
          r: 3.6,
          symbol: "times",
          stroke: "var(--failed)",
          strokeWidth: 2.2,
          title: "title",
          className: "run-dots failed",
        },
      ),
    );
  }
  marks.push(
    Plot.axisX({
      label: plot.axis === "" ? null : plot.axis,
      ticks: 6,
      tickFormat: (value: number) => formatNumber(value),
      anchor: "bottom",
      labelAnchor: "center",
      labelArrow: "none",
    }),
  );

  const svg = Plot.plot({
    document: document as never,
    width: WIDTH,
    height,
    marginLeft: MARGIN,
    marginRight: MARGIN,
    marginTop: 0,
    marginBottom: axisHeight,
    style: { fontSize: "12px" },
    x: { domain: [low, high] },
    y: { type: "identity", axis: null },
    marks,
  });
  return plotMarkup(svg, plot.name, "plot strip");
}
