import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import type { GridFigure } from "../../harness/contract/figures.ts";
import { gridFigure } from "../fixtures/grid.ts";
import { HOSTILE } from "../fixtures/report-data.ts";
import { componentColour, gridView, wrapText } from "./grid.ts";

const drawn = (figure: GridFigure) => parseHTML(`<body>${gridView(figure).svg}</body>`).document;

test("one picture with a panel a cell, one path a component, circles only where there are centres", () => {
  const document = drawn(gridFigure(50));
  assert.equal(document.querySelectorAll("svg").length, 1);
  const panels = [...document.querySelectorAll("g")];
  assert.equal(panels.length, 20);
  assert.equal(panels[0]!.querySelectorAll(".samples").length, 25);
  assert.deepEqual(
    [0, 4].map((i) => panels[i]!.querySelectorAll(".centres").length),
    [1, 0],
  );
});

test("a point takes the colour of its own component", () => {
  const figure = gridFigure(50);
  const row = {
    ...figure.rows[0]!,
    domain: [0, 6] as const,
    panels: [{ points: new Float32Array([1, 1, 3, 3, 5, 5]), component: new Uint8Array([2, 0, 2]) }],
  };
  const paths = [...drawn({ ...figure, columns: [figure.columns[0]!], rows: [row] }).querySelectorAll(".samples")];
  assert.deepEqual(
    paths.map((path) => [path.getAttribute("style"), path.getAttribute("d")]),
    [
      [`stroke:${componentColour(0)}`, "M300 300h0"],
      [`stroke:${componentColour(2)}`, "M100 500h0m400-400h0"],
    ],
  );
});

test("25 components have 25 colours", () => {
  assert.equal(new Set(Array.from({ length: 25 }, (_, i) => componentColour(i))).size, 25);
});

test("a column without points is crossed out and said", () => {
  const figure = gridFigure(5);
  const rows = figure.rows.map((row) => ({
    ...row,
    panels: row.panels.map((panel, i) => (i === 3 ? { points: new Float32Array(0), component: null } : panel)),
  }));
  const document = drawn({ ...figure, rows });
  assert.equal(document.querySelectorAll(".no-samples").length, 5);
  assert.match(document.querySelector("svg")!.getAttribute("aria-label")!, /d: no points/);
});

test("20 panels of 1,000 points stay under 250 kB", () => {
  const { svg, lead } = gridView(gridFigure(1000));
  assert.equal(svg.toString().length < 250_000, true, String(svg.toString().length));
  assert.match(lead, /^Every point drawn/);
});

test("headings are whole or end in an ellipsis, and hostile ones stay text", () => {
  assert.deepEqual(wrapText("a bb ccc dddd", 6, 3), ["a bb", "ccc", "dddd"]);
  assert.deepEqual(wrapText("aaaaaaaaaa bb cc dd", 5, 2), ["aaaa…", "bb c…"]);
  const figure = gridFigure(5);
  const hostile = { ...figure, title: HOSTILE, rows: figure.rows.map((row) => ({ ...row, title: HOSTILE })) };
  assert.doesNotMatch(gridView(hostile).svg.toString(), /<script|<img/);
});
