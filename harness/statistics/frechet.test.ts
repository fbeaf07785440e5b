import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { standardNormal } from "../engine/stateless-normal.ts";
import golden from "./fixtures/frechet.json" with { type: "json" };
import { FeatureMoments, frechetDistance, type Gaussian } from "./frechet.ts";

const near = (got: number, wanted: number, tolerance: number): void =>
  assert.equal(Math.abs(got - wanted) <= tolerance, true, `${got}, not ${wanted} ± ${tolerance}`);
const fitted = (features: ArrayLike<number>, dimension: number, block = features.length): Gaussian => {
  const moments = new FeatureMoments(dimension);
  const all = Float64Array.from(features);
  for (let at = 0; at < all.length; at += block) moments.add(all.subarray(at, at + block));
  return moments.gaussian();
};
const diagonal = (mean: readonly number[], variances: readonly number[]): Gaussian => ({
  mean: Float64Array.from(mean),
  covariance: Float64Array.from(variances.flatMap((value, i) => variances.map((_, j) => (i === j ? value : 0)))),
});

describe("the Fréchet distance", () => {
  for (const { features, regular, a, b, distance } of golden.cases)
    test(`in ${features} dimensions is another program's, covariances ${regular ? "regular" : "singular"}`, () => {
      near(frechetDistance(fitted(a, features), fitted(b, features)), distance, 1e-9 * distance);
    });

  test("of diagonal normals is that of their coordinates", () => {
    // In one dimension (μ1 − μ2)² + (σ1 − σ2)².
    const [one, two] = [diagonal([0, 1, 5], [1, 4, 0]), diagonal([3, 1, 4], [9, 4, 0.25])];
    near(frechetDistance(one, two), 9 + 4 + 1 + 0.25, 1e-12);
  });

  test("is 0 for a set and itself, the same both ways, and not below 0, also with fewer cases than features", () => {
    const sets = fc.record({
      dimension: fc.integer({ min: 1, max: 9 }),
      counts: fc.tuple(fc.integer({ min: 2, max: 14 }), fc.integer({ min: 2, max: 14 })),
      scale: fc.constantFrom(1e-3, 1, 1e3),
      seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      // Some features are the same in all cases, as those of a unit that is never on.
      constant: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(sets, ({ dimension, counts, scale, seed, constant }) => {
        const [a, b] = counts.map((count, which) => {
          const normals = standardNormal(count * dimension, [seed, which]);
          return fitted(
            normals.map((value, i) => (i % dimension < constant ? 0 : scale * value)),
            dimension,
          );
        }) as [Gaussian, Gaussian];
        const unit = dimension * scale ** 2;
        near(frechetDistance(a, a), 0, 1e-12 * unit);
        const distance = frechetDistance(a, b);
        near(frechetDistance(b, a), distance, 1e-7 * unit);
        assert.equal(distance >= 0 && Number.isFinite(distance), true, `${distance}`);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  test("is NaN where a moment is not finite, and refuses other dimensions", () => {
    assert.equal(frechetDistance(fitted([0, Number.NaN, 1, 1], 2), diagonal([0, 0], [1, 1])), Number.NaN);
    assert.equal(
      frechetDistance(diagonal([0, Number.POSITIVE_INFINITY], [1, 1]), diagonal([0, 0], [1, 1])),
      Number.NaN,
    );
    assert.throws(() => frechetDistance(diagonal([0], [1]), diagonal([0, 0], [1, 1])), /1 and 2 dimensions/);
  });
});

describe("moments of features", () => {
  const values = standardNormal(3 * 50, [8, 1]);

  test("do not depend on the blocks they come in, nor on what is joined to what", () => {
    const whole = fitted(values, 3);
    const parts = [new FeatureMoments(3), new FeatureMoments(3), new FeatureMoments(3)];
    parts[0]!.add(values.subarray(0, 60));
    parts[2]!.add(values.subarray(60));
    parts[2]!.merge(parts[0]!);
    parts[2]!.merge(parts[1]!);
    assert.equal(parts[2]!.count, 50);
    for (const other of [fitted(values, 3, 9), fitted(values, 3, 3), parts[2]!.gaussian()])
      for (const which of ["mean", "covariance"] as const)
        whole[which].forEach((value, i) => {
          near(other[which][i]!, value, 1e-14);
        });
  });

  test("keep their digits under a large offset", () => {
    const plain = fitted(values, 3);
    const moved = fitted(
      Float64Array.from(values, (value) => value + 2 ** 27),
      3,
      9,
    );
    plain.covariance.forEach((value, i) => {
      near(moved.covariance[i]!, value, 1e-7);
    });
  });

  test("refuse what is no whole block, another length, and a covariance of one case", () => {
    const moments = new FeatureMoments(3);
    assert.throws(() => moments.add(new Float32Array(4)), /4 numbers are no rows of 3/);
    assert.throws(() => moments.merge(new FeatureMoments(2)), RangeError);
    moments.add(new Float32Array(3));
    assert.throws(() => moments.gaussian(), /covariance of 1 cases/);
    assert.throws(() => new FeatureMoments(0), RangeError);
  });
});
