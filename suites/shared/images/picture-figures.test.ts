import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoredRun } from "../../../harness/contract/suite.ts";
import { errorNote } from "./picture-figures.ts";

const note = (record: object): string => errorNote({ record: record as StoredRun["record"] });
const metrics = { reconstructionMse: 0.08684, matchedShare: 0.7421 };

test("a reconstruction error stands beside what it was after the first updates, and at the most", () => {
  const curve = { update: [100, 200, 300], reconstructionMse: [0.07, 0.1058, 0.09], matchedShare: [0.98, null, 0.8] };
  assert.equal(
    note({ state: "finished", metrics, curve }),
    "mean squared error 0.0868 (after 100 updates 0.0700, at the most 0.106); over that against other images 0.742 (after 100 updates 0.980, at the most 0.980)",
  );
});

test("a run that was trained elsewhere has its own error alone; one without an error, or unfinished, none", () => {
  assert.equal(
    note({ state: "finished", metrics, curve: { update: [] } }),
    "mean squared error 0.0868; over that against other images 0.742",
  );
  assert.equal(note({ state: "finished", metrics: {}, curve: { update: [] } }), "");
  assert.equal(note({ state: "crashed", curve: { update: [] } }), "");
});
