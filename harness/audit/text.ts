/** An audit as text, at most 100 columns wide. */
import { VERDICTS_OF_RUNS } from "../contract/claims.ts";
import type { Audit, ValueAudit } from "./audit.ts";
import type { ChanceTable, ClaimChances } from "./chances.ts";
import {
  CHECKS,
  DETECTABLE_MEANS,
  FLOOR_MEANS,
  type Group,
  groupFindings,
  groupReasons,
  KIND_WORDS,
  onlyVerdict,
  printedMean,
  resolutionCells,
  sayArms,
  sayChances,
  sayShare,
  saySuite,
  sayTest,
  sayTruth,
} from "./words.ts";

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
    ...heading("Chance of each verdict at the planned runs"),
    ...chances(audit.chances),
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

/** A row of the table whose first column is `FIRST` wide. */
function row(first: string, cells: readonly string[]): string {
  return `${first.padEnd(FIRST)}${cells.map((cell, i) => cell.padStart(VERDICTS_OF_RUNS[i]!.length + 2)).join("")}`;
}
const FIRST = WIDTH - VERDICTS_OF_RUNS.reduce((sum, outcome) => sum + outcome.length + 2, 0);

function chances(table: ChanceTable): string[] {
  if (table.claims.length === 0) return ["No claim is planned."];
  return [
    ...sayChances(table).flatMap((sentence) => wrapped(sentence)),
    row("", VERDICTS_OF_RUNS),
    ...table.claims.flatMap((claim, index) => [
      ...(claim.suite === table.claims[index - 1]?.suite ? [] : wrapped(saySuite(claim))),
      ...wrapped(`${claim.claim}  ${sayArms(claim)}`, "  ", "      "),
      ...claim.notes.flatMap((note) => wrapped(note, "      ")),
      ...shares(claim),
    ]),
  ];
}

function shares(claim: ClaimChances): string[] {
  if (claim.chances.state === "not computable") return wrapped(`not computable: ${claim.chances.reason}`, "    ");
  const { of } = claim.chances;
  const only = onlyVerdict(of);
  if (only !== null) return [`    ${only} in every study, whatever the truth`];
  return of.map(({ truth, shares }) =>
    row(
      `    ${sayTruth(claim, truth)}`,
      VERDICTS_OF_RUNS.map((outcome) => sayShare(shares[outcome])),
    ),
  );
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
