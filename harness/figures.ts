/** Pictures as plain data: a suite says what to draw, reports/ draws it. */

/** Small multiples of points over the mixture's centres, one panel a run. */
export interface ScatterFigure {
  readonly kind: "scatter";
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** Plotted square, the same for x and y. */
  readonly domain: readonly [number, number];
  readonly centres: readonly (readonly [number, number])[];
  /** A circle about each centre, in data units: 3 standard deviations of a component. */
  readonly radius: number;
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
    /** Marked by circles of `radius` in data units; empty where the row has none, e.g. latent codes. */
    readonly centres: readonly (readonly [number, number])[];
    readonly radius: number;
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
export type Figure = ScatterFigure | CurveFigure | DotFigure | GridFigure | ImagesFigure;
