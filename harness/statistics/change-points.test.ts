import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Stream } from "../seeds.ts";
import { changePoints, divergenceOf } from "./change-points.ts";
import { normalQuantile } from "./distributions.ts";

const draws = new Stream([5, 6]);
const sample = (mean: number, n = 10, sd = 1): number[] =>
  Array.from({ length: n }, () => mean + sd * normalQuantile(draws.uniform() + 2 ** -33));

test("the divergence is that of its definition, pair by pair", () => {
  // X = {0, 1}, Y = {3, 5}: E|X − Y| = (3 + 5 + 2 + 4)/4 = 3.5, E|X − X'| = 1, E|Y − Y'| = 2; 2·2/4 · (7 − 3) = 4.
  assert.equal(divergenceOf([0, 1], [3, 5]), 4);
  assert.equal(divergenceOf([3, 5], [1, 0]), 4);
});

describe("change points", () => {
  test("are found where the mean steps, each with its side", () => {
    const found = changePoints([...[0, 0, 0].map((m) => sample(m)), ...[3, 3].map((m) => sample(m)), sample(-3)], 0.01);
    assert.deepEqual(
      found.map(({ at }) => at),
      [3, 5],
    );
    for (const { p } of found) assert.ok(p <= 0.01, `p ${p}`);
  });

  test("are none among equal samples, equal values, one sample, or single values", () => {
    assert.deepEqual(changePoints([sample(0), sample(0), sample(0), sample(0)], 0.01), []);
    assert.deepEqual(
      changePoints(
        [
          [1, 2],
          [1, 2],
          [1, 2],
        ],
        0.05,
      ),
      [],
    );
    assert.deepEqual(
      changePoints(
        [
          [1, 1],
          [1, 1],
        ],
        0.05,
      ),
      [],
    );
    assert.deepEqual(changePoints([sample(0)], 0.05), []);
    assert.deepEqual(changePoints([], 0.05), []);
    assert.deepEqual(changePoints([[1], [2]], 0.05), [], "a split needs two values on each side");
  });

  test("are found by ranks where runs failed beyond every value", () => {
    const failing = sample(0).map((value, i) => (i < 8 ? Number.NEGATIVE_INFINITY : value));
    assert.deepEqual(
      changePoints([sample(0), sample(0), failing], 0.01).map(({ at }) => at),
      [2],
    );
  });

  test("come up among exchangeable values no more often than at the level", () => {
    // 200 sequences of 4 samples of 5: at 0.05 more than 19 of them would be 3 SD above.
    const alarms = Array.from({ length: 200 }, () =>
      changePoints(
        [0, 0, 0, 0].map(() => sample(0, 5)),
        0.05,
      ),
    ).filter((found) => found.length > 0).length;
    assert.ok(alarms <= 19, `${alarms} of 200`);
  });

  test("refuse what has no place in a sequence", () => {
    assert.throws(() => changePoints([[1], []], 0.05), /needs a value/);
    assert.throws(() => changePoints([[Number.NaN]], 0.05), /NaN/);
  });
});
