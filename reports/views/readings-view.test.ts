import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { judgedData } from "../fixtures/judged.ts";
import { fixtureData } from "../fixtures/report-data.ts";
import { renderPage } from "../pages/page.ts";
import { shareOfReadings } from "./reading-share.ts";
import { readingsView } from "./readings-view.ts";

const small = { pointsAPanel: 5 } as const;
const share = (data: ReportData, id: string) => shareOfReadings(data, data.claims.find((claim) => claim.id === id)!);
const withHolds = (holds: readonly (boolean | null)[]): ReportData => {
  const data = judgedData(small);
  const run = data.readings.filter(({ id }) => data.samples.some(({ reading }) => reading === id));
  assert.equal(run.length, 8);
  return {
    ...data,
    judgements: data.judgements.map((judgement) => ({
      ...judgement,
      holds: holds[run.findIndex(({ id }) => id === judgement.reading)] ?? null,
    })),
  };
};

test("the share counts decided readings; undecided ones and those not run stand apart", () => {
  const data = withHolds([true, true, false, null, true, false, null, null]);
  assert.equal(
    share(data, "ali-over-gan"),
    "Holds under 3 of 5 decided readings; 3 run without a decision; 4 not run.",
  );
  assert.equal(share(withHolds([]), "ali-over-gan"), "No reading decides it; 8 run without a decision; 4 not run.");
});

test("a reduced profile counts directions, and says first that they are no verdict", () => {
  const data = judgedData({ ...small, profile: "quick" });
  const points = data.judgements.filter((j) => j.claimId === "ali-over-gan" && j.pointsAsClaimed).length;
  assert.equal(
    share(data, "ali-over-gan"),
    `No verdict. Direction only: points the claimed way under ${points} of 8 readings run at a reduced scale; 4 not run.`,
  );
  assert.equal(share(data, "ali-modes"), "No verdict under any of 12 readings: 8 run at a reduced scale; 4 not run.");
  assert.doesNotMatch(share(data, "ali-over-gan")!, /hold/i);
});

test("nothing is counted where there is one reading or nothing to test", () => {
  const data = judgedData(small);
  assert.equal(share(data, "looks-good"), null);
  assert.equal(share({ ...data, readings: data.readings.slice(0, 1) }, "ali-over-gan"), null);
});

test("every claim has a cell a reading, grouped by the questions; what is not run has no mark", () => {
  const view = readingsView(judgedData(small))!;
  assert.deepEqual(
    view.questions.map(({ headings }) => headings.map(({ span }) => span)),
    [[4, 4, 4], [2, 2, 2, 2, 2, 2], new Array(12).fill(1)],
  );
  for (const row of view.rows)
    assert.deepEqual(
      row.cells.map(({ mark }) => mark !== null),
      [...new Array(8).fill(true), ...new Array(4).fill(false)],
      row.id,
    );
});

test("readings on no question have one row of headings", () => {
  const view = readingsView(fixtureData(small))!;
  assert.deepEqual(
    view.questions.map(({ headings }) => headings.map(({ text }) => text)),
    [["random", "fixed"]],
  );
});

test("a cell says claim, reading, verdict and effect, and leads to the judgement in full", () => {
  const data = judgedData(small);
  const { document } = parseHTML(renderPage(data, []));
  const judgement = data.judgements.find((j) => j.claimId === "ali-modes" && j.reading === "random, ddof 0")!;
  const cell = [...document.querySelectorAll("#readings .cell")].find((one) =>
    one.getAttribute("aria-label")!.startsWith("ali-modes, random, ddof 0:"),
  )!;
  assert.match(cell.getAttribute("aria-label")!, new RegExp(`: ${judgement.verdict}\\. ours minus printed `));
  const target = document.getElementById(cell.getAttribute("href")!.slice(1))!;
  assert.match(target.textContent!.replace(/\s+/g, " "), new RegExp(judgement.verdict));
});

test("at a reduced scale a cell shows the direction in a shape of its own", () => {
  const view = readingsView(judgedData({ ...small, profile: "quick" }))!;
  const cells = view.rows.find(({ id }) => id === "ali-over-gan")!.cells.filter(({ mark }) => mark);
  for (const { said } of cells) assert.match(said, /: not tested, (points|does not point) the claimed way\./);
});
