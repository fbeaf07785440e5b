import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { agreementOf, largestMove, unseenP, unseenPower, wholeMoves } from "./unseen.ts";

const near = (got: number, expected: number, by = 1e-12): void =>
  assert.ok(Math.abs(got - expected) <= by, `${got}, not ${expected}`);
const fill = (n: number, value: number): number[] => new Array<number>(n).fill(value);

// Binomial tails and Clopper–Pearson bounds (beta quantiles) by scipy 1.17.
describe("units that were not seen", () => {
  test("are excluded as a binomial excludes them", () => {
    near(unseenP({ n: 10, seen: 0, reach: 25 }, 0.5), 0.8170728068875469);
    near(unseenP({ n: 30, seen: 1, reach: 24 }, 3), 0.09623770876161418);
    near(unseenP({ n: 40, seen: 3, reach: 25 }, 2.5), 0.4231306530930026, 1e-9);
  });
  test("move the mean by their largest share times the distance", () => {
    near(largestMove({ n: 10, seen: 0, reach: 25 }, 0.05), 25 * 0.2588655508930522);
    near(largestMove({ n: 30, seen: 1, reach: 24 }, 0.05), 24 * 0.14859606865911312);
    near(largestMove({ n: 10, seen: 0, reach: 25 }, 0.025), 25 * 0.3084971078187607);
  });
  test("have bounds: no room is never excluded, and what cannot move is", () => {
    const ten = { n: 10, seen: 0, reach: 25 };
    assert.deepEqual(
      [0, -1, 25, 30].map((room) => unseenP(ten, room)),
      [1, 1, 0, 0],
    );
    const still = { ...ten, reach: 0 };
    assert.deepEqual([unseenP(still, 0.5), unseenP(still, 0), largestMove(still, 0.05)], [0, 1, 0]);
    const unbounded = { ...ten, reach: Infinity };
    assert.deepEqual([unseenP(unbounded, 0.5), largestMove(unbounded, 0.05)], [1, Infinity]);
    assert.deepEqual(
      [still, unbounded, ten].map((units) => unseenPower(units, 0.5, 0.05, 10_000)),
      [1, 0, 1],
    );
  });
  test("need 149 sound units where one in 50 matters: 0.98^148 = 0.0503, 0.98^149 = 0.0493", () => {
    const ten = { n: 10, seen: 0, reach: 25 };
    assert.deepEqual(
      [138, 139].map((further) => unseenPower(ten, 0.5, 0.05, further)),
      [0, 1],
    );
    // Two of 150 exclude a share of 1/20; at a true share of 1/50, at most two are seen with this probability.
    near(unseenPower({ n: 50, seen: 1, reach: 25 }, 1.25, 0.05, 100), 0.4209256728618172, 1e-9);
  });
});

describe("a sample agrees", () => {
  test("where more than half of its values are equal", () => {
    assert.deepEqual(agreementOf(fill(5, 25), 25), { centre: 25, step: 0, elsewhere: [] });
    assert.deepEqual(agreementOf([25, 25, 25, 1, 1], 25), { centre: 25, step: 0, elsewhere: [-24, -24] });
    assert.equal(agreementOf([25, 25, 1, 1], 25), null);
  });
  test("where counts jitter by a step or two, but for a quarter that lies elsewhere", () => {
    const even = [25, 24, 25, 24, 25, 24, 25, 24];
    assert.deepEqual(agreementOf(even, 25), { centre: 24.5, step: 1, elsewhere: [] });
    assert.deepEqual(agreementOf([...even, 1, 2], 25), { centre: 24.5, step: 1, elsewhere: [-23.5, -22.5] });
    assert.equal(agreementOf([25, 24, 23, 25, 24], 25)?.step, 1);
    assert.equal(agreementOf([0.75, 0.5, 0.75, 0.5, 0.75, 0.25, 0.5, 0.75], 6)?.step, 0.25);
  });
  test("where counts of a coarse metric lie within a quarter of the way to the worst value, on any steps", () => {
    assert.equal(agreementOf([25, 24, 23, 22, 21], 25)?.step, 1);
    assert.equal(agreementOf([25, 23, 20, 20, 23], 25)?.step, 1);
    assert.deepEqual(agreementOf([25, 22, 19, 24, 20, 23, 25, 3], 25)?.elsewhere, [3 - 158 / 7]);
    // Errors of 10,000 images in %, in steps of 0.01: the worst value is 9,990 or 120 steps away.
    const errors = [0.16, 0.12, 0.11, 0.15, 0.13, 0.1, 0.16, 0.14];
    assert.equal(agreementOf(errors, 99.9), null);
    assert.equal(agreementOf(errors, 1.2)?.step.toFixed(6), "0.010000");
  });
  test("where values differ by rounding alone", () => {
    const tenths = [0.4 - 0.3, 0.3 - 0.2, 1 - 0.9, 0.8 - 0.7, 1.1 - 1];
    assert.equal(new Set(tenths).size, 3);
    assert.equal(agreementOf(tenths, 0.9, 1e-12)?.step, 0);
  });
  test("not where it has two humps, spreads widely, or is continuous", () => {
    assert.equal(agreementOf([25, 25, 25, 25, 1, 1, 1, 1], 25), null);
    assert.equal(agreementOf([8, 12, 25, 10, 16, 9, 19, 11, 13, 11], 14), null);
    assert.equal(agreementOf([7.42, 7.51, 7.13, 8.02, 6.97, 7.6], 92), null);
    assert.equal(agreementOf([13, 13.1, 12.9, 12.8, 13], Infinity)?.step.toFixed(6), "0.100000");
    assert.equal(agreementOf([13, 13.1, 12.9, 12.8], Infinity), null);
  });
});

test("parts of a move are rounded up to whole ones", () => {
  assert.deepEqual(
    [[], [1], [25], [25, 1], [2.4, 2.4, 2.4]].map((distances) => wholeMoves(distances, 25)),
    [0, 1, 1, 2, 1],
  );
  assert.equal(wholeMoves([2.4, 2.4, 2.4], 2.4), 3);
  assert.equal(wholeMoves([0.1, 0.1], 0), 2);
});
