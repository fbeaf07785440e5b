/** The page's data as JSON, without the points of its pictures. */
import type { Figure } from "../harness/figures.ts";
import type { ReportData } from "../harness/report-data.ts";
import type { Table } from "./columns.ts";
import { exactNumber } from "./page-data.ts";

function withoutPoints(figure: Figure): unknown {
  switch (figure.kind) {
    case "scatter":
      return {
        ...figure,
        panels: figure.panels.map(({ points, ...panel }) => ({ ...panel, pointCount: Math.floor(points.length / 2) })),
      };
    case "curves":
      return {
        ...figure,
        plots: figure.plots.map((plot) => ({
          ...plot,
          series: plot.series.map(({ points, ...series }) => ({ ...series, pointCount: points.length })),
        })),
      };
    case "grid":
      return {
        ...figure,
        rows: figure.rows.map(({ panels, ...row }) => ({
          ...row,
          panels: panels.map(({ points }) => ({ pointCount: Math.floor(points.length / 2) })),
        })),
      };
    case "dots":
      return figure;
  }
}

/** `runs` repeats the CSV's rows with their types kept; `columns` says what each key means. */
export function reportJson(data: ReportData, runs: Table): string {
  const document = {
    format: "reproducibility-report",
    version: 1,
    ...data,
    figures: data.figures.map(withoutPoints),
    columns: runs.columns,
    runs: runs.rows.map((row) => Object.fromEntries(runs.columns.map((column, i) => [column.key, row[i]]))),
  };
  return `${JSON.stringify(document, exactNumber, 2)}\n`;
}
