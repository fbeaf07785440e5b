/** Which runs done again are the same bits, and when nobody can say. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { baselineRun } from "../compare/baseline.ts";
import type { RunRecord } from "../contract/run.ts";
import { bitsOf } from "../store/bits.ts";
import { placeOf, recordOf } from "../store/fixtures/records.ts";
import type { ExportFile } from "./export-file.ts";
import { repeatedRuns, reproductionVerdict } from "./reproduction.ts";

const lockOf = (record: RunRecord): ExportFile => {
  const bits = bitsOf(record);
  return { results: { runs: [baselineRun(record)] }, bits: bits ? { [record.spec.path]: bits } : {} } as ExportFile;
};
const bits = (before: RunRecord, now: RunRecord): string => repeatedRuns(lockOf(before), [now])[0]!.bits;
const finished = recordOf(placeOf());
const diverged = recordOf(placeOf(), "diverged") as Extract<RunRecord, { state: "diverged" }>;

describe("a run done again", () => {
  it("is the same bits where state, metrics, weights and arrays are", () => {
    assert.equal(bits(finished, finished), "same");
    assert.equal(bits(finished, { ...finished, weightsSha256: "1" } as RunRecord), "others");
    assert.equal(bits(finished, { ...finished, metrics: { modes: 8 } } as RunRecord), "others");
    const samples = { file: "samples", sha256: "1", sizeBytes: 1 };
    assert.equal(bits(finished, { ...finished, artifacts: { samples } } as RunRecord), "others");
    assert.equal(bits(finished, diverged), "others");
  });

  it("that diverged in both is compared by what its state was along the way", () => {
    const trail = { update: [1], tensors: { w: ["a"] } };
    const kept = { ...diverged, earlyStateSha256: "0", trail };
    assert.equal(bits(kept, kept), "same");
    assert.equal(bits(kept, { ...kept, trail: { ...trail, tensors: { w: ["b"] } } }), "others");
    assert.equal(bits(kept, { ...kept, earlyStateSha256: "1" }), "others");
    assert.equal(bits(kept, { ...kept, updatesDone: 29 }), "others");
  });

  it("of which nothing was kept is not called the same", () => {
    assert.equal(bits(diverged, diverged), "none");
    assert.equal(bits({ ...diverged, earlyStateSha256: "0" }, diverged), "none");
    const runs = repeatedRuns(lockOf(diverged), [diverged]);
    assert.equal(reproductionVerdict(runs, null), "INCONCLUSIVE");
  });
});
