import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunRecord } from "../../harness/contract/run.ts";
import { fixtureData } from "../fixtures/report-data.ts";
import { provenanceView } from "./provenance-view.ts";

const records = fixtureData({ pointsAPanel: 1 }).records;
const labels = (entries: readonly { readonly label: string }[]) => entries.map((entry) => entry.label);

test("what all runs share is said once", () => {
  const view = provenanceView(records);
  assert.deepEqual(view.different, []);
  assert.deepEqual(view.alarms, []);
  assert.equal(new Set(labels(view.common)).size, view.common.length);
});

test("a value that differs is listed with the number of runs of each", () => {
  const view = provenanceView(fixtureData({ pointsAPanel: 1, mixedProvenance: true }).records);
  const revision = view.different.find((entry) => entry.label === "Git revision");
  assert.deepEqual(
    revision?.values.map((value) => [value.value, value.runs]),
    [
      ["aaaaaaaaaa", "36 runs"],
      ["bbbbbbbbbb", "4 runs"],
    ],
  );
});

test("a library that only some runs loaded is a difference", () => {
  const first = structuredClone(records[0]!) as RunRecord & {
    provenance: { engine: { versions: Record<string, string> } };
  };
  first.provenance.engine.versions.extra = "1.0";
  const view = provenanceView([first, ...records.slice(1)]);
  assert.deepEqual(labels(view.different), ["Version, extra"]);
  assert.equal(view.different[0]!.values[0]!.runs, "1 run");
});

test("an unknown state of the tree is not a clean one", () => {
  const unknown = records.map((record) => ({ ...record, provenance: { ...record.provenance, dirty: null } }));
  assert.match(provenanceView(unknown).alarms.join(), /All 40 runs do not say/);
});

test("no record, no claim about any", () => {
  assert.deepEqual(provenanceView([]), { common: [], different: [], ranges: [], alarms: [] });
});
