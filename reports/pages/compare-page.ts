/** The page of a compare: both sides run by run, the difference with its interval, the verdict and what would decide. */
import { join } from "node:path";
import type { ChangeData } from "../../harness/compare/change-data.ts";
import type { ComparedChange } from "../../harness/compare/judge-change.ts";
import type { Observation } from "../../harness/contract/claims.ts";
import { writeAtomic } from "../../harness/files/atomic-file.ts";
import { changeMarkdown } from "../exports/change-markdown.ts";
import { stripPlot } from "../figures/strip-plot.ts";
import { groupStyle, type Markup } from "../figures/svg.ts";
import { formatInterval, formatNumber, formatTime, meanDecimals, withUnit } from "../format.ts";
import { styles, template } from "../templates.ts";
import type { Badge } from "../views/badge.ts";
import {
  againstOf,
  CHANGE_BADGES,
  type ChangeRow,
  changeRow,
  type Fact,
  factsOf,
  type NextRow,
  nextRows,
  type ProvenanceRow,
  provenanceOf,
  rule,
  side,
  subjectOf,
} from "../views/change-view.ts";
import type { BesideFile } from "./page.ts";

interface Row extends ChangeRow {
  readonly values: Markup;
  readonly differences: Markup | null;
}
interface CompareView {
  readonly styles: Markup;
  readonly suite: ChangeData["suite"];
  readonly subject: string;
  readonly badge: Badge;
  readonly meaning: string;
  readonly scope: string;
  readonly facts: readonly Fact[];
  readonly warnings: readonly string[];
  readonly rows: readonly Row[];
  readonly next: readonly NextRow[];
  readonly rule: readonly string[];
  /** Coverage of the intervals. */
  readonly interval: string;
  /** What the baseline is, in words. */
  readonly against: string;
  readonly provenance: readonly ProvenanceRow[];
  readonly files: readonly BesideFile[];
  readonly generatedAt: string;
  readonly command: string;
}

export function renderChange(data: ChangeData, files: readonly BesideFile[]): string {
  const badge = CHANGE_BADGES[data.change.verdict];
  return template<CompareView>("compare")({
    styles,
    suite: data.suite,
    subject: subjectOf(data),
    badge,
    meaning: badge.meaning,
    scope: data.plan.scope,
    facts: factsOf(data),
    warnings: data.warnings,
    rows: data.change.comparisons.map((one) => ({
      ...changeRow(one),
      values: valuesPlot(one),
      differences: differencePlot(one),
    })),
    next: nextRows(data),
    rule: rule(data.look, data.change),
    interval: `${formatNumber(100 * (1 - data.look.alpha))} %`,
    against: againstOf(data.baseline.source),
    provenance: provenanceOf(data),
    files,
    generatedAt: formatTime(data.generatedAt),
    command: data.command,
  });
}

/** Writes `<name>.html`, `<name>.md` and `<name>.json` into the folder, each whole or not at all. */
export async function writeChange(
  data: ChangeData,
  folder: string,
  name: string,
): Promise<{ html: string; files: string[] }> {
  const file = (ending: string): string => join(folder, `${name}.${ending}`);
  const files = [file("json"), file("md"), file("html")];
  const html = renderChange(data, [
    { name: `${name}.json`, meaning: "All data of this page.", columns: [] },
    { name: `${name}.md`, meaning: "The table as Markdown, e.g. for a comment.", columns: [] },
  ]);
  const json = { format: "reproducibility-compare", version: 1, ...data };
  writeAtomic(file("json"), `${JSON.stringify(json, null, 1)}\n`);
  writeAtomic(file("md"), changeMarkdown(data));
  // Last: a reader who sees the page finds its files.
  writeAtomic(file("html"), html);
  return { html: file("html"), files };
}

function valuesPlot({ runs, estimates, quantity, slot, setting }: ComparedChange): Markup {
  const rows = (["baseline", "candidate"] as const).map((label, index) => {
    const estimate = estimates?.[label];
    return {
      label,
      detail: side(estimate, estimate && meanDecimals(estimate.mean, estimate.sd)),
      source: "ours" as const,
      colour: groupStyle(index).colour,
      mean: estimate?.mean ?? null,
      spread: estimate?.sd ? { halfWidth: estimate.sd, certain: true } : null,
      interval: estimate?.interval ? ([estimate.interval.low, estimate.interval.high] as const) : null,
      extremes: null,
      dots: runs[label].map((run) => dotOf(run, label)),
    };
  });
  return stripPlot({
    name: `${quantity.label} of ${slot}, ${setting}: ${rows.map((row) => `${row.label} ${row.detail}`).join("; ")}`,
    axis: withUnit(quantity.label, quantity.unit === quantity.label ? "" : `(${quantity.unit})`),
    rows,
    bands: [],
    reference: null,
    domain: null,
    worseEdge: quantity.better === "higher" ? "low" : "high",
  });
}

const dotOf = ({ value, finished, replicate }: Observation, label: string) => ({
  value,
  finished,
  title: `${label}, replicate ${replicate}: ${finished ? "" : "did not finish, counted as "}${formatNumber(value)}`,
});

/** A dot a pair. Null where there are no pairs, or a failed run has no value. */
function differencePlot({ runs, effect, margin, design, quantity, slot, setting }: ComparedChange): Markup | null {
  if (!effect || design === "unpaired") return null;
  const before = new Map(runs.baseline.map((run) => [run.replicate, run]));
  const { low, high } = effect.interval;
  const detail = `${formatNumber(effect.value)} ${formatInterval(low, high)}`;
  return stripPlot({
    name: `Difference in ${quantity.label} of ${slot}, ${setting}: ${detail}`,
    axis: "candidate minus baseline",
    rows: [
      {
        label: "difference",
        detail,
        source: "ours",
        colour: groupStyle(1).colour,
        mean: effect.value,
        spread: null,
        interval: [low, high],
        extremes: null,
        dots: runs.candidate.map((run) => {
          const pair = before.get(run.replicate)!;
          const value = run.value - pair.value;
          return {
            value,
            finished: run.finished && pair.finished,
            title: `pair ${run.replicate}: ${formatNumber(value)}`,
          };
        }),
      },
    ],
    bands: [{ low: -margin.value, high: margin.value, rows: [0, 0] }],
    reference: 0,
    domain: null,
    worseEdge: quantity.better === "higher" ? "low" : "high",
  });
}
