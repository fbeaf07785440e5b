import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import { fixtureData } from "../fixtures/report-data.ts";
import { type Coverage, type Covered, coverageBadge, coverageOf } from "./coverage-badge.ts";

const small = { pointsAPanel: 1 } as const;
const full = fixtureData(small);
const quick = fixtureData({ ...small, profile: "quick" });
const published = ["ali-modes", "gan-modes", "c", "d"].map((id) => ({
  id,
  place: "",
  unit: "modes",
  mean: 1,
  spread: { kind: "none" } as const,
  n: null,
  axis: null,
}));
const paper: Covered = { id: "gap", title: "A paper", published, suites: [{ id: "fixture", claims: full.claims }] };

test("claims count by the best that is stored, under the primary reading", () => {
  const states = { claims: 8, undecided: 0, notTestable: 1, notRun: 0, numbersWithoutSuite: 2 };
  assert.deepEqual(coverageOf([quick], paper), { ...states, decided: 0, reducedOnly: 7 });
  assert.deepEqual(coverageOf([quick, full], paper), { ...states, decided: 5, undecided: 2, reducedOnly: 0 });
});

test("what has no run is not run, and suites that are not the paper's do not count", () => {
  const none = coverageOf([], paper);
  assert.deepEqual([none.notRun, none.notTestable, none.decided], [7, 1, 0]);
  const other = { ...full, suite: { ...full.suite, id: "controls" } };
  assert.deepEqual(coverageOf([other], paper), none);
});

test("every claim is counted once", () => {
  for (const reports of [[], [quick], [full], [quick, full]]) {
    const { claims, decided, undecided, reducedOnly, notTestable, notRun } = coverageOf(reports, paper);
    assert.equal(decided + undecided + reducedOnly + notTestable + notRun, claims);
  }
});

test("the badge says in its title all that the JSON says", () => {
  const coverage: Coverage = {
    claims: 61,
    decided: 11,
    undecided: 12,
    reducedOnly: 13,
    notTestable: 14,
    notRun: 15,
    numbersWithoutSuite: 16,
  };
  const { document } = parseHTML(`<body>${coverageBadge(coverage, paper)}</body>`);
  const title = document.querySelector("title")!.textContent!;
  for (const number of Object.values(coverage)) assert.match(title, new RegExp(`\\b${number}\\b`));
  assert.equal(document.querySelector("svg")!.getAttribute("aria-label"), title);
  const texts = [...document.querySelectorAll("text")].map((text) => text.textContent);
  assert.deepEqual(texts, ["claims of gap", "11 of 61 decided"]);
});
