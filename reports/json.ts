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
export function reportJson(data: ReportData, runs: Table): Uint8Array {
  const document = {
    format: "reproducibility-report",
    version: 1,
    ...data,
    figures: data.figures.map(withoutPoints),
    columns: runs.columns,
    runs: runs.rows.map((row) => Object.fromEntries(runs.columns.map((column, i) => [column.key, row[i]]))),
  };
  const parts = Object.entries(document).filter(([, value]) => value !== undefined);
  // Bytes, part by part: as one text it would take four times the room.
  return Buffer.concat(
    parts.map(([key, value], i) => {
      const [before, after] = [i === 0 ? "{" : ",", i === parts.length - 1 ? "\n}\n" : ""];
      return Buffer.from(`${before}\n${JSON.stringify(key)}: ${inLines(value, !FROM_JSON.has(key))}${after}`);
    }),
  );
}

/** Made of what was read from JSON: every number in them is finite. */
const FROM_JSON: ReadonlySet<string> = new Set(["plan", "records", "runs"]);

/** A list has an element a line: for diffs, and for tools that go by lines. */
function inLines(value: unknown, perhapsInfinite: boolean): string {
  const json = (part: unknown): string =>
    // `exactNumber` is slow: only where it is needed.
    JSON.stringify(part, !perhapsInfinite || isExact(part) ? undefined : exactNumber);
  if (!Array.isArray(value) || value.length === 0) return json(value);
  return `[\n${value.map(json).join(",\n")}\n]`;
}

/** Whether JSON keeps all numbers in a value. */
function isExact(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  for (const part of Object.values(value)) if (!isExact(part)) return false;
  return true;
}
