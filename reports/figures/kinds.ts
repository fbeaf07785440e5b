/** The kinds of figures that a suite can have: how a page shows each one, and what of it the JSON file holds. */
import type { Figure } from "../../harness/contract/figures.ts";
import { type TableContext, tableView } from "../views/paper-table.ts";
import { curvesWithoutPoints, curveView } from "./curves.ts";
import { dotView } from "./dots.ts";
import { gridView, gridWithoutPoints } from "./grid.ts";
import { imagesView, imagesWithoutPixels } from "./images.ts";
import { intervalView } from "./intervals.ts";
import { matrixView } from "./matrices.ts";
import { scatterView, scatterWithoutPoints } from "./scatter.ts";

export interface FigureKind<F extends Figure> {
  /** Template of the figure below its heading, `reports/templates/<partial>.hbs`; it gets the result of `view` as `view`. */
  readonly partial: string;
  /** Throws RangeError where the figure contradicts itself or the report. `lead` is printed after the caption; "" prints nothing. */
  view(figure: F, data: TableContext): { readonly lead: string };
  /** The figure in the JSON file: with counts in place of its points and pixels. Without it the figure as it is. */
  json?(figure: F): unknown;
  /** Whether it is drawn as SVG, which a reader can save as a file. */
  readonly drawn: boolean;
}

type FigureOf<K extends Figure["kind"]> = Extract<Figure, { readonly kind: K }>;

export const FIGURE_KINDS: { readonly [K in Figure["kind"]]: FigureKind<FigureOf<K>> } = {
  scatter: { partial: "figure-scatter", view: scatterView, json: scatterWithoutPoints, drawn: true },
  curves: { partial: "figure-curves", view: curveView, json: curvesWithoutPoints, drawn: true },
  dots: { partial: "figure-dots", view: dotView, drawn: true },
  grid: { partial: "figure-grid", view: gridView, json: gridWithoutPoints, drawn: true },
  images: { partial: "figure-images", view: imagesView, json: imagesWithoutPixels, drawn: false },
  table: { partial: "figure-table", view: tableView, drawn: false },
  intervals: { partial: "figure-intervals", view: intervalView, drawn: true },
  matrices: { partial: "figure-matrices", view: matrixView, drawn: true },
};

/** The kind of a figure. */
export const kindOf = (figure: Figure): FigureKind<Figure> => FIGURE_KINDS[figure.kind] as FigureKind<Figure>;
