import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { standardNormal } from "../harness/engine/stateless-normal.ts";
import { Stream } from "../harness/random/seeds.ts";
import { latentHoles, latentPurity } from "./latent-cover.ts";

/** `each` points in the middle of every cell of equal mass, 20 rings by 20 sectors. */
function middles(each: number): Float32Array {
  const points: number[] = [];
  for (let ring = 0; ring < 20; ring++)
    for (let sector = 0; sector < 20; sector++) {
      const radius = Math.sqrt(-2 * Math.log(1 - (ring + 0.5) / 20));
      const angle = (2 * Math.PI * (sector + 0.5)) / 20;
      for (let i = 0; i < each; i++) points.push(radius * Math.cos(angle), radius * Math.sin(angle));
    }
  return Float32Array.from(points);
}

describe("holes in the codes", () => {
  test("are none where five codes lie in every cell, and everywhere where four do", () => {
    assert.equal(latentHoles(middles(5)), 0);
    assert.equal(latentHoles(middles(4)), 1);
  });

  test("are none for 10,000 draws of the prior", () => {
    for (let i = 0; i < 20; i++) assert.equal(latentHoles(standardNormal(20_000, [i, 3])), 0);
  });

  test("are the missing mass: half a plane, the inner half, a tenth of the turn", () => {
    const z = standardNormal(20_000, [1, 3]);
    const without = (hole: (a: number, b: number) => boolean) =>
      latentHoles(z.filter((_, i) => !hole(z[i & ~1]!, z[i | 1]!)));
    assert.equal(
      without((a) => a < 0),
      0.5,
    );
    // Half of the mass lies within √(2 log 2).
    assert.equal(
      without((a, b) => a * a + b * b < 2 * Math.log(2)),
      0.5,
    );
    assert.equal(
      without((a, b) => a > 0 && Math.abs(b) < a * Math.tan(Math.PI / 10)),
      0.1,
    );
  });

  test("are nearly everywhere for codes on one point, or far away, or not finite", () => {
    assert.equal(latentHoles(new Float32Array(20_000).fill(0.1)), 399 / 400);
    assert.equal(latentHoles(new Float32Array(20_000).fill(1e30)), 399 / 400);
    assert.equal(latentHoles(new Float32Array(20_000).fill(Number.NaN)), 1);
  });
});

describe("purity of the codes", () => {
  const two = { neighbours: 2, first: 100 };
  test("is the share of nearest codes of the same component, counted by hand", () => {
    // On a line at 0, 1, 3, 7, 8: the two nearest of each are {1, 3}, {0, 3}, {1, 0}, {8, 3}, {7, 3}.
    const codes = Float32Array.of(0, 0, 1, 0, 3, 0, 7, 0, 8, 0);
    assert.equal(latentPurity(codes, [0, 0, 1, 1, 0], two), (1 + 1 + 0 + 1 + 0) / 10);
  });

  test("is 1 for classes that keep apart, and chance for classes that do not", () => {
    const z = standardNormal(4_000, [7, 7]);
    const random = new Stream([1, 1]);
    const classes = Array.from({ length: 2_000 }, () => random.below(5));
    const ten = { neighbours: 10, first: 2_000 };
    const apart = z.map((value, i) => value + (i % 2 ? 0 : 100 * classes[i >> 1]!));
    assert.equal(latentPurity(apart, classes, ten), 1);
    const mixed = latentPurity(z, classes, ten);
    // 20,000 neighbours, dependent: within 0.02 of one fifth.
    assert.equal(Math.abs(mixed - 0.2) < 0.02, true, String(mixed));
    const collapsed = latentPurity(new Float32Array(4_000), classes, ten);
    assert.equal(Math.abs(collapsed - 0.2) < 0.1, true, String(collapsed));
  });

  test("equals the same by sorting all distances", () => {
    const z = standardNormal(400, [9, 1]);
    const classes = Array.from({ length: 200 }, (_, i) => i % 3);
    let same = 0;
    for (let i = 0; i < 150; i++) {
      const others = Array.from({ length: 150 }, (_, j) => j).filter((j) => j !== i);
      others.sort(
        (j, k) =>
          Math.hypot(z[2 * i]! - z[2 * j]!, z[2 * i + 1]! - z[2 * j + 1]!) -
          Math.hypot(z[2 * i]! - z[2 * k]!, z[2 * i + 1]! - z[2 * k + 1]!),
      );
      same += others.slice(0, 7).filter((j) => classes[j] === classes[i]).length;
    }
    assert.equal(latentPurity(z, classes, { neighbours: 7, first: 150 }), same / (150 * 7));
  });

  test("needs more codes than neighbours", () => {
    assert.throws(() => latentPurity(new Float32Array(4), [0, 0], two), RangeError);
  });
});
