import assert from "node:assert/strict";
import { test } from "node:test";
import { drawnSpread, printedValue, spreadKind } from "./spread.ts";

test("a 3 SD bar is drawn as a third of its length", () => {
  assert.deepEqual(drawnSpread({ kind: "3sd", value: 0.9 }, null), {
    draws: "sd",
    halfWidth: 0.9 / 3,
    label: "printed ± is 3 SD, divided by 3",
  });
  assert.equal(spreadKind({ kind: "3sd", value: 0.9 }, null), "± 3 SD (1 SD = 0.30)");
});

test("a 1.96 SD bar, a standard error with n, and an SD become one SD", () => {
  assert.equal(drawnSpread({ kind: "1.96sd", value: 1.96 }, 10)?.halfWidth, 1);
  assert.equal(drawnSpread({ kind: "se", value: 2 }, 9)?.halfWidth, 6);
  assert.equal(drawnSpread({ kind: "sd", value: 5.8 }, 10)?.halfWidth, 5.8);
});

test("what cannot become an SD is not called one", () => {
  assert.equal(drawnSpread({ kind: "se", value: 2 }, null)?.draws, "mean");
  assert.equal(drawnSpread({ kind: "ci", value: 2 }, 10)?.draws, "mean");
  assert.equal(drawnSpread({ kind: "unknown", value: 0.65 }, null)?.draws, "unknown");
  assert.equal(drawnSpread({ kind: "none" }, null), null);
  assert.equal(spreadKind({ kind: "unknown", value: 0.65 }, null), "kind of ± not stated");
});

test("a value without a printed ± shows none", () => {
  const published = { id: "x", place: "", unit: "%", mean: 22.18, n: null, axis: null };
  assert.equal(printedValue({ ...published, spread: { kind: "none" } }), "22.18");
  assert.equal(printedValue({ ...published, spread: { kind: "sd", value: 0.5 } }), "22.18 ± 0.5");
});
