import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import type { MatrixFigure } from "../../harness/contract/figures.ts";
import { matrixFigure } from "../fixtures/figures.ts";
import { HOSTILE } from "../fixtures/report-data.ts";
import { matrixView } from "./matrices.ts";

const drawn = (figure: MatrixFigure) =>
  matrixView(figure).panels.map(({ svg }) => parseHTML(`<body>${svg}</body>`).document.querySelector("svg")!);
const two = (counts: readonly number[], change: Partial<MatrixFigure> = {}): MatrixFigure => ({
  ...matrixFigure(2),
  labels: ["cat", "dog"],
  panels: [{ title: "a", note: "", counts }],
  ...change,
});

test("a cell's shade is the root of its share of the row, its number the count", () => {
  const [svg] = drawn(two([90, 10, 1, 399]));
  const shades = [...svg!.querySelectorAll(".shade")].map((cell) => cell.getAttribute("fill-opacity"));
  assert.deepEqual(shades, ["0.95", "0.32", "0.05", "1"]);
  assert.deepEqual(
    [...svg!.querySelectorAll(".count")].map((text) => text.textContent),
    ["90", "10", "399"],
  );
  const titles = [...svg!.querySelectorAll("title")].map((title) => title.textContent);
  assert.deepEqual(titles, [
    "cat as cat: 90 (90 %)",
    "cat as dog: 10 (10 %)",
    "dog as cat: 1 (0.3 %)",
    "dog as dog: 399 (100 %)",
  ]);
});

test("accuracy and the most frequent confusion are said to everyone", () => {
  const figure = two([90, 10, 1, 399]);
  const said = "Accuracy 97.8 % of 500; most frequent confusion: cat as dog, 10 of 100 (10 %).";
  assert.equal(matrixView(figure).panels[0]!.said, said);
  const name = drawn(figure)[0]!.getAttribute("aria-label")!;
  assert.equal(name, `Confusions, a: counts of true class (rows) by taken for (columns). ${said}`);
  assert.equal(matrixView(two([3, 0, 0, 1])).panels[0]!.said, "Accuracy 100 % of 4; no confusion.");
});

test("no cases, in a row or at all, are no shade and no share", () => {
  const [svg] = drawn(two([0, 0, 1, 3]));
  assert.deepEqual(
    [...svg!.querySelectorAll(".shade")].map((cell) => cell.getAttribute("fill-opacity")),
    ["0", "0", "0.5", "0.87"],
  );
  assert.equal(matrixView(two([0, 0, 0, 0])).panels[0]!.said, "No cases.");
});

test("large counts are shortened in their cell and whole in its title", () => {
  const [svg] = drawn(two([26032, 4, 1_200_000, 9999]));
  assert.deepEqual(
    [...svg!.querySelectorAll(".count")].map((text) => text.textContent),
    ["26k", "1M", "9999"],
  );
  assert.match(svg!.querySelector("title")!.textContent!, /26,032/);
});

test("axes and classes are written on it; long names stand upright, many classes have no numbers", () => {
  const [short] = drawn(two([1, 0, 0, 1]));
  assert.deepEqual(
    [...short!.querySelectorAll(".axis-name")].map((text) => text.textContent),
    ["taken for", "true class"],
  );
  assert.equal(short!.querySelectorAll("text[transform]").length, 1);
  const [long] = drawn(matrixFigure());
  assert.equal(long!.querySelectorAll("text[transform]").length, 11);
  const many = drawn(matrixFigure(21));
  assert.equal(many[0]!.querySelectorAll(".count").length, 0);
  assert.match(matrixView(matrixFigure(21)).lead, /the numbers are in the JSON/);
});

test("counts that do not fit the labels, or are none, are refused", () => {
  assert.throws(() => matrixView(two([1, 2, 3])), { name: "RangeError", message: '"a": 3 counts for 2 × 2 labels' });
  for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => matrixView(two([1, 2, 3, bad])), { name: "RangeError", message: `"a": ${bad} is no count` });
});

test("hostile labels stay text", () => {
  const [panel] = matrixView(two([1, 2, 3, 4], { labels: [HOSTILE, HOSTILE], rowAxis: HOSTILE })).panels;
  assert.doesNotMatch(panel!.svg.toString(), /<script|<img/);
});
