import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Stream } from "../random/seeds.ts";
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

  test("of replicates are seen though units differ far more than the step, and are none where no unit changed", () => {
    const units = sample(0, 10, 10);
    const again = (step: number): number[] => sample(step, 10, 0.1).map((value, unit) => value + units[unit]!);
    const stepped = [again(0), again(0), again(0.2), again(0.2)];
    assert.deepEqual(changePoints(stepped, 0.05, "values"), [], "nothing beside an SD of 10 of single values");
    assert.deepEqual(
      changePoints(stepped, 0.05, "replicates").map(({ at }) => at),
      [2],
    );
    assert.deepEqual(changePoints([units, units, units], 0.05, "replicates"), []);
    // Two samples of ten units can change places in 2^10 ways, two of which are as extreme.
    const [only] = changePoints([again(0), again(1)], 0.05, "replicates");
    assert.ok(Math.abs(only!.p - 2 / 1024) < 0.004, `p ${only!.p}`);
  });

  test("of whole samples come up no more often than at the level, where each has a mean of its own", () => {
    const session = (): number[] => sample(sample(0, 1)[0]!, 5);
    const alarms = (exchange: "samples" | "values"): number =>
      Array.from({ length: 60 }, () =>
        changePoints(
          [0, 0, 0, 0, 0, 0].map(() => session()),
          0.2,
          exchange,
        ),
      ).filter((found) => found.length > 0).length;
    // At 0.2 more than 21 of 60 would be 3 SD above.
    const [whole, single] = [alarms("samples"), alarms("values")];
    assert.deepEqual([whole <= 21, single > 40], [true, true], `${whole} and ${single} of 60`);
  });

  test("of whole samples are found where there are enough of them", () => {
    const ten = Array.from({ length: 10 }, (_, i) => sample(i < 5 ? 0 : 9, 4));
    assert.deepEqual(
      changePoints(ten, 0.05, "samples").map(({ at }) => at),
      [5],
    );
    assert.deepEqual(changePoints([sample(0), sample(9)], 0.05, "samples"), [], "two samples have two orders");
  });

  test("refuse what has no place in a sequence", () => {
    assert.throws(() => changePoints([[1], []], 0.05), /needs a value/);
    assert.throws(() => changePoints([[Number.NaN]], 0.05), /NaN/);
    assert.throws(() => changePoints([[1, 2], [1]], 0.05, "replicates"), /as many values as each other/);
  });
});
