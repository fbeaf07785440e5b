import assert from "node:assert/strict";
import { test } from "node:test";
import { sparkline } from "./sparkline.ts";

test("a sparkline has a bar a value, from the lowest to the highest", () => {
  assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8), "▁▂▃▄▅▆▇█");
  assert.equal(sparkline([7, -7], 40), "█▁");
});

test("of more values than it is wide it has their means", () => {
  assert.equal(sparkline([0, 2, 6, 8, 1, 1], 3), "▁█▁");
  assert.equal(sparkline(new Array(1_000).fill(5), 40), "▄".repeat(40));
});

test("it is blank where there is nothing", () => {
  assert.equal(sparkline([1, null, 2], 3), "▁ █");
  assert.equal(sparkline([null, null], 2), "  ");
  assert.equal(sparkline([], 40), "");
});
