/** A table of the paper rebuilt: each printed number, ours beside it, and the verdict that the claim on it has. */
import type { PublishedValue, SmallestShown } from "../../harness/contract/claims.ts";
import type { TableCell, TableFigure } from "../../harness/contract/figures.ts";
import { mean, standardDeviation } from "../../harness/statistics/descriptive.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { ABSENT, formatNumber, meanDecimals, plural, printedDecimals, unitText, withUnit } from "../format.ts";
import { anchor } from "./anchors.ts";
import { type Badge, badgeOf, NO_JUDGEMENT } from "./badge.ts";
import { givesVerdicts } from "./reading-share.ts";
import { printedValue, spreadKind } from "./spread.ts";
import type { ValueView } from "./verdict-view.ts";

export interface CellView {
  /** Null where the paper prints nothing. */
  readonly printed: ValueView | null;
  /** Null where there is no run yet. */
  readonly ours: ValueView | null;
  /** What the runs of `ours` are: their profile, stand-in data. */
  readonly scale: string;
  /** Whether they are anything less than the paper's protocol on its data. */
  readonly reduced: boolean;
  readonly verdict: {
    readonly badge: Badge;
    readonly href: string;
    readonly claim: string;
    /** For a CONSISTENT: the smallest deviation that its runs would have detected; else empty. */
    readonly shows: string;
  } | null;
  readonly note: string;
}
export interface TableView {
  readonly corner: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly title: string;
    readonly note: string;
    readonly cells: readonly (CellView | null)[];
  }[];
  /** How the cells are read. */
  readonly lead: string;
}
/** What a cell needs of a report. */
export type TableContext = Pick<ReportData, "readings" | "judgements" | "claims" | "samples" | "usesPapersData"> & {
  readonly plan: Pick<ReportData["plan"], "profile" | "budget">;
};

/** "quick, budget quick-wasm" */
export function profileText({ profile, budget }: TableContext["plan"]): string {
  return budget === profile ? profile : `${profile}, budget ${budget}`;
}

/** "profile quick, stand-in data" */
export function scaleText({ plan, usesPapersData }: Pick<TableContext, "plan" | "usesPapersData">): string {
  return `profile ${profileText(plan)}${usesPapersData ? "" : ", stand-in data"}`;
}

/** A printed mean with the places that its table prints. */
function printedView(published: PublishedValue, decimals: number): ValueView {
  const [, spread = ""] = printedValue(published).split(/(?= ±)/u);
  return {
    arm: "printed",
    value: `${formatNumber(published.mean, decimals)}${spread}`,
    unit: unitText(published.unit),
    details: [
      spreadKind(published.spread, published.n),
      published.n === null
        ? "n not stated"
        : `n = ${formatNumber(published.n)}${published.axis ? ` (${published.axis})` : ""}`,
    ],
  };
}

function oursView(ours: TableCell["ours"], unit: string): ValueView | null {
  if (ours.length === 0) return null;
  const values = ours.map(({ value }) => value);
  const failed = ours.filter(({ finished }) => !finished).length;
  const bounded = values.every(Number.isFinite);
  const sd = bounded ? standardDeviation(values, 1) : null;
  const centre = bounded ? mean(values) : null;
  const decimals = centre === null ? 0 : meanDecimals(centre, sd);
  return {
    arm: "ours",
    value:
      centre === null
        ? ABSENT
        : `${formatNumber(centre, decimals)}${sd === null ? "" : ` ± ${formatNumber(sd, decimals)}`}`,
    unit: centre === null ? "" : unitText(unit),
    details: [
      centre === null ? "no mean: the metric has no worst value" : sd === null ? "no SD of one run" : "± 1 SD",
      `n = ${formatNumber(values.length)}`,
      ...(failed > 0
        ? [`${plural(failed, "run")} did not finish${bounded ? ", counted at the worst value" : ""}`]
        : []),
    ],
  };
}

/** The primary reading's verdict. Whatever the data say, runs that are not the paper's protocol on its data show none. */
function verdictOf(data: TableContext, claim: string): NonNullable<CellView["verdict"]> {
  const judgement = data.judgements.find((one) => one.claimId === claim && one.reading === data.readings[0]?.id);
  const none = ["NOT TESTED", "NOT TESTABLE", "STALE"].includes(judgement?.verdict ?? "");
  const given = judgement && (givesVerdicts(data) || none);
  return {
    badge: judgement ? badgeOf(given ? judgement.verdict : "NOT TESTED") : NO_JUDGEMENT,
    href: `#${anchor("claim", claim)}`,
    claim,
    shows: given ? shows(judgement.smallestShown) : "",
  };
}

/** "80 % power from a deviation of 6.3 modes on" */
function shows(shown: SmallestShown | null): string {
  if (shown === null) return "";
  if (shown.deviation === null) return "no deviation can be given that would have been shown";
  const size = formatNumber(shown.deviation, meanDecimals(0, shown.deviation));
  return `${formatNumber(100 * shown.power)} % power from a deviation of ${withUnit(size, unitText(shown.unit))} on`;
}

function cellView(cell: TableCell, data: TableContext, decimals: number): CellView {
  const { claim, note } = cell;
  const ours = oursView(cell.ours, cell.unit);
  return {
    printed: cell.printed && printedView(cell.printed, decimals),
    ours,
    scale: ours === null ? "" : scaleText(data),
    reduced: !givesVerdicts(data),
    verdict: claim === null ? null : verdictOf(data, claim),
    note: [...(claim === null && ours !== null ? ["no verdict here"] : []), ...(note === "" ? [] : [note])].join(", "),
  };
}

/** What the runs are short of, and that nothing follows for the paper; empty where they are the paper's protocol on its data. */
export function shortfall({ plan, usesPapersData }: Pick<TableContext, "plan" | "usesPapersData">): string {
  const profile = plan.profile === "paper" ? "" : ` of a reduced profile (${profileText(plan)})`;
  const data = usesPapersData ? "" : " on data that are not the paper's";
  return profile + data === "" ? "" : `These are runs${profile}${data}: nothing here is a verdict on the paper.`;
}

function readingText(data: TableContext): string {
  return [
    "Printed: as the paper prints it, with what its ± is. Ours: mean ± 1 SD over runs (n − 1), failed ones at their worst value.",
    shortfall(data),
    `${ABSENT} stands where nothing is printed, or nothing has run.`,
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/**
 * All printed means have the places of the most precise one: a table of the paper prints them alike.
 * @throws RangeError where a row has not one cell a column, or a cell names a claim that the suite has not.
 */
export function tableView(figure: TableFigure, data: TableContext): TableView {
  const claims = new Set(data.claims.map(({ id }) => id));
  const cells = figure.rows.flatMap((row) => row.cells.flatMap((cell) => cell ?? []));
  const decimals = Math.max(0, ...cells.map(({ printed }) => (printed ? printedDecimals(printed.mean) : 0)));
  return {
    corner: figure.corner,
    columns: figure.columns,
    rows: figure.rows.map((row) => {
      const place = `"${figure.title}", row "${row.title}"`;
      if (row.cells.length !== figure.columns.length)
        throw new RangeError(`${place}: ${plural(row.cells.length, "cell")} for ${figure.columns.length} columns`);
      const stray = row.cells.find((cell) => cell && cell.claim !== null && !claims.has(cell.claim));
      if (stray) throw new RangeError(`${place}: the claim "${stray.claim}" is none of the suite's`);
      return {
        title: row.title,
        note: row.note,
        cells: row.cells.map((cell) => cell && cellView(cell, data, decimals)),
      };
    }),
    lead: readingText(data),
  };
}
