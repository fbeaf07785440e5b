import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import type { Judgement, PointClaim } from "../../harness/contract/claims.ts";
import type { TableFigure } from "../../harness/contract/figures.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { tableFigure } from "../fixtures/figures.ts";
import { type FixtureOptions, fixtureData } from "../fixtures/report-data.ts";
import { renderPage } from "../pages/page.ts";
import { tableView } from "./paper-table.ts";

const small = { pointsAPanel: 5 } as const;
const dataOf = (options: FixtureOptions = {}): ReportData => fixtureData({ ...small, ...options });
const printed = (dataOf().claims[0] as PointClaim).published;
const run = (value: number, finished = true) => ({ value, finished });
const view = (figure: TableFigure, data = dataOf()) => tableView(figure, data).rows.map((row) => row.cells);
const textOf = (node: { textContent: string | null }): string => (node.textContent ?? "").replace(/\s+/g, " ").trim();

test("a cell holds the printed value with the kind of its ±, ours with mean, SD (n − 1) and n, and the claim's verdict", () => {
  const [ali] = view(tableFigure(printed, [run(12), run(14), run(10)]));
  assert.deepEqual(ali![0], {
    printed: { arm: "printed", value: "14.2 ± 5.1", unit: "modes", details: ["± 1 SD", "n = 10 (run)"] },
    ours: { arm: "ours", value: "12.0 ± 2.0", unit: "modes", details: ["± 1 SD", "n = 3"] },
    scale: "profile paper",
    reduced: false,
    verdict: { badge: ali![0]!.verdict!.badge, href: "#claim-ali-modes", claim: "ali-modes", shows: "" },
    note: "",
  });
  assert.equal(ali![0]!.verdict!.badge.verdict, "BETTER");
  assert.deepEqual(ali![1]!.printed!.details, ["± 3 SD (1 SD = 0.53)", "n not stated"]);
  assert.deepEqual(ali![2]!.printed!.details[0], "kind of ± not stated");
  assert.deepEqual([ali![2]!.ours, ali![2]!.scale], [null, ""]);
});

test("beside a CONSISTENT stands the smallest deviation that its runs would have shown, and beside nothing else", () => {
  const shows = (change: Partial<Judgement>, options: FixtureOptions = {}) => {
    const data = dataOf(options);
    const judgements = data.judgements.map((one) => (one.claimId === "ali-modes" ? { ...one, ...change } : one));
    return view(tableFigure(printed, [run(12)]), { ...data, judgements })[0]![0]!.verdict!.shows;
  };
  const smallestShown = { deviation: 6.2512, margins: 2.5, unit: "modes", power: 0.8, alpha: 0.05 };
  const consistent = { verdict: "CONSISTENT", smallestShown } as const;
  assert.equal(shows(consistent), "80 % power from a deviation of 6.3 modes on");
  assert.equal(
    shows({ verdict: "CONSISTENT", smallestShown: { deviation: null, reason: "none" } }),
    "no deviation can be given that would have been shown",
  );
  assert.deepEqual([shows({}), shows(consistent, { profile: "quick" })], ["", ""]);
});

test("one run has no SD, failed runs are said and count, and without a worst value there is no mean", () => {
  const ours = (values: readonly { value: number; finished: boolean }[]) =>
    view(tableFigure(printed, values))[0]![0]!.ours;
  assert.deepEqual([ours([run(17.25)])!.value, ours([run(17.25)])!.details], ["17.25", ["no SD of one run", "n = 1"]]);
  const failed = ours([run(4), run(0, false)])!;
  assert.equal(failed.value, "2.0 ± 2.8");
  assert.deepEqual(failed.details, ["± 1 SD", "n = 2", "1 run did not finish, counted at the worst value"]);
  const unbounded = ours([run(4), run(Number.POSITIVE_INFINITY, false)])!;
  assert.deepEqual([unbounded.value, unbounded.unit], ["—", ""]);
});

