import assert from "node:assert/strict";
import { test } from "node:test";
import { tableCsv } from "./exports/csv.ts";
import { reportJson } from "./exports/json.ts";
import { fixtureData } from "./fixtures/report-data.ts";
import { estimateTableFile, runTableFile, type Table, verdictTableFile } from "./views/columns.ts";

const data = fixtureData({ pointsAPanel: 20, unfinished: true });
const tableOf = (columns: Table["columns"], rows: Table["rows"]): Table => ({ name: "t", meaning: "", columns, rows });
const column = (key: string, type: "text" | "number" | "integer" | "boolean") => ({ key, unit: "", meaning: "", type });
const cellsOf = (table: Table, wanted: (cell: (key: string) => unknown) => boolean) => {
  const at = (row: Table["rows"][number]) => (key: string) => row[table.columns.findIndex((c) => c.key === key)];
  const row = table.rows.find((candidate) => wanted(at(candidate)));
  assert.ok(row, "row");
  return at(row);
};

test("booleans are words and absent is an empty cell", () => {
  const table = tableOf(
    [column("yes", "boolean"), column("no", "boolean"), column("zero", "number"), column("nothing", "number")],
    [[true, false, 0, null]],
  );
  assert.equal(tableCsv(table), "yes,no,zero,nothing\ntrue,false,0,\n");
});

test("a value that does not fit its column is refused with its place", () => {
  assert.throws(() => tableCsv(tableOf([column("n", "integer")], [[1], [1.5]])), /row 1, column "n": expected integer/);
  assert.throws(() => tableCsv(tableOf([column("n", "number")], [[Number.NaN]])), /expected number/);
  assert.throws(() => tableCsv(tableOf([column("n", "number")], [["1"]])), /got string 1/);
  assert.throws(() => tableCsv(tableOf([column("n", "number")], [[1, 2]])), /2 cells for 1 columns/);
  assert.throws(() => tableCsv(tableOf([column("n", "number"), column("n", "number")], [])), /two columns/);
});

test("text that a spreadsheet would run stays text, and quotes survive", () => {
  const table = tableOf([column("a", "text"), column("b", "number")], [[`=1+"x",`, -3]]);
  assert.equal(tableCsv(table), `a,b\n"'=1+""x"",",-3\n`);
});

test("runs: every planned run has a row, with state and failure", () => {
  const table = runTableFile(data);
  assert.equal(table.rows.length, 40);
  const diverged = cellsOf(table, (cell) => cell("state") === "diverged");
  assert.equal(diverged("modes"), null);
  assert.match(String(diverged("failure")), /not finite/);
  const missing = cellsOf(table, (cell) => cell("state") === null);
  assert.equal(missing("updatesDone"), null);
  assert.equal(missing("dirty"), null);
  assert.doesNotThrow(() => tableCsv(table));
});

test("runs: an undeclared metric is refused", () => {
  assert.throws(
    () => runTableFile({ ...data, metrics: data.metrics.slice(1) }),
    /metric "modes" that its suite does not declare/,
  );
});

test("verdicts: the printed 3 SD and the one SD stand side by side", () => {
  const gap = cellsOf(verdictTableFile(data), (cell) => cell("claim") === "share-gap");
  assert.deepEqual(
    [gap("printedSpread"), gap("printedSpreadKind"), gap("printedSd"), gap("printedN")],
    [9, "3sd", 3, null],
  );
});

test("the smallest deviation that a CONSISTENT would have shown has columns, empty for other verdicts", () => {
  const { columns, rows } = verdictTableFile(data);
  const [verdict, deviation, margins] = ["verdict", "smallestShown", "smallestShownMargins"].map((key) =>
    columns.findIndex((column) => column.key === key),
  );
  for (const row of rows)
    assert.deepEqual(
      [row[deviation!], row[margins!]],
      row[verdict!] === "CONSISTENT" ? [6.25, 2.5] : [null, null],
      String(row[verdict!]),
    );
  assert.equal(
    rows.some((row) => row[verdict!] === "CONSISTENT"),
    true,
  );
});

test("verdicts and estimates make valid CSV with a row a judgement", () => {
  const verdicts = verdictTableFile(data);
  assert.equal(verdicts.rows.length, data.judgements.length);
  assert.doesNotThrow(() => tableCsv(verdicts));
  assert.doesNotThrow(() => tableCsv(estimateTableFile(data)));
});

test("JSON has every run's values and no points, and infinity is not absence", () => {
  const parsed = JSON.parse(Buffer.concat([...reportJson(data, runTableFile(data))]).toString());
  assert.equal(parsed.runs.length, 40);
  assert.equal(parsed.runs[0].modes, (data.records[0] as { metrics: Record<string, number> }).metrics.modes);
  assert.equal(parsed.figures[0].panels[0].pointCount, 20);
  assert.equal(parsed.figures[0].panels[0].points, undefined);
  for (const kind of ["table", "intervals", "matrices"]) {
    const asWritten = (figures: readonly { kind: string }[]) => figures.filter((figure) => figure.kind === kind);
    assert.deepEqual(asWritten(parsed.figures), asWritten(data.figures), kind);
  }
  assert.ok(
    JSON.stringify(parsed.samples).includes(`"value":"Infinity"`),
    `JSON.stringify(parsed.samples).includes(\`"value":"Infinity"\`)`,
  );
});

test("the JSON has every row of a long table once, in order", () => {
  const rows = Array.from({ length: 1234 }, (_, i) => [i, `run ${i}`] as const);
  const table = tableOf([column("n", "integer"), column("name", "text")], rows);
  const parsed = JSON.parse(Buffer.concat([...reportJson(data, table)]).toString());
  assert.deepEqual(
    parsed.runs,
    rows.map(([n, name]) => ({ n, name })),
  );
  assert.deepEqual(Object.keys(parsed).slice(-2), ["columns", "runs"]);
});
