/** Samples, over centres where there are any: one small panel a run, one SVG path a panel. */
import type { ScatterFigure } from "../../harness/contract/figures.ts";
import { formatNumber, plural } from "../format.ts";
import { imageMarkup, type Markup } from "./svg.ts";

/** Side of a panel in its own units; drawn at about 160 CSS pixels. */
export const SIDE = 600;
export const POINTS_A_PANEL = 1000;

export interface ThinnedPoints {
  readonly total: number;
  readonly drawn: readonly (readonly [number, number])[];
  /** Which of all points each drawn one is. */
  readonly indices: readonly number[];
  /** Of all points, how many lie outside the plotted square or are not finite. */
  readonly outside: number;
  readonly notFinite: number;
}

/** Evenly spaced choice of at most `limit` points (samples are exchangeable), in panel units with y upwards. */
export function thinPoints(points: Float32Array, domain: readonly [number, number], limit: number): ThinnedPoints {
  const [low, high] = domain;
  const total = Math.floor(points.length / 2);
  const drawn: (readonly [number, number])[] = [];
  const indices: number[] = [];
  let outside = 0;
  let notFinite = 0;
  let taken = 0;
  for (let i = 0; i < total; i++) {
    const x = points[2 * i]!;
    const y = points[2 * i + 1]!;
    const chosen = Math.floor(((i + 1) * Math.min(limit, total)) / total) > taken;
    if (chosen) taken++;
    if (!Number.isFinite(x) || !Number.isFinite(y)) notFinite++;
    else if (x < low || x > high || y < low || y > high) outside++;
    else if (chosen) {
      drawn.push([(SIDE * (x - low)) / (high - low), (SIDE * (high - y)) / (high - low)]);
      indices.push(i);
    }
  }
  return { total, drawn, indices, outside, notFinite };
}

/** Each point is a line of no length with round caps: `m dx dy h0`, relative to the point before. */
export function pointPath(points: readonly (readonly [number, number])[]): string {
  let path = "";
  let previousX = 0;
  let previousY = 0;
  for (const [x, y] of points) {
    const px = Math.round(x);
    const py = Math.round(y);
    const dy = py - previousY;
    path += `${path === "" ? "M" : "m"}${px - previousX}${dy < 0 ? "" : " "}${dy}h0`;
    previousX = px;
    previousY = py;
  }
  return path;
}

/** A circle about every centre, of the figure's radius but never too small to be seen, as one path; "" without centres. */
export function centreMarkup({
  centres = [],
  domain: [low, high],
  radius = 0,
}: Pick<ScatterFigure, "centres" | "domain" | "radius">): string {
  if (centres.length === 0) return "";
  const scale = SIDE / (high - low);
  const r = Math.max(3, Math.round(radius * scale));
  const circles = centres
    .map(([x, y]) => {
      const left = Math.round((x - low) * scale) - r;
      const middle = Math.round((high - y) * scale);
      return `M${left} ${middle}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
    })
    .join("");
  return `<path class="centres" d="${circles}"/>`;
}

/** The sentence that explains the circles; "" without centres. */
function circlesText({ centres = [], radius }: ScatterFigure): string {
  if (centres.length === 0) return "";
  const circles = radius === undefined ? "small circles" : `circles of radius ${formatNumber(radius)}`;
  return `; ${circles} mark the ${plural(centres.length, "centre")}`;
}

export interface ScatterView {
  readonly groups: readonly {
    readonly name: string;
    readonly panels: readonly {
      readonly title: string;
      readonly note: string;
      readonly lost: string;
      readonly empty: boolean;
      readonly svg: Markup;
    }[];
  }[];
  readonly lead: string;
}

export function scatterView(figure: ScatterFigure): ScatterView {
  const centres = centreMarkup(figure);
  const over = figure.centres?.length ? ` over ${plural(figure.centres.length, "centre")}` : "";
  const byGroup = new Map<string, ScatterView["groups"][number]["panels"][number][]>();
  let mostPoints = 0;
  for (const panel of figure.panels) {
    const { total, drawn, outside, notFinite } = thinPoints(panel.points, figure.domain, POINTS_A_PANEL);
    mostPoints = Math.max(mostPoints, total);
    const lost = [
      outside > 0 ? `${formatNumber(outside)} outside the frame` : "",
      notFinite > 0 ? `${formatNumber(notFinite)} not finite` : "",
    ].filter((part) => part !== "");
    const content =
      centres +
      (total === 0
        ? `<path class="no-samples" d="M0 0L${SIDE} ${SIDE}M${SIDE} 0L0 ${SIDE}"/>`
        : `<path class="samples" d="${pointPath(drawn)}"/>`);
    const name = `${panel.group}, ${panel.title}: ${panel.note}. ${
      total === 0 ? "No samples." : `${plural(total, "sample")}${over}.`
    }`;
    const view = {
      title: panel.title,
      note: panel.note,
      lost: lost.join(", "),
      empty: total === 0,
      svg: imageMarkup(`0 0 ${SIDE} ${SIDE}`, content, name, "scatter-panel"),
    };
    byGroup.set(panel.group, [...(byGroup.get(panel.group) ?? []), view]);
  }
  const [low, high] = figure.domain;
  const share =
    mostPoints > POINTS_A_PANEL
      ? `${formatNumber(POINTS_A_PANEL)} of ${formatNumber(mostPoints)} samples drawn a panel`
      : "Every sample drawn";
  return {
    groups: [...byGroup].map(([name, panels]) => ({ name, panels })),
    lead: `${share}${circlesText(figure)}; both axes run from ${formatNumber(low)} to ${formatNumber(high)}.`,
  };
}

/** The figure with the number of points in place of them. */
export const scatterWithoutPoints = (figure: ScatterFigure): unknown => ({
  ...figure,
  panels: figure.panels.map(({ points, ...panel }) => ({ ...panel, pointCount: Math.floor(points.length / 2) })),
});
