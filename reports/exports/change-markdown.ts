/** What a compare found, as Markdown: short enough for a comment on a pull request. */
import type { ChangeData } from "../../harness/compare/change-data.ts";
import { formatNumber } from "../format.ts";
import {
  againstOf,
  CHANGE_BADGES,
  changeRow,
  factsOf,
  nextRows,
  provenanceOf,
  rule,
  subjectOf,
} from "../views/change-view.ts";
import { markdownCode, markdownTable, markdownText } from "./markdown.ts";

export function changeMarkdown(data: ChangeData): string {
  const { suite, plan, change, look, warnings, command, baseline } = data;
  const { verdict, meaning } = CHANGE_BADGES[change.verdict];
  const rows = change.comparisons
    .map(changeRow)
    .map((row) => [
      `**${row.badge.verdict}**`,
      `${markdownText(`${row.metric} (${row.better})`)}<br>${markdownText(`${row.slot}, ${row.setting}`)}`,
      markdownText(row.baseline),
      markdownText(row.candidate),
      `${markdownText(row.difference)}<br>margin ${markdownText(row.margin)}`,
      markdownText(row.reason),
      markdownText(row.decides),
    ]);
  const interval = `${formatNumber(100 * (1 - look.alpha))} %`;
  const heads = ["Verdict", "Metric", "Baseline, mean ± SD (n)", "Candidate, mean ± SD (n)"];
  const details = (title: string, text: string): string =>
    `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
  return `${[
    `## ${verdict}: ${markdownText(suite.title)}`,
    markdownText(`${subjectOf(data)}, against ${againstOf(baseline.source)}. ${meaning} ${plan.scope}`),
    ...warnings.map((warning) => `Warning: ${markdownText(warning)}`),
    markdownTable([...heads, `Difference [${interval} interval]`, "Why", "What would decide"], rows),
    ...nextRows(data).flatMap(({ words, command: one, fresh }) => [
      ...[markdownText(words), markdownCode(one)],
      ...(fresh === null ? [] : ["On fresh seeds, so that no run is looked at twice:", markdownCode(fresh)]),
    ]),
    factsOf(data)
      .map(({ label, value }) => markdownText(`${label}: ${value}`))
      .join("; "),
    details(
      "How it is judged",
      rule(look, change)
        .map((line) => `- ${markdownText(line)}`)
        .join("\n"),
    ),
    details(
      "Provenance",
      markdownTable(
        ["What", "Baseline", "Candidate"],
        [...provenanceOf(data), { label: "Command", baseline: "", candidate: command }].map((row) =>
          [row.label, row.baseline, row.candidate].map(markdownText),
        ),
      ),
    ),
  ].join("\n\n")}\n`;
}
