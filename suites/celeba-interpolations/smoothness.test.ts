import assert from "node:assert/strict";
import { test } from "node:test";
import { smoothness, type Way } from "./smoothness.ts";

const way = (steps: readonly number[], first = steps[0]!, second = steps.at(-1)!): Way => ({
  first: Float32Array.of(first),
  steps: steps.map((value) => Float32Array.of(value)),
  second: Float32Array.of(second),
});

test("even steps on a straight way", () => {
  const { largestStep, detour, endMse } = smoothness([way([0, 0.25, 0.5, 0.75, 1])]);
  assert.deepEqual([largestStep, detour, endMse], [1, 1, 0]);
});

test("a jump is as many mean steps as there are steps; a way there and back is a detour", () => {
  assert.equal(smoothness([way([0, 0, 1, 1, 1])]).largestStep, 4);
  assert.equal(smoothness([way([0, 1, 0, 1])]).detour, 3);
});

test("a way between equal images is even and straight; ends are measured against their originals", () => {
  const { largestStep, detour, endMse } = smoothness([way([1, 1, 1], 0, 3)]);
  assert.deepEqual([largestStep, detour, endMse], [1, 1, (1 + 4) / 2]);
});

test("the median over pairs", () => {
  const ways = [way([0, 1, 0, 1]), way([0, 0.5, 1, 1]), way([0, 0.25, 0.5, 1])];
  assert.equal(smoothness(ways).detour, 1);
});
