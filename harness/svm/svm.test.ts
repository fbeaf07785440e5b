import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { standardNormal } from "../engine/stateless-normal.ts";
import { expGrid } from "./choose.ts";
import { gram } from "./gram.ts";
import { type SvmSolution, solvePath } from "./path.ts";
import { weights } from "./weights.ts";

const GRID = expGrid(-20, 20, 50);
const of = (rows: readonly (readonly number[])[]) => ({
  x: Float32Array.from(rows.flat()),
  n: rows.length,
  d: rows[0]!.length,
});
const solve = (rows: readonly (readonly number[])[], labels: number[], classes: number, grid = GRID): SvmSolution[] => {
  const { x, n, d } = of(rows);
  return solvePath(gram(x, n, d), labels, classes, grid);
};
const weightsOf = (rows: readonly (readonly number[])[], solution: SvmSolution): Float32Array => {
  const { x, n, d } = of(rows);
  return weights(solution, x, n, d);
};
const close = (got: number, expected: number, what: string, relative = 1e-5): void =>
  assert.ok(Math.abs(got - expected) <= relative * Math.abs(expected), `${what}: ${got}, expected ${expected}`);

describe("the Gram matrix", () => {
  test("is X · Xᵀ + 1, over panels and odd numbers of rows", () => {
    const [n, d] = [5, 1100];
    const x = Float32Array.from({ length: n * d }, (_, i) => Math.sin(i));
    const k = gram(x, n, d);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 1;
        for (let p = 0; p < d; p++) sum += x[i * d + p]! * x[j * d + p]!;
        assert.ok(Math.abs(k[i * n + j]! - sum) < 1e-10, `entry ${i}, ${j}: ${k[i * n + j]}, expected ${sum}`);
      }
  });
  test("refuses features that are not finite or not n · d", () => {
    assert.throws(() => gram(Float32Array.of(1, 2, Number.NaN, 3), 2, 2), /Feature 0 of row 1 is NaN/);
    assert.throws(() => gram(new Float32Array(5), 2, 2), /5 features are not 2 rows of 2/);
  });
});

describe("the L2-SVM", () => {
  test("of one row is its closed form at each C", () => {
    // One row x, y = 1: w = α x with α = 1 / (K + 1 / 2C), K = x·x + 1.
    const k = 2 ** 2 + 3 ** 2 + 1;
    for (const solution of solve([[2, 3]], [0], 1)) {
      const alpha = 1 / (k + 1 / (2 * solution.c));
      close(solution.coefficients[0]!, alpha, `α at C = ${solution.c}`, 1e-3);
      const best = (alpha ** 2 * k) / 2 + solution.c * (1 - alpha * k) ** 2;
      const { primal, gap } = solution.certificates[0]!;
      assert.ok(primal >= best * (1 - 1e-12) && primal - best <= 1e-6 * primal, `${primal}, best ${best}`);
      assert.ok(gap <= 1e-6, `gap ${gap}`);
    }
  });

  test("of two separated rows ends in the hard margin", () => {
    // ±1 on a line: w = 1, b = 0, ½‖w‖² = ½.
    const rows = [[1], [-1]];
    const last = solve(rows, [0, 1], 2).at(-1)!;
    assert.deepEqual(
      last.certificates.map(({ state }) => state),
      ["hard margin", "hard margin"],
    );
    const [w0, w1, b0, b1] = weightsOf(rows, last);
    close(w0!, 1, "w of class 0");
    close(w1!, -1, "w of class 1");
    assert.ok(Math.abs(b0!) < 1e-6 && Math.abs(b1!) < 1e-6, `biases ${b0}, ${b1}`);
  });

  test("is the same for a row given twice as for that row with twice the loss", () => {
    // Twice each row at C is each row once at 2 C.
    const rows = [
      [1, 2],
      [2, 1],
      [-1, 0.5],
      [0, -1],
    ];
    const labels = [0, 0, 1, 1];
    const twice = solve([...rows, ...rows], [...labels, ...labels], 2, [0.3])[0]!;
    const once = solve(rows, labels, 2, [0.6])[0]!;
    const [a, b] = [weightsOf([...rows, ...rows], twice), weightsOf(rows, once)];
    for (let i = 0; i < a.length; i++) assert.ok(Math.abs(a[i]! - b[i]!) < 1e-3, `weight ${i}: ${a[i]}, ${b[i]}`);
  });

  test("of features that are all zero is its closed form", () => {
    // Only the bias: b²/2 + C (p (1 − b)² + q (1 + b)²) → b = 2C (p − q) / (1 + 2C (p + q)).
    for (const c of [1e-6, 0.01, 1, 100]) {
      const [solution] = solve([[0], [0], [0]], [0, 0, 1], 2, [c]);
      const bias = solution!.coefficients.subarray(0, 3).reduce((sum, beta) => sum + beta, 0);
      close(bias, (2 * c) / (1 + 6 * c), `bias at C = ${c}`, 2e-3);
    }
  });

  test("refuses labels, grids and matrices that are none", () => {
    assert.throws(() => solve([[1], [2]], [0, 2], 2), /label of row 1 is 2\. Labels are 0 … 1/);
    assert.throws(() => solve([[1], [2]], [0, 0.5], 2), /label of row 1 is 0\.5/);
    assert.throws(() => solve([[1], [2]], [0, 1], 2, [1, 1]), /C has to be positive and rise/);
    assert.throws(() => solve([[1], [2]], [0, 1], 2, [0]), /C has to be positive/);
    assert.throws(() => solvePath(new Float64Array(3), [0, 1], 2, [1]), /3 entries for 2 labels/);
    assert.throws(() => solvePath(Float64Array.of(1, 0, 0, Number.NaN), [0, 1], 2, [1]), /Entry 3 .* is NaN/);
  });
});

