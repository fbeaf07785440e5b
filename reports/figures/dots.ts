/** A suite's own dot figures: one row a group, one dot a run. */
import type { DotFigure } from "../../harness/contract/figures.ts";
import { formatNumber, plural } from "../format.ts";
import { stripPlot } from "./strip-plot.ts";
import { groupStyle, type Markup } from "./svg.ts";

export interface DotView {
  readonly lead: string;
  readonly plots: readonly { readonly x: string; readonly svg: Markup }[];
}

export function dotView(figure: DotFigure): DotView {
  const names = [...new Set(figure.plots.flatMap((plot) => plot.rows.map((row) => row.group)))];
  return {
    lead: "",
    plots: figure.plots.map((plot) => {
      const rows = names.map((name, index) => {
        const runs = plot.rows.filter((row) => row.group === name);
        const failed = runs.filter((run) => !run.finished).length;
        return {
          label: name,
          detail: `${plural(runs.length, "run")}${failed > 0 ? `, ${formatNumber(failed)} failed` : ""}`,
          source: "ours" as const,
          colour: groupStyle(index).colour,
          mean: null,
          spread: null,
          interval: null,
          extremes: null,
          dots: runs.map((run) => ({
            value: run.value,
            finished: run.finished,
            title: `${name}, replicate ${run.replicate}: ${run.finished ? "" : "did not finish, counted as "}${formatNumber(run.value)}`,
          })),
        };
      });
      const name = `${plot.x}, one dot a run: ${rows.map((row) => `${row.label}, ${row.detail}`).join("; ")}`;
      return {
        x: plot.x,
        svg: stripPlot({ name, axis: "", rows, bands: [], reference: null, domain: plot.domain, worseEdge: "low" }),
      };
    }),
  };
}
