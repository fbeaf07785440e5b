import assert from "node:assert/strict";
import { test } from "node:test";
import { decides } from "./change-text.ts";
import type { ComparedChange } from "./judge-change.ts";

test("what would decide is a new compare after one look, and more replicates where runs are being added", () => {
  const said = (furtherReplicates: number | null, newCompare: number | null, smallestMargin: number | null): string =>
    decides({ wouldDecide: { furtherReplicates, newCompare, smallestMargin } } as ComparedChange);
  assert.equal(said(12, 22, 0.08123), "a new compare of 22 replicates, or a margin of 0.0812");
  assert.equal(said(12, null, 0.08123), "12 more replicates, or a margin of 0.0812");
  assert.equal(said(1, null, null), "1 more replicate");
  assert.equal(said(null, null, null), "no number of replicates");
  assert.equal(decides({ wouldDecide: null } as ComparedChange), "");
});
