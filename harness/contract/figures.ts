/** Pictures as plain data: a suite says what to draw, reports/ draws it. */
import type { PublishedValue } from "./claims.ts";

/** Small multiples of points, one panel a run, over centres where there are any. */
export interface ScatterFigure {
  readonly kind: "scatter";
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** Plotted square, the same for x and y. */
  readonly domain: readonly [number, number];
  /** Places that are marked in every panel, e.g. the means of a mixture; absent where there is nothing to mark. */
  readonly centres?: readonly (readonly [number, number])[];
  /** Radius of the circle about each centre, in data units, e.g. 3 standard deviations; without it a centre is a small mark. */
  readonly radius?: number;
  readonly panels: readonly {
    readonly title: string;
    /** Second line, e.g. "23 modes, 71 % within 3σ". */
    readonly note: string;
    readonly group: string;
    /** [points, 2], row-major. Empty for a run without samples (failed). */
    readonly points: Float32Array;
  }[];
}
/** Learning curves: one line a run, coloured by group, one small plot a quantity. */
export interface CurveFigure {
  readonly kind: "curves";
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly x: string;
  readonly plots: readonly {
    readonly y: string;
    readonly series: readonly {
      readonly group: string;
      readonly replicate: number;
      readonly points: readonly (readonly [x: number, y: number])[];
    }[];
  }[];
}
/** One dot a run. */
export interface DotFigure {
  readonly kind: "dots";
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly plots: readonly {
    readonly x: string;
    readonly domain: readonly [number, number] | null;
    readonly rows: readonly {
      readonly group: string;
      readonly replicate: number;
      readonly value: number;
      readonly finished: boolean;
    }[];
  }[];
}
/** A table of scatter plots: one column a model, one row a kind of points. */
export interface GridFigure {
  readonly kind: "grid";
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly columns: readonly {
    readonly title: string;
    /** Second line, e.g. "replicate 3, 25 modes". */
    readonly note: string;
  }[];
  readonly rows: readonly {
    readonly title: string;
    readonly note: string;
    /** Plotted square of the row, the same for x and y. */
    readonly domain: readonly [number, number];
    /** Marked by circles of `radius` in data units, or small marks; absent where the row has none, e.g. latent codes. */
    readonly centres?: readonly (readonly [number, number])[];
    readonly radius?: number;
    /** One a column. */
    readonly panels: readonly {
      /** [points, 2], row-major. Empty where the column has none (no finished run). */
      readonly points: Float32Array;
      /** Mixture component of each point, which colours it; null: one colour. */
      readonly component: Uint8Array | null;
    }[];
  }[];
}
/** Small images, each panel a table of them. */
export interface ImagesFigure {
  readonly kind: "images";
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly panels: readonly {
    readonly title: string;
    /** Second line, e.g. "reconstruction error 0.012". */
    readonly note: string;
    /** Images a row. */
    readonly columns: number;
    /** Height, width and channels (1 or 3) of an image. */
    readonly shape: readonly [height: number, width: number, channels: number];
    /** [images, height, width, channels], row by row. Empty for a run without images (failed). */
    readonly pixels: Uint8Array;
    /** Headings of the columns, and of the rows; absent where they need none. */
    readonly columnTitles?: readonly string[];
    readonly rowTitles?: readonly string[];
  }[];
}
/** A table of the paper rebuilt: what it prints, and ours beside it with its verdict. */
export interface TableFigure {
  readonly kind: "table";
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** Heading of the first column, and of the others. */
  readonly corner: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly title: string;
    /** Second line, e.g. "not in the paper". */
    readonly note: string;
    /** One a column; null where the paper prints nothing and we have nothing. */
    readonly cells: readonly (TableCell | null)[];
  }[];
}
export interface TableCell {
  /** Claim that judges it (primary reading); null where the paper prints no number or another suite judges it. */
  readonly claim: string | null;
  readonly printed: PublishedValue | null;
  readonly unit: string;
  /** Values of our runs, failed ones at their worst value; empty where there are none yet. */
  readonly ours: readonly { readonly value: number; readonly finished: boolean }[];
  /** What is to be said beside it, e.g. "judged in svhn-l2-svm"; empty where nothing is. */
  readonly note: string;
}
/** Values against a number, with intervals: one line a group. */
export interface IntervalFigure {
  readonly kind: "intervals";
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly x: string;
  readonly y: string;
  readonly xScale: "linear" | "log";
  /** Ends of the y axis; null: by the points. */
  readonly domain: readonly [number, number] | null;
  /** Draws y = x, e.g. of perfect calibration. */
  readonly diagonal: boolean;
  readonly plots: readonly {
    /** Second heading; empty where there is one plot. */
    readonly title: string;
    readonly series: readonly {
      readonly group: string;
      /** "paper": printed numbers, drawn hollow and dashed. */
      readonly source: "paper" | "ours";
      readonly points: readonly {
        readonly x: number;
        readonly y: number;
        readonly low: number | null;
        readonly high: number | null;
      }[];
    }[];
  }[];
}
/** Tables of counts, e.g. confusion matrices: shades of each row's share. */
export interface MatrixFigure {
  readonly kind: "matrices";
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly rowAxis: string;
  readonly columnAxis: string;
  readonly labels: readonly string[];
  readonly panels: readonly {
    readonly title: string;
    readonly note: string;
    /** [labels · labels], row by row */
    readonly counts: readonly number[];
  }[];
}
export type Figure =
  | ScatterFigure
  | CurveFigure
  | DotFigure
  | GridFigure
  | ImagesFigure
  | TableFigure
  | IntervalFigure
  | MatrixFigure;
