import assert from "node:assert/strict";
import { test } from "node:test";
import { standardNormal } from "../engine/stateless-normal.ts";
import { zcaWhitening } from "./zca.ts";

const [N, D, ADDED] = [50, 4, 0.1];
const mixing = standardNormal(D * D, [1, 2]);
const normals = standardNormal(N * D, [3, 4]);
/** Correlated cases about (0, 1, 2, 3). */
const x = Float32Array.from({ length: N * D }, (_, at) => {
  const [row, column] = [Math.floor(at / D), at % D];
  return (
    column + mixing.subarray(column * D, (column + 1) * D).reduce((sum, w, k) => sum + w * normals[row * D + k]!, 0)
  );
});

test("the matrix is symmetric, and its square the inverse of the covariance with what is added to its diagonal", () => {
  const { mean, matrix } = zcaWhitening(x, N, D, ADDED);
  const entry = (i: number, j: number): number => matrix[i * D + j]!;
  const covariance = (i: number, j: number): number => {
    let sum = 0;
    for (let n = 0; n < N; n++) sum += (x[n * D + i]! - mean[i]!) * (x[n * D + j]! - mean[j]!);
    return sum / N + (i === j ? ADDED : 0);
  };
  const product = (a: typeof entry, b: typeof entry) => (i: number, j: number) =>
    [0, 1, 2, 3].reduce((sum, k) => sum + a(i, k) * b(k, j), 0);
  const identity = product(product(entry, entry), covariance);
  for (let i = 0; i < D; i++)
    for (let j = 0; j < D; j++) {
      assert.equal(entry(i, j), entry(j, i));
      const off = Math.abs(identity(i, j) - Number(i === j));
      assert.equal(off < 1e-5, true, `entry ${i}, ${j} is ${off} off the identity's`);
    }
  assert.equal(entry(0, 0) > 0, true, "the positive root");
});

test("sizes that do not fit are refused, and a diagonal that nothing is added to", () => {
  assert.throws(() => zcaWhitening(x, N, D + 1, ADDED), /200 numbers are not 50 cases of 5/);
  assert.throws(() => zcaWhitening(x, N, D, 0), /0 added to the diagonal/);
});
