/** Tables of counts as heat maps: the shade is a cell's share of its row, the number its count. */
import type { MatrixFigure } from "../../harness/contract/figures.ts";
import { formatNumber } from "../format.ts";
import { wrapText } from "./grid.ts";
import { escapeText, imageMarkup, type Markup } from "./svg.ts";

type Panel = MatrixFigure["panels"][number];

export interface MatrixView {
  readonly panels: readonly {
    readonly title: string;
    readonly note: string;
    /** Accuracy and most frequent confusion, for everyone. */
    readonly said: string;
    readonly svg: Markup;
  }[];
  readonly lead: string;
  /** Shades of the legend. */
  readonly shades: readonly { readonly text: string; readonly opacity: string }[];
}

/** Side of a cell, in units of about a CSS pixel. */
const CELL = 30;
const LINE = 16;
const LABEL_LENGTH = 14;
/** About the width of a character at the labels' size. */
const CHARACTER = 6.4;
/** Matrices of more labels have no numbers in their cells. */
const MOST_WITH_COUNTS = 20;
/** Shares of a row that are large enough for a number. */
const SHARE_WITH_COUNT = 0.005;
const SHADES = [0.01, 0.05, 0.2, 0.5, 1];

/** Small shares are what a reader looks for: the root shows 1 % as a tenth of full shade. */
const opacity = (share: number): string => String(Number(Math.sqrt(share).toFixed(2)));
const percent = (share: number): string => `${formatNumber(100 * share, share > 0 && share < 0.1 ? 1 : 0)} %`;
/** 12345 → 12k: at most four characters. */
const shortCount = (count: number): string =>
  count < 9999.5
    ? formatNumber(Math.round(count))
    : count < 999_500
      ? `${Math.round(count / 1000)}k`
      : `${Math.round(count / 1e6)}M`;

