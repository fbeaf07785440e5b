/** A table of scatter plots as one SVG: one path a panel and component, headings inside the picture. */
import type { GridFigure } from "../../harness/contract/figures.ts";
import { formatNumber, plural } from "../format.ts";
import { centreMarkup, POINTS_A_PANEL, pointPath, SIDE, thinPoints } from "./scatter.ts";
import { escapeText, imageMarkup, type Markup } from "./svg.ts";

export interface GridView {
  readonly svg: Markup;
  /** What is drawn of how much, and what lies outside. */
  readonly lead: string;
}

const GAP = 36;
const LINE = 52;
/** Characters of a line over one panel. */
const COLUMN_TEXT = 24;
const COLOURS = 25;

/**
 * Colour of a mixture component: 25 hues 14.4° apart in an order that sets neighbours on a 5 × 5 grid far apart, at three
 * lightnesses. They help the eye; what is claimed shows in the positions.
 */
export function componentColour(component: number): string {
  const hue = ((component * 7) % COLOURS) * (360 / COLOURS);
  const shift = ((component % 3) - 1) * 9;
  return `hsl(${Number(hue.toFixed(1))} 70% calc(var(--component-lightness) + ${shift}%))`;
}

/** Lines of at most `length` characters, broken at spaces; what does not fit on the last of `most` ends in "…". */
export function wrapText(text: string, length: number, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= length) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const kept = lines.slice(0, most).map((line) => (line.length > length ? `${line.slice(0, length - 1)}…` : line));
  if (lines.length > most) kept[most - 1] = `${kept[most - 1]!.slice(0, length - 1)}…`;
  return kept;
}

type Panel = GridFigure["rows"][number]["panels"][number];

/** One path a component, in rising order; a panel without components has one path. */
function pointsMarkup({ points, component }: Panel, domain: readonly [number, number]) {
  const { total, drawn, indices, outside, notFinite } = thinPoints(points, domain, POINTS_A_PANEL);
  if (component === null)
    return { total, outside, notFinite, paths: `<path class="samples" d="${pointPath(drawn)}"/>` };
  const byComponent = new Map<number, (readonly [number, number])[]>();
  drawn.forEach((point, i) => {
    const key = component[indices[i]!] ?? 0;
    const group = byComponent.get(key);
    if (group) group.push(point);
    else byComponent.set(key, [point]);
  });
  const paths = [...byComponent]
    .sort(([a], [b]) => a - b)
    .map(([key, group]) => `<path class="samples" style="stroke:${componentColour(key)}" d="${pointPath(group)}"/>`);
  return { total, outside, notFinite, paths: paths.join("") };
}

const EMPTY = `<path class="no-samples" d="M0 0L${SIDE} ${SIDE}M${SIDE} 0L0 ${SIDE}"/>`;
const FRAME = `<rect class="frame" width="${SIDE}" height="${SIDE}"/>`;

function textMarkup(lines: readonly string[], x: number, y: number, className: string): string {
  return lines
    .map((line, i) => `<text class="${className}" x="${x}" y="${y + i * LINE}">${escapeText(line)}</text>`)
    .join("");
}

export function gridView(figure: GridFigure): GridView {
  const width = figure.columns.length * (SIDE + GAP) - GAP;
  const rowText = Math.max(COLUMN_TEXT, figure.columns.length * COLUMN_TEXT);
  const headings = figure.columns.map(({ title, note }) => ({
    title: wrapText(title, COLUMN_TEXT, 2),
    note: wrapText(note, COLUMN_TEXT, 3),
  }));
  let top = LINE * Math.max(0, ...headings.map(({ title, note }) => title.length + note.length)) + 12;
  let content = headings
    .map(({ title, note }, column) => {
      const x = column * (SIDE + GAP);
      return textMarkup(title, x, LINE, "heading") + textMarkup(note, x, LINE * (1 + title.length), "note");
    })
    .join("");
  let [drawn, total, outside, notFinite] = [0, 0, 0, 0];
  const said: string[] = [];
  for (const row of figure.rows) {
    const note = row.note === "" ? [] : wrapText(row.note, rowText, 2);
    content += textMarkup(wrapText(row.title, rowText, 1), 0, top + LINE, "heading");
    content += textMarkup(note, 0, top + 2 * LINE, "note");
    top += LINE * (1 + note.length) + 24;
    const centres = centreMarkup(row);
    row.panels.forEach((panel, column) => {
      const points = pointsMarkup(panel, row.domain);
      const inside = points.total === 0 ? EMPTY : points.paths;
      content += `<g transform="translate(${column * (SIDE + GAP)} ${top})">${FRAME}${inside}${centres}</g>`;
      drawn = Math.max(drawn, Math.min(points.total, POINTS_A_PANEL));
      total = Math.max(total, points.total);
      outside += points.outside;
      notFinite += points.notFinite;
    });
    const counts = row.panels.map(({ points }, column) => {
      const title = figure.columns[column]?.title ?? "";
      return `${title}: ${points.length === 0 ? "no points" : plural(points.length / 2, "point")}`;
    });
    said.push(`${row.title}: ${counts.join(", ")}`);
    top += SIDE + GAP;
  }
  const columns = figure.columns.map(({ title, note }) => (note === "" ? title : `${title}, ${note}`));
  const name = `${figure.title}. Columns: ${columns.join("; ")}. Rows: ${said.join("; ")}.`;
  const lost = [
    ...(outside > 0 ? [`${plural(outside, "point")} lie outside the frames`] : []),
    ...(notFinite > 0 ? [`${plural(notFinite, "point")} are not finite`] : []),
  ];
  return {
    svg: imageMarkup(`-3 0 ${width + 6} ${top}`, content, name, "grid-figure"),
    lead: `${drawn < total ? `At most ${formatNumber(drawn)} of ${formatNumber(total)} points drawn a panel` : "Every point drawn"}${lost.map((text) => `; ${text}`).join("")}. Colours tell mixture components apart, and repeat nothing that the positions do not show.`,
  };
}

/** The figure with the number of points in place of them and their components. */
export const gridWithoutPoints = (figure: GridFigure): unknown => ({
  ...figure,
  rows: figure.rows.map(({ panels, ...row }) => ({
    ...row,
    panels: panels.map(({ points }) => ({ pointCount: Math.floor(points.length / 2) })),
  })),
});
