import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { standardNormal } from "../engine/stateless-normal.ts";
import { Stream } from "../random/seeds.ts";
import { inRandomBasis, pcaWhitening, type Whitening } from "./pca.ts";

const near = (what: string, got: number, wanted: number, allowed = 1e-5): void =>
  assert.equal(Math.abs(got - wanted) <= allowed, true, `${what}: ${got}, not ${wanted}`);

/** n cases of d correlated numbers. */
function cases(n: number, d: number): Float32Array {
  const normals = standardNormal(n * d, [n, d]);
  return normals.map((value, at) => 3 + value * (1 + (at % d)) + (at % d > 0 ? normals[at - 1]! : 0));
}
/** Covariance, ddof 1, of the projected cases [n, k]. */
function covariance({ mean, projection }: Whitening, x: Float32Array, n: number, d: number, k: number): number[][] {
  const scores = Array.from({ length: n }, (_, i) =>
    Array.from({ length: k }, (_, c) => {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += (x[i * d + j]! - mean[j]!) * projection[j * k + c]!;
      return sum;
    }),
  );
  return Array.from({ length: k }, (_, a) =>
    Array.from({ length: k }, (_, b) => scores.reduce((sum, row) => sum + row[a]! * row[b]!, 0) / (n - 1)),
  );
}

describe("whitening by principal components", () => {
  // Points on two orthogonal axes: (±2, ±2) / √2 · … has variance 16/3 along (1, 1) / √2 and 4/3 along (1, −1) / √2.
  const cross = Float32Array.from([3, 4, -1, 0, 2, 1, 0, 3]); // about (1, 2): (2, 2), (−2, −2), (1, −1), (−1, 1)
  test("of a cross of four points is what one finds by hand", () => {
    const { mean, projection, variances } = pcaWhitening(cross, 4, 2, 2);
    assert.deepEqual([...mean], [1, 2]);
    near("first variance", variances[0]!, 16 / 3);
    near("second variance", variances[1]!, 4 / 3);
    // Unit vectors over the standard deviations; the sign is free where two entries are as large.
    near("first direction", projection[0]!, Math.SQRT1_2 / Math.sqrt(16 / 3));
    near("first direction", projection[2]!, Math.SQRT1_2 / Math.sqrt(16 / 3));
    near("second direction", Math.abs(projection[1]!), Math.SQRT1_2 / Math.sqrt(4 / 3));
    near("second direction", projection[3]!, -projection[1]!);
  });

  for (const [n, d, k, by] of [
    [40, 6, 6, "covariance"],
    [40, 6, 3, "covariance"],
    [6, 20, 5, "Gram matrix"],
  ] as const)
    test(`gives ${k} components of variance 1 without correlation, of ${n} cases of ${d} by the ${by}`, () => {
      const x = cases(n, d);
      covariance(pcaWhitening(x, n, d, k), x, n, d, k).forEach((row, a) => {
        row.forEach((value, b) => {
          near(`covariance of ${a} and ${b}`, value, a === b ? 1 : 0, 2e-5);
        });
      });
    });

  test("in a random basis: correlated numbers, whose covariance has the components' variances, of mean 1", () => {
    const [n, d, k] = [40, 6, 4];
    const x = cases(n, d);
    const whitening = pcaWhitening(x, n, d, k);
    const turned = covariance(inRandomBasis(whitening, new Stream([1, 2])), x, n, d, k);
    const total = whitening.variances.reduce((sum, variance) => sum + variance, 0);
    const { realEigenvalues } = new EigenvalueDecomposition(new Matrix(turned), { assumeSymmetric: true });
    realEigenvalues.reverse().forEach((value, i) => {
      near(`eigenvalue ${i}`, value, (k * whitening.variances[i]!) / total, 2e-5);
    });
    const apart = turned.flatMap((row, a) => row.filter((_, b) => b !== a).map(Math.abs));
    assert.ok(Math.max(...apart) > 0.1, "some are correlated");
    assert.notDeepEqual(turned, covariance(inRandomBasis(whitening, new Stream([1, 3])), x, n, d, k));
  });

  test("orders the components by their variance", () => {
    const { variances } = pcaWhitening(cases(40, 6), 40, 6, 6);
    assert.deepEqual(
      [...variances],
      [...variances].sort((a, b) => b - a),
    );
  });

  test("refuses more components than the cases span", () => {
    assert.throws(() => pcaWhitening(cases(4, 6), 4, 6, 4), /4 components of 4 cases of 6 numbers; give 1 to 3/);
    const line = Float32Array.from([1, 2, 2, 4, 3, 6, 4, 8]);
    assert.throws(() => pcaWhitening(line, 4, 2, 2), /span 1 components within rounding, not 2/);
    assert.throws(() => pcaWhitening(line, 4, 2, 0.5), RangeError);
  });
});
