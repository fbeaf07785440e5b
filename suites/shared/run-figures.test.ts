import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoredRun } from "../../harness/contract/suite.ts";
import { runCurves, runDots, shownRuns } from "./run-figures.ts";

/** As much of a stored run as a picture reads. */
const run = (model: string, replicate: number): StoredRun =>
  ({
    record: {
      state: "finished",
      spec: { model, setting: "only", replicate },
      curve: { update: [1, 2], loss: [3, null] },
      metrics: { modes: replicate },
    },
  }) as unknown as StoredRun;
const runs = (count: number, ...models: string[]): StoredRun[] =>
  Array.from({ length: count }, (_, replicate) => models.map((model) => run(model, replicate))).flat();

test("all runs are drawn, without a word, as long as a group has no more than 50", () => {
  const all = runs(50, "ali", "gan");
  assert.deepEqual(shownRuns(all), { shown: all, leftOut: "" });
  assert.equal(runCurves(all, ["loss"], "Lines.").caption, "Lines.");
});

test("of a large group the first 50 are drawn, and the caption says how many are not", () => {
  const { shown, leftOut } = shownRuns([...runs(1_060, "ali"), ...runs(3, "gan")]);
  const of = (model: string) => shown.filter(({ record }) => record.spec.model === model);
  assert.deepEqual([of("ali").length, of("ali").at(-1)!.record.spec.replicate, of("gan").length], [50, 49, 3]);
  assert.equal(leftOut, " 1,010 of 1,063 runs are not drawn: of each group the first 50 are.");
  const figure = runCurves(runs(60, "ali"), ["loss"], "Lines.");
  assert.equal(figure.plots[0]!.series.length, 50);
  assert.equal(figure.caption, "Lines. 10 of 60 runs are not drawn: of each group the first 50 are.");
});

test("every run has its dot", () => {
  assert.equal(runDots(runs(60, "ali"), [{ key: "modes", meaning: "" }]).plots[0]!.rows.length, 60);
});