test("printed means have the places of their table: 20.4 beside 19.58 is 20.40", () => {
  const cell = (mean: number) => ({
    claim: null,
    unit: "%",
    ours: [],
    note: "",
    printed: { ...printed, mean, spread: { kind: "none" as const } },
  });
  const figure = tableFigure(printed, []);
  const rows = [20.4, 19.58].map((mean) => ({ title: "", note: "", cells: [cell(mean)] }));
  const means = view({ ...figure, columns: ["4000"], rows }).map(([one]) => one!.printed!.value);
  assert.deepEqual(means, ["20.40", "19.58"]);
});

test("a reduced profile or stand-in data show no verdict, whatever the data say, and their scale in every cell", () => {
  const budget = dataOf({ profile: "quick" });
  for (const [data, scale] of [
    [{ ...budget, plan: { ...budget.plan, budget: "quick-wasm" } }, "profile quick, budget quick-wasm"],
    [dataOf({ usesPapersData: false }), "profile paper, stand-in data"],
    [{ ...dataOf(), plan: { ...dataOf().plan, profile: "smoke", budget: "smoke" } }, "profile smoke"],
  ] as const) {
    const cells = view(tableFigure(printed, [run(14), run(14.4)]), data).flat();
    const verdicts = cells.flatMap((cell) => cell?.verdict?.badge.verdict ?? []);
    assert.deepEqual(verdicts, Array(4).fill("NOT TESTED"), scale);
    for (const cell of cells) if (cell?.ours) assert.deepEqual([cell.scale, cell.reduced], [scale, true]);
    assert.match(tableView(tableFigure(printed, []), data).reading, /nothing here is a verdict on the paper/);
  }
});

test("what no claim judges says so, beside its own note", () => {
  const figure = tableFigure(printed, [run(3)]);
  const floor = figure.rows[2]!;
  const cells = [{ ...floor.cells[0]!, note: "judged in another" }, ...floor.cells.slice(1)];
  const [elsewhere, plain] = view({ ...figure, rows: [{ ...floor, cells }] })[0]!;
  assert.deepEqual([elsewhere!.note, plain!.note], ["no verdict here, judged in another", "no verdict here"]);
  assert.equal(plain!.verdict, null);
});

test("the page has a table with headings of rows and columns, dashes, badges that lead to the claim", () => {
  const { document } = parseHTML(renderPage(dataOf({ profile: "quick" }), []));
  const table = document.querySelector("#figure-table table")!;
  assert.deepEqual([...table.querySelectorAll("thead th[scope=col]")].map(textOf), [
    "Model",
    "1000",
    "2000",
    "4000",
    "8000",
  ]);
  assert.deepEqual([...table.querySelectorAll("tbody th[scope=row] b")].map(textOf), [
    "ALI",
    "A network with a rather long name",
    "Floor",
  ]);
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")]);
  assert.deepEqual(
    rows.map((cells) => cells.length),
    [4, 4, 4],
  );
  assert.deepEqual(
    rows[1]!.map((cell) => textOf(cell) === "—"),
    [true, true, false, true],
  );
  assert.match(textOf(rows[2]![0]!), /^printed — ours 12\.8 ± 5\.3 modes/);
  const link = rows[0]![0]!.querySelector("a")!;
  assert.equal(textOf(link), "NOT TESTED");
  assert.equal(document.querySelector(link.getAttribute("href")!)!.localName, "tbody");
  assert.match(textOf(rows[0]![0]!), /profile quick/);
});

test("a missing cell and a claim of no suite are refused", () => {
  const figure = tableFigure(printed, []);
  const [ali, ...others] = figure.rows;
  const withCells = (cells: TableFigure["rows"][number]["cells"]) => ({
    ...figure,
    rows: [{ ...ali!, cells }, ...others],
  });
  assert.throws(() => view(withCells(ali!.cells.slice(1))), {
    name: "RangeError",
    message: '"The table, rebuilt", row "ALI": 3 cells for 4 columns',
  });
  const stray = ali!.cells.map((cell) => cell && { ...cell, claim: "nobody's" });
  assert.throws(() => view(withCells(stray)), /RangeError: .*the claim "nobody's" is none of the suite's/);
});
