import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ceilingMargin, ceilingOf, ceilingP, ceilingPower } from "./ceiling.ts";

const runs = (values: readonly number[], first = 0) =>
  values.map((value, i) => ({ replicate: first + i, finished: true, value }));
const nines = (n: number): number[] => Array.from({ length: n }, () => 9);
const near = (got: number, expected: number, by = 1e-12): void =>
  assert.ok(Math.abs(got - expected) <= by, `${got}, not ${expected}`);

describe("runs at a ceiling", () => {
  it("are those of which more than half of the pairs agree", () => {
    assert.equal(ceilingOf(runs([9, 9, 8, 7]), runs([9, 9, 7, 8]), 0), null);
    assert.deepEqual(ceilingOf(runs([9, 9, 8, 7]), runs([9, 9, 8, 8]), 0), { n: 4, common: 0, fallen: 1, height: 8.5 });
    assert.deepEqual(ceilingOf(runs([8, 8, 8]), runs([9, 9, 9]), 0), { n: 3, common: 1, fallen: 0, height: 9 });
  });
  it("of other replicates are those of which more than half of each side agree; the fewer runs count", () => {
    const found = ceilingOf(runs(nines(5)), runs([9, 9, 0], 5), 0);
    assert.deepEqual(found, { n: 3, common: 0, fallen: 1, height: 9 });
    assert.equal(ceilingOf(runs(nines(4)), runs([9, 9, 1, 1], 5), 0), null);
  });
  it("have fallen as far as their distances come to, in whole falls, rounded up", () => {
    const fallenOf = (candidate: number[]) => ceilingOf(runs(nines(8)), runs(candidate), 0)!.fallen;
    assert.deepEqual(
      [fallenOf([...nines(7), 8]), fallenOf([...nines(7), 0]), fallenOf([...nines(6), 0, 8])],
      [1, 1, 2],
    );
  });
});

describe("what they exclude", () => {
  it("is what a binomial excludes: of ten runs none fell, where half a mode is one fall in 18", () => {
    const ten = ceilingOf(runs(nines(10)), runs(nines(10)), 0)!;
    near(ceilingP(ten, 0.5), (17 / 18) ** 10);
    // 1 − 0.05^(1/10) = 0.2589 of the runs, nine modes each.
    near(ceilingMargin(ten, 0.05), 2.3298, 1e-4);
    near(ceilingP(ten, ceilingMargin(ten, 0.05)), 0.05, 1e-9);
    assert.equal(ceilingP(ten, 10), 0);
  });
  it("starts from the difference that most pairs have", () => {
    const lower = ceilingOf(runs(nines(10)), runs(nines(10).map((nine) => nine - 0.25)), 0)!;
    near(ceilingP(lower, 0.5), (1 - 0.25 / 9) ** 10);
    near(ceilingMargin(lower, 0.05), 0.25 + 9 * (1 - 0.05 ** 0.1), 1e-9);
    assert.equal(ceilingP(lower, 0.25), 1);
  });
  it("is nothing where a metric has no worst value", () => {
    const unbounded = ceilingOf(runs(nines(10)), runs(nines(10)), null)!;
    assert.deepEqual([ceilingP(unbounded, 0.5), ceilingMargin(unbounded, 0.05)], [1, Infinity]);
    assert.equal(ceilingPower(unbounded, 0.5, 0.05, 1_000), 0);
  });
  it("is surely more with more runs, if none falls: from 53 on, the first n of (17/18)ⁿ ≤ 0.05", () => {
    const ten = ceilingOf(runs(nines(10)), runs(nines(10)), 0)!;
    assert.deepEqual(
      [42, 43].map((further) => ceilingPower(ten, 0.5, 0.05, further)),
      [0, 1],
    );
    const fell = ceilingOf(runs(nines(50)), runs([...nines(49), 0]), 0)!;
    // One of 100 excludes 1/18 at 0.05 (0.0226), two do not; 1/50 of the runs fall, none or one of 100 with this probability.
    near(ceilingPower(fell, 0.5, 0.05, 50), 0.98 ** 100 + 100 * 0.02 * 0.98 ** 99);
  });
});
