import assert from "node:assert/strict";
import { test } from "node:test";
import { reconstructedModes, reconstructionError } from "./reconstruction.ts";

/** Four components at (±1, ±1): 0 (−, −), 1 (−, +), 2 (+, −), 3 (+, +). */
const mixture = { grid: [-1, 1], sd: 0.1 };
const at = (...components: number[]): Float32Array =>
  Float32Array.from(components.flatMap((k) => [k < 2 ? -1.1 : 0.9, k % 2 ? 0.95 : -1.05]));

test("the reconstruction error is the root of the mean squared distance", () => {
  assert.equal(reconstructionError(Float32Array.of(0, 0, 1, 1), Float32Array.of(3, 4, 1, 1)), Math.sqrt(25 / 2));
});

test("a mode is kept when at least half of its own examples come back nearest to it", () => {
  const x = at(0, 0, 1, 1, 1, 2, 3, 3);
  // 0: both; 1: one of three; 2: none; 3: one of two.
  assert.deepEqual(reconstructedModes(x, at(0, 0, 1, 3, 3, 3, 3, 0), mixture), { kept: 2, touched: 3 });
  assert.deepEqual(reconstructedModes(x, x, mixture), { kept: 4, touched: 4 });
});

test("a mode that only others' examples come back to is touched, not kept", () => {
  assert.deepEqual(reconstructedModes(at(0, 0, 0, 1), at(0, 0, 2, 0), mixture), { kept: 1, touched: 2 });
});

test("a reconstruction that is not finite comes back nowhere, and a mode without examples is not kept", () => {
  const lost = Float32Array.of(Number.NaN, 0, Number.POSITIVE_INFINITY, 0);
  assert.deepEqual(reconstructedModes(at(1, 1), lost, mixture), { kept: 0, touched: 0 });
});
