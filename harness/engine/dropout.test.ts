import assert from "node:assert/strict";
import { test } from "node:test";
import { dropoutScale, droppedLevels, keepMask } from "./dropout.ts";

test("a rate is a number of 65,536 levels, and the scale makes up for exactly that", () => {
  assert.equal(droppedLevels(0.2), 13_107);
  assert.equal(dropoutScale(0.2), 65_536 / 52_429);
  assert.equal(dropoutScale(0.5), 2);
  assert.equal(dropoutScale(0), 1);
  assert.equal(Number.isFinite(dropoutScale(0.9999999)), true);
});

test("a rate below 0, of 1 or more, or none is refused", () => {
  for (const rate of [-0.1, 1, Number.NaN]) assert.throws(() => droppedLevels(rate), RangeError);
});

test("the share that stays is the rate's, within five standard errors, and keys draw apart", () => {
  const n = 100_001;
  const mask = keepMask(n, 0.2, [3, -4]);
  const share = mask.reduce((sum, stays) => sum + stays, 0) / n;
  assert.equal(Math.abs(share - 0.8) < 5 * Math.sqrt((0.2 * 0.8) / n), true, `${share}`);
  assert.notDeepEqual(mask, keepMask(n, 0.2, [3, -5]));
  assert.deepEqual(mask.slice(0, 7), keepMask(7, 0.2, [3, -4]));
});
