/** The compiled kernels beside plain loops, at sizes around their tiles. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { standardNormal } from "../engine/stateless-normal.ts";
import { gram } from "./gram.ts";
import { openKernels } from "./kernels.ts";
import { SOURCE_SHA256 } from "./kernels-binary.ts";

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b));

test("the binary is of today's source", () => {
  const source = readFileSync(join(import.meta.dirname, "kernels.c"));
  const why = "kernels.c has changed: make kernels-binary.ts again with ci/build-kernels.ts";
  assert.equal(createHash("sha256").update(source).digest("hex"), SOURCE_SHA256, why);
});

describe("a Gram matrix", () => {
  for (const [n, d] of [
    [1, 1],
    [2, 300],
    [3, 256],
    [4, 255],
    [5, 513],
    [9, 0],
    [17, 40],
  ] as const)
    test(`of ${n} × ${d} is X Xᵀ + 1`, () => {
      const x = standardNormal(n * d, [n, d]);
      const got = gram(x, n, d);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          let sum = 1;
          for (let k = 0; k < d; k++) sum += x[i * d + k]! * x[j * d + k]!;
          assert.equal(near(got[i * n + j]!, sum), true, `${i}, ${j}: ${got[i * n + j]} for ${sum}`);
        }
    });
});

for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 13])
  test(`products and parts of a matrix of ${n} rows`, () => {
    const lengths = { matrix: n * n, part: n * n, vector: n, out: n };
    const { arrays, rows, kernels } = openKernels(lengths, n);
    arrays.matrix.set(standardNormal(n * n, [n, 1]));
    arrays.vector.set(standardNormal(n, [n, 2]));
    const taken = Array.from({ length: n }, (_, i) => i).filter((i) => i % 3 !== 1);
    const m = taken.length;
    rows.set(taken);
    const at = (i: number, j: number): number => arrays.matrix[i * n + j]!;
    const check = (length: number, expected: (i: number) => number): void => {
      for (let i = 0; i < length; i++) assert.equal(near(arrays.out[i]!, expected(i)), true, `${i} of ${length}`);
    };

    kernels.cutOut(arrays.matrix, n, rows, m, arrays.part);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < m; j++) assert.equal(arrays.part[i * m + j], at(taken[i]!, taken[j]!));
    kernels.multiply(arrays.part, m, arrays.vector, arrays.out);
    check(m, (i) => taken.reduce((sum, row, j) => sum + at(taken[i]!, row) * arrays.vector[j]!, 0));
    kernels.combineRows(arrays.matrix, n, rows, arrays.vector, m, arrays.out);
    check(n, (j) => taken.reduce((sum, row, k) => sum + at(row, j) * arrays.vector[k]!, 0));
  });