test("where float64 ends, at a large C of inseparable rows, one solution serves for all greater C, and says that it stalled", () => {
  const [n, d] = [100, 12];
  const x = standardNormal(n * d, [1, 2]);
  const labels = Array.from({ length: n }, (_, i) => i % 10);
  const grid = [1, Math.exp(12), Math.exp(20), Math.exp(22), Math.exp(24)];
  const solutions = solvePath(gram(x, n, d), labels, 10, grid);
  const states = solutions.map(({ certificates }) => certificates.map(({ state }) => state));
  for (const state of [...states[0]!, ...states[1]!]) assert.equal(state, "solved");
  const stalled = states[2]!.indexOf("stalled");
  assert.equal(stalled >= 0, true, states[2]!.join());
  const own = ({ coefficients }: SvmSolution) => [...coefficients.subarray(stalled * n, (stalled + 1) * n)];
  for (const later of [solutions[3]!, solutions[4]!]) {
    assert.deepEqual([later.certificates[stalled]!.state, later.certificates[stalled]!.passes], ["stalled", 0]);
    assert.deepEqual(own(later), own(solutions[2]!));
  }
  const primal = solutions.map(({ certificates }) => certificates[stalled]!.primal);
  assert.equal(primal[4]! > primal[3]! && primal[3]! > primal[2]!, true, primal.join());
});

test("a large C alone has the solution that rising values of C lead to", () => {
  const [n, d] = [200, 150];
  const x = standardNormal(n * d, [3, 4]).map((value, i) => 5 * value * Math.exp((-3 * (i % d)) / d));
  const labels = Array.from({ length: n }, (_, i) => i % 10);
  const k = gram(x, n, d);
  const grid = [-12, -9, -6, -4, -2, 0, 2, 4, 6].map(Math.exp);
  const path = solvePath(k, labels, 10, grid);
  for (const at of [7, 8]) {
    const [alone] = solvePath(k, labels, 10, [grid[at]!]);
    for (const [label, { state, primal }] of alone!.certificates.entries()) {
      assert.equal(state, "solved");
      const ratio = primal / path[at]!.certificates[label]!.primal;
      assert.equal(Math.abs(ratio - 1) < 1e-6, true, `C ${grid[at]}, class ${label}: ${ratio}`);
    }
  }
});
