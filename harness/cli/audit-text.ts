/** An audit as text, at most 100 columns wide. */
import type { Audit, ValueAudit } from "../audit/audit.ts";
import {
  CHECKS,
  DETECTABLE_MEANS,
  FLOOR_MEANS,
  type Group,
  groupFindings,
  groupReasons,
  KIND_WORDS,
  printedMean,
  resolutionCells,
  sayTest,
} from "../audit/words.ts";

const WIDTH = 100;

export function auditText(audit: Audit): string {
  return [
    ...wrapped(`Audit of the printed numbers: ${audit.title}`),
    "",
    ...heading("Printed numbers"),
    ...table(audit.values),
    ...wrapped(`${FLOOR_MEANS} ${DETECTABLE_MEANS} In brackets: if the printed SD has ddof 0.`),
    ...groupReasons(audit.values).flatMap(groupLines),
    "",
    ...heading("Implied tests"),
    ...audit.comparisons.flatMap((comparison) => [
      ...wrapped(comparison.statement),
      ...sayTest(comparison).flatMap((line) => wrapped(line, "    ")),
    ]),
    "",
    ...heading("Can such numbers be?"),
    ...CHECKS.flatMap(({ key, name, asks }) => [
      ...wrapped(`${name}. ${asks}`),
      ...groupFindings(audit.values, key).flatMap(groupLines),
    ]),
    "",
    ...heading("Cross-checks"),
    ...audit.crossChecks.flatMap(({ result, statement, detail }) => [
      ...wrapped(`${result.padEnd(12)}${statement}`, "", " ".repeat(12)),
      ...wrapped(detail, " ".repeat(12)),
    ]),
    "",
    ...heading("How the print was read"),
    ...audit.notes.flatMap((note) => wrapped(`- ${note}`, "", "  ")),
  ].join("\n");
}

const heading = (text: string): string[] => [text, "-".repeat(text.length)];

function groupLines({ result, said, ids }: Group): string[] {
  return [...wrapped(`${result}: ${said}`, "    ", "      "), ...wrapped(ids.join(", "), "      ")];
}

function table(values: readonly ValueAudit[]): string[] {
  const head = ["", "mean", "±", "kind", "n", "axis", "floor", "detectable"];
  const rows = values.map((value) => {
    const { floor, detectable } = resolutionCells(value);
    const { id, plusMinus, kind, n, axis } = value;
    const spread = plusMinus === null ? "—" : String(plusMinus);
    return [
      id,
      printedMean(value),
      spread,
      KIND_WORDS[kind],
      n === null ? "—" : String(n),
      axis ?? "—",
      floor,
      detectable,
    ];
  });
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const left = new Set([0, 3, 5]);
  return all.map((row) =>
    row
      .map((cell, column) => (left.has(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}

/** Lines of at most 100 columns, broken at spaces. */
function wrapped(text: string, indent = "", hanging = indent): string[] {
  const lines: string[] = [];
  let line = indent;
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line.trimEnd());
      line = hanging;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line.trimEnd()];
}
