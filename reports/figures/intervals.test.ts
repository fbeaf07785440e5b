import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import type { IntervalFigure } from "../../harness/contract/figures.ts";
import { calibrationFigure, intervalFigure } from "../fixtures/figures.ts";
import { intervalView } from "./intervals.ts";

const plan = { profile: "paper", budget: "paper" } as const;
const view = (figure: IntervalFigure, usesPapersData = true) => intervalView(figure, { plan, usesPapersData });
const drawn = (figure: IntervalFigure) =>
  view(figure).plots.map(({ svg }) => parseHTML(`<body>${svg}</body>`).document.querySelector("svg")!);
const withPoints = (
  points: IntervalFigure["plots"][number]["series"][number]["points"],
  change: Partial<IntervalFigure> = {},
) => ({
  ...intervalFigure(),
  ...change,
  plots: [{ title: "", series: [{ group: "a", source: "ours" as const, points }] }],
});
const bare = (x: number, y: number) => ({ x, y, low: null, high: null });

test("every point is drawn, printed ones hollow and dashed, with a bar where there is an interval", () => {
  const [svg] = drawn(intervalFigure());
  const fills = (selector: string) =>
    new Set([...svg!.querySelectorAll(`${selector}`)].map((group) => group.getAttribute("fill")));
  assert.equal(svg!.querySelectorAll(".printed-points > *").length, 8);
  assert.equal(svg!.querySelectorAll(".our-points > *").length, 11);
  assert.deepEqual([...fills(".printed-points")], ["var(--surface)"]);
  assert.deepEqual([...fills(".our-points")], ["var(--group-0)", "var(--group-1)", "var(--group-2)"]);
  assert.equal(svg!.querySelectorAll(".error-bars > *").length, 16);
  assert.equal(svg!.querySelectorAll(".error-bars[stroke-dasharray]").length, 2);
});

test("the ticks of a logarithmic axis are the data's own numbers", () => {
  const [svg] = drawn(intervalFigure());
  const texts = [...svg!.querySelectorAll("text")].map((text) => text.textContent);
  for (const number of ["1000", "2000", "4000", "8000"]) assert.equal(texts.includes(number), true, number);
  assert.throws(() => view(withPoints([bare(0, 1)])), /RangeError: .*samples = 0 has no place on a logarithmic axis/);
});

test("the accessible name says every number, and each point its own", () => {
  const [svg] = drawn(intervalFigure());
  const name = svg!.getAttribute("aria-label")!;
  assert.match(
    name,
    /^Values against numbers: error \(%\) against samples\. ali, printed: 1000: 20 \[19\.6, 20\.4\], 2000:/,
  );
  assert.match(name, /floor, ours: 1000: 28, 2000: 26\.2, 4000: 25\.$/);
  assert.match(svg!.querySelector(".our-points title")!.textContent!, /^ali, ours, 1000: 21 \[20\.4, 21\.6\]$/);
});

test("the legend tells groups by colour and symbol, and what is ours by its profile", () => {
  const { legend, lead } = intervalView(intervalFigure(), {
    plan: { profile: "quick", budget: "quick" },
    usesPapersData: true,
  });
  assert.deepEqual(
    legend.map(({ name }) => name),
    [
      "ali, printed",
      "ali, ours, profile quick",
      "gan, printed",
      "gan, ours, profile quick",
      "floor, ours, profile quick",
    ],
  );
  assert.match(lead, /reduced profile \(quick\): nothing here is a verdict on the paper/);
  assert.deepEqual(
    [new Set(legend.map((entry) => entry.symbol)).size, new Set(legend.map((entry) => entry.colour)).size],
    [3, 3],
  );
});

test("runs on other data than the paper's have no printed values beside them", () => {
  const { legend, lead, plots } = view(intervalFigure(), false);
  assert.equal(
    legend.some(({ printed }) => printed),
    false,
  );
  assert.match(lead, /printed values are not drawn/);
  assert.doesNotMatch(plots[0]!.svg.toString(), /printed/);
});

test("y = x runs from corner to corner of a square frame", () => {
  const [first, second] = drawn(calibrationFigure());
  const line = /^M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)$/.exec(
    first!.querySelector(".diagonal path")!.getAttribute("d")!,
  )!;
  const [x1, y1, x2, y2] = line.slice(1).map(Number);
  assert.equal(x2! - x1!, y1! - y2!);
  assert.notEqual(second, undefined);
  assert.equal(view(intervalFigure()).diagonal, false);
});

test("points beyond the frame and points that are none are said", () => {
  const { note } = view(withPoints([bare(1, 2), bare(2, 0.5), bare(3, Number.NaN)], { domain: [0, 1] })).plots[0]!;
  assert.equal(note, "1 point beyond the frame, drawn at its edge, 1 point not finite");
});

test("one point, and none, have a frame", () => {
  for (const xScale of ["linear", "log"] as const)
    for (const points of [[bare(1000, 5)], []]) {
      const [svg] = drawn(withPoints(points, { xScale }));
      assert.doesNotMatch(svg!.outerHTML, /NaN|Infinity/);
    }
});
