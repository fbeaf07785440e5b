import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type StripRow, stackLevels, stripPlot } from "./strip-plot.ts";

const row: StripRow = {
  label: "gan",
  detail: "",
  source: "ours",
  colour: "var(--group-0)",
  mean: null,
  spread: null,
  interval: null,
  extremes: null,
  dots: [],
};
const plot = { name: "plot", axis: "modes", bands: [], reference: null, domain: null, worseEdge: "low" } as const;
const dot = (value: number, finished = true) => ({ value, finished, title: `run ${value}` });

test("no dot covers another", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 360, noNaN: true }), { maxLength: 40 }), (pixels) => {
      const levels = stackLevels(pixels, 8);
      for (let a = 0; a < pixels.length; a++)
        for (let b = 0; b < a; b++)
          assert.ok(levels[a] !== levels[b] || Math.abs(pixels[a]! - pixels[b]!) >= 8, `${pixels}`);
    }),
  );
});

test("every run has a mark, equal values too, and a failed one another shape", () => {
  const svg = stripPlot({ ...plot, rows: [{ ...row, dots: [dot(25), dot(25), dot(25), dot(0, false)] }] }).toString();
  assert.equal(svg.match(/<title>run/g)?.length, 4);
  assert.equal(svg.match(/<circle/g)?.length, 3);
  assert.match(svg, /class="run-dots failed"/);
});

test("of very many runs each still has its mark, in one path, beside those that failed", () => {
  const many = Array.from({ length: 1_000 }, (_, i) => dot(i % 7));
  const svg = stripPlot({ ...plot, rows: [{ ...row, dots: [...many, dot(0, false)] }] }).toString();
  const path = svg.match(/<path[^>]*class="run-dots"[^>]*>/g)!;
  assert.deepEqual(
    path.map((element) => element.match(/M[\d.]+ [\d.]+h0/g)?.length),
    [1_000],
  );
  assert.equal(svg.match(/<title>run/g)?.length, 1);
});

test("a failed run without a bound is drawn at the worse edge, not dropped", () => {
  const svg = stripPlot({
    ...plot,
    worseEdge: "high",
    rows: [{ ...row, dots: [dot(1), dot(2), dot(Number.POSITIVE_INFINITY, false)] }],
  }).toString();
  const failed = /class="run-dots failed"[^>]*><path[^>]*transform="translate\(([\d.]+),/.exec(svg);
  assert.ok(failed && Number(failed[1]) > 330, svg);
});

test("rows without any value still make a picture with a name", () => {
  assert.match(stripPlot({ ...plot, rows: [row] }).toString(), /^<svg role="img" aria-label="plot"/);
});

test("labels are escaped", () => {
  const svg = stripPlot({ ...plot, name: `"<b>`, rows: [{ ...row, label: "<script>" }] }).toString();
  assert.doesNotMatch(svg, /<script|<b>/);
  assert.match(svg, /aria-label="&quot;&lt;b&gt;"/);
});