/** @throws RangeError where the counts are no square table of the labels, or no counts. */
function requireCounts({ title, counts }: Panel, labels: number): void {
  if (counts.length !== labels * labels)
    throw new RangeError(`"${title}": ${counts.length} counts for ${labels} × ${labels} labels`);
  const bad = counts.find((count) => !(Number.isFinite(count) && count >= 0));
  if (bad !== undefined) throw new RangeError(`"${title}": ${bad} is no count`);
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const rowsOf = (counts: readonly number[], size: number): readonly (readonly number[])[] =>
  Array.from({ length: size }, (_, row) => counts.slice(row * size, (row + 1) * size));

/** "Accuracy 91 % of 26,032; most frequent confusion: 3 as 5, 120 of 2,882 (4.2 %)." */
function summaryOf(rows: readonly (readonly number[])[], labels: readonly string[]): string {
  const total = sum(rows.flat());
  if (total === 0) return "No cases.";
  const right = sum(rows.map((row, i) => row[i]!));
  const accuracy = `Accuracy ${formatNumber((100 * right) / total)} % of ${formatNumber(total)}`;
  let worst = { count: 0, row: 0, column: 0 };
  rows.forEach((cells, row) => {
    cells.forEach((count, column) => {
      if (row !== column && count > worst.count) worst = { count, row, column };
    });
  });
  if (worst.count === 0) return `${accuracy}; no confusion.`;
  const all = sum(rows[worst.row]!);
  return `${accuracy}; most frequent confusion: ${labels[worst.row]} as ${labels[worst.column]}, ${formatNumber(worst.count)} of ${formatNumber(all)} (${percent(worst.count / all)}).`;
}

function panelMarkup(figure: MatrixFigure, rows: readonly (readonly number[])[]) {
  const labels = figure.labels.map((label) => wrapText(label, LABEL_LENGTH, 1)[0] ?? "");
  const longest = Math.max(1, ...labels.map((label) => label.length));
  const upright = longest > 3;
  const left = LINE + 12 + longest * CHARACTER;
  const top = LINE + 6 + (upright ? longest * CHARACTER : LINE);
  const side = labels.length * CELL;
  const middle = (index: number): number => (index + 0.5) * CELL;
  const text = (x: number, y: number, content: string, attributes: string): string =>
    `<text x="${x}" y="${y}" ${attributes}>${escapeText(content)}</text>`;
  const turned = (x: number, y: number, content: string, attributes: string): string =>
    `<text transform="translate(${x} ${y})rotate(-90)" ${attributes}>${escapeText(content)}</text>`;
  const headings = labels.map((label, i) => {
    const row = text(-6, middle(i) + 4, label, 'class="confusion-text" text-anchor="end"');
    const column = upright
      ? turned(middle(i) + 4, -6, label, 'class="confusion-text"')
      : text(middle(i), -6, label, 'class="confusion-text" text-anchor="middle"');
    return row + column;
  });
  const axes =
    text(side / 2, LINE - top - 4, figure.columnAxis, 'class="confusion-text axis-name" text-anchor="middle"') +
    turned(LINE - left - 4, side / 2, figure.rowAxis, 'class="confusion-text axis-name" text-anchor="middle"');
  const cells = rows.flatMap((counts, row) => {
    const total = sum(counts);
    return counts.map((count, column) => {
      const share = total === 0 ? 0 : count / total;
      const [x, y] = [column * CELL, row * CELL];
      const title = `${figure.labels[row]} as ${figure.labels[column]}: ${formatNumber(count)}${total === 0 ? "" : ` (${percent(share)})`}`;
      const shown = labels.length <= MOST_WITH_COUNTS && share >= SHARE_WITH_COUNT;
      const number = shown
        ? text(x + CELL / 2, y + CELL / 2 + 3.5, shortCount(count), 'class="confusion-text count" text-anchor="middle"')
        : "";
      return `<g><title>${escapeText(title)}</title><rect class="shade" x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill-opacity="${opacity(share)}"/>${number}</g>`;
    });
  });
  const lines = labels
    .slice(1)
    .map((_, i) => `M${(i + 1) * CELL} 0V${side}M0 ${(i + 1) * CELL}H${side}`)
    .join("");
  const diagonal = labels
    .map((_, i) => `M${i * CELL + 1} ${i * CELL + 1}h${CELL - 2}v${CELL - 2}h${2 - CELL}Z`)
    .join("");
  const content =
    cells.join("") +
    `<path class="confusion-lines" d="${lines}"/><path class="on-diagonal" d="${diagonal}"/><rect class="confusion-lines" width="${side}" height="${side}"/>` +
    headings.join("") +
    axes;
  const tenth = (value: number): number => Math.round(10 * value) / 10;
  return { viewBox: `${tenth(-left)} ${tenth(-top)} ${tenth(left + side + 2)} ${tenth(top + side + 2)}`, content };
}

/** Throws RangeError where a panel's counts are no square table of the labels. */
export function matrixView(figure: MatrixFigure): MatrixView {
  const { labels, rowAxis, columnAxis } = figure;
  return {
    panels: figure.panels.map((panel) => {
      requireCounts(panel, labels.length);
      const rows = rowsOf(panel.counts, labels.length);
      const { viewBox, content } = panelMarkup(figure, rows);
      const said = summaryOf(rows, labels);
      const heading = panel.note === "" ? panel.title : `${panel.title}, ${panel.note}`;
      const name = `${figure.title}, ${heading}: counts of ${rowAxis} (rows) by ${columnAxis} (columns). ${said}`;
      return { title: panel.title, note: panel.note, said, svg: imageMarkup(viewBox, content, name, "confusion") };
    }),
    lead: `Rows: ${rowAxis}; columns: ${columnAxis}. The shade is a cell's share of its row; ${
      labels.length <= MOST_WITH_COUNTS
        ? `the number is its count, left out below ${percent(SHARE_WITH_COUNT)} of the row`
        : "the numbers are in the JSON beside this page"
    }.`,
    shades: SHADES.map((share) => ({ text: `${formatNumber(100 * share)} %`, opacity: opacity(share) })),
  };
}
