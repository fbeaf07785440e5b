import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ScatterFigure } from "../../harness/contract/figures.ts";
import { centreMarkup, pointPath, scatterView, thinPoints } from "./scatter.ts";

/** Reads a path of relative moves back into points. */
function readPath(path: string): [number, number][] {
  const points: [number, number][] = [];
  let x = 0;
  let y = 0;
  for (const [, dx, dy] of path.matchAll(/[Mm](-?\d+)[ ]?(-?\d+)h0/g)) {
    x += Number(dx);
    y += Number(dy);
    points.push([x, y]);
  }
  return points;
}

test("a path of points gives the points back", () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 600 }));
  fc.assert(fc.property(fc.array(point), (points) => assert.deepEqual(readPath(pointPath(points)), points)));
});

test("thinning keeps the wanted number, spread over all samples", () => {
  const points = Float32Array.from({ length: 20000 }, (_, i) => (i % 2 === 0 ? i / 20000 : 0));
  const { drawn, total } = thinPoints(points, [0, 1], 1000);
  assert.equal(total, 10000);
  assert.equal(drawn.length, 1000);
  assert.equal(Boolean(drawn[0]![0] < 2 && drawn.at(-1)![0] > 598), true);
});

test("samples outside the frame and not finite ones are counted, not lost", () => {
  const points = new Float32Array([0, 0, 9, 0, Number.NaN, 0, 0, Number.POSITIVE_INFINITY, -1, 1]);
  const { drawn, outside, notFinite } = thinPoints(points, [-1, 1], 1000);
  assert.deepEqual([drawn.length, outside, notFinite], [2, 1, 2]);
});

test("y points upwards", () => {
  const { drawn } = thinPoints(new Float32Array([-1, 1]), [-1, 1], 10);
  assert.deepEqual(drawn, [[0, 0]]);
});

test("a failed run keeps its panel, marked as empty", () => {
  const view = scatterView({
    kind: "scatter",
    id: "s",
    title: "",
    caption: "",
    domain: [-1, 1],
    centres: [[0, 0]],
    radius: 0.1,
    panels: [{ title: "replicate 4", note: "diverged", group: "gan", points: new Float32Array(0) }],
  });
  const panel = view.groups[0]!.panels[0]!;
  assert.equal(panel.empty, true);
  assert.match(panel.svg.toString(), /class="no-samples"/);
  assert.match(panel.svg.toString(), /aria-label="gan, replicate 4: diverged\. No samples\."/);
});

test("a centre is circled at its place, with its radius in the figure's scale", () => {
  const path = centreMarkup({ centres: [[0.5, 0.5]], domain: [-1, 1], radius: 0.2 });
  assert.equal(path, '<path class="centres" d="M390 150a60 60 0 1 0 120 0a60 60 0 1 0 -120 0"/>');
});

test("a centre without a radius is a small mark, and points without centres have no circles and no words of them", () => {
  const panel = { title: "run 1", note: "2 points", group: "a", points: new Float32Array([0, 0, 0.5, 0.5]) };
  const base = { kind: "scatter", id: "s", title: "", caption: "", domain: [-1, 1], panels: [panel] } as const;
  const view = (figure: ScatterFigure) => {
    const { groups, lead } = scatterView(figure);
    return { svg: groups[0]!.panels[0]!.svg.toString(), lead };
  };
  const bare = view(base);
  assert.doesNotMatch(bare.svg, /centre/);
  assert.match(bare.svg, /aria-label="a, run 1: 2 points\. 2 samples\."/);
  assert.equal(bare.lead, "Every sample drawn; both axes run from −1 to 1.");
  const marked = view({ ...base, centres: [[0, 0]] });
  assert.match(marked.svg, /class="centres" d="M297 300a3 3 /);
  assert.match(marked.svg, /2 samples over 1 centre\./);
  assert.equal(marked.lead, "Every sample drawn; small circles mark the 1 centre; both axes run from −1 to 1.");
});
