/** A suite's report as Markdown, short enough for a comment on a pull request. */
import { PAPER_VERDICTS } from "../../harness/contract/claims.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { ABSENT, formatTime, plural } from "../format.ts";
import { type CellView, tableView } from "../views/paper-table.ts";
import { protocolRows } from "../views/protocol-view.ts";
import { provenanceView } from "../views/provenance-view.ts";
import { runCounts } from "../views/run-view.ts";
import { type ValueView, verdictView } from "../views/verdict-view.ts";

/** Text that stays text: no markup, no line break, no mention of a person, no reference to an issue. */
export function markdownText(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[&<>]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[char]!)
    .replace(/[\\`*_{}[\]()#+!|~$]/g, "\\$&")
    .replace(/^[-=]/, "\\$&")
    .replace(/^(\d+)\.(?=\s|$)/, "$1\\.")
    .replace(/@(?=\w)/g, "@\u2060")
    .replace(/(https?|ftp):/gi, "$1\u2060:")
    .replace(/www\./gi, "www\u2060.");
}

/** A block of verbatim text, e.g. to copy. */
export const markdownCode = (text: string): string =>
  `<pre><code>${text.replace(/[&<>]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[char]!)}</code></pre>`;

/** Cells are Markdown already. */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}

/** "a: 13.4 ± 5.8 modes (± 1 SD, n = 10, 95 % t interval [9.3, 17.5])" */
function value({ arm, value, unit, details }: ValueView): string {
  const number = markdownText(`${arm === "" ? "" : `${arm}: `}${value}${unit === "" ? "" : ` ${unit}`}`);
  return details.length === 0 ? number : `${number} (${markdownText(details.join(", "))})`;
}
const values = (views: readonly ValueView[]): string => (views.length === 0 ? ABSENT : views.map(value).join("<br>"));
const orAbsent = (text: string | null): string => (text === null ? ABSENT : markdownText(text));

function notices({ plan, usesPapersData, paperCost, warnings }: ReportData): readonly string[] {
  return [
    ...(plan.profile === "paper"
      ? []
      : [`**Reduced profile “${markdownText(plan.profile)}”: nothing here is a verdict on the paper.**`]),
    ...(usesPapersData ? [] : ["**Stand-in data: nothing here is a verdict on the paper.**"]),
    ...(paperCost === null ? [] : [`The paper profile here: ${markdownText(paperCost.total)}.`]),
    ...warnings.map((warning) => `Warning: ${markdownText(warning)}`),
  ];
}

function tableCell(cell: CellView | null): string {
  if (cell === null) return ABSENT;
  const { printed, ours, scale, verdict, note } = cell;
  return [
    printed ? value(printed) : `printed: ${ABSENT}`,
    ours ? value({ ...ours, details: [...ours.details, scale] }) : `ours: ${ABSENT}`,
    ...(verdict ? [`**${verdict.badge.verdict}** ${markdownText(verdict.claim)}`] : []),
    ...(verdict?.shows ? [markdownText(verdict.shows)] : []),
    ...(note === "" ? [] : [markdownText(note)]),
  ].join("<br>");
}

/** The rebuilt tables of the paper, which are the figures that Markdown can show. */
function paperTables(data: ReportData): readonly string[] {
  return data.figures.flatMap((figure) => {
    if (figure.kind !== "table") return [];
    const { corner, columns, rows, lead } = tableView(figure, data);
    return [
      `### ${markdownText(figure.title)}`,
      markdownText(`${figure.caption} ${lead}`),
      markdownTable(
        [corner, ...columns].map(markdownText),
        rows.map(({ title, note, cells }) => [
          `${markdownText(title)}${note === "" ? "" : `<br>${markdownText(note)}`}`,
          ...cells.map(tableCell),
        ]),
      ),
    ];
  });
}

export function reportMarkdown(data: ReportData): string {
  const verdicts = verdictView(data);
  const runs = runCounts(data);
  const counts = PAPER_VERDICTS.flatMap((verdict) => {
    const found = verdicts.summary.find(({ badge }) => badge.verdict === verdict);
    return found ? [`${found.count} ${verdict}`] : [];
  });
  const claims = verdicts.rows.map(({ id, statement, paper, primary, share }) => [
    `${markdownText(statement)}<br>${markdownText(id)}`,
    values(paper),
    `${values(primary.ours)}${primary.effect ? `<br>${value(primary.effect)}` : ""}`,
    `**${primary.badge.verdict}**`,
    markdownText(
      [primary.reason, primary.directional ?? "", ...primary.tests, ...primary.wouldDecide].filter((s) => s).join(" "),
    ),
    orAbsent(share),
  ]);
  const protocol = protocolRows(data).map(({ field, marks, paper, code, ours, why }) => [
    markdownText([field, ...marks.map(({ verdict }) => `[${verdict}]`)].join(" ")),
    paper === null ? "does not say" : markdownText(paper),
    code === null ? "none" : markdownText(code),
    markdownText(ours),
    orAbsent(why),
  ]);
  const provenance = provenanceView(data.records);
  const facts = [
    ...provenance.common.map(({ label, value }) => [label, value]),
    ...provenance.different.map(({ label, values }) => [
      label,
      values.map(({ value, runs }) => `${value} (${runs})`).join(", "),
    ]),
    ...provenance.ranges.map(({ label, value }) => [label, value]),
    ["Command", data.command],
    ["Written", formatTime(data.generatedAt)],
  ];
  return `${[
    `## ${markdownText(data.suite.title)}`,
    ...(data.paper ? [`*${markdownText(data.paper.title)}* (${markdownText(data.paper.venue)})`] : []),
    markdownText(data.plan.scope),
    ...notices(data),
    `${counts.join(", ") || "No claim"}; primary reading ${markdownText(verdicts.primaryReading) || ABSENT}; ${runs.finished} of ${plural(runs.planned, "planned run")} finished.`,
    markdownTable(
      ["Claim", verdicts.paperHeading, "We measured", "Verdict", "Why, and what would decide", "Readings"],
      claims,
    ),
    ...paperTables(data),
    `<details><summary>Protocol</summary>\n\n${markdownTable(["Field", "The paper’s text", "The authors’ code", "Ours", "Why"], protocol)}\n\n</details>`,
    `<details><summary>Provenance</summary>\n\n${markdownTable(
      ["What", "Value"],
      facts.map((cells) => cells.map((cell) => markdownText(cell ?? ABSENT))),
    )}\n\n</details>`,
  ].join("\n\n")}\n`;
}
