/** Objectives and predictions beside NumPy's and scikit-learn's (ci/peers/golden_svm.py), and samples at the edges. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { expGrid } from "./choose.ts";
import golden from "./fixtures/golden.json" with { type: "json" };
import { madeFeatures } from "./fixtures/made-features.ts";
import { gram } from "./gram.ts";
import { type SvmSolution, solvePath } from "./path.ts";
import { weights } from "./weights.ts";

const GRID = expGrid(-20, 20, 50);
const solved = ({ certificates }: SvmSolution): boolean => certificates.every(({ state }) => state !== "stalled");
const hard = ({ certificates }: SvmSolution): boolean => certificates.every(({ state }) => state === "hard margin");
/** Class of each row by the largest score, of equal ones the first. */
const predict = (w: Float32Array, classes: number, x: Float32Array, d: number): number[] =>
  Array.from({ length: x.length / d }, (_, i) => {
    const scores = Array.from(w.subarray(d * classes));
    for (let k = 0; k < d; k++)
      for (let label = 0; label < classes; label++) scores[label]! += x[i * d + k]! * w[k * classes + label]!;
    return scores.indexOf(Math.max(...scores));
  });
/** Rounding of inner products: bounds may miss each other by so much of the primal objective. */
const ROUNDING = 1e-12;

for (const { name, samples, test: held, features: d, classes, separation, latents, key, ...expected } of golden.cases)
  describe(name, () => {
    const made = madeFeatures({
      samples: samples + held,
      features: d,
      classes,
      separation,
      latents,
      key: [key[0]!, key[1]!],
    });
    const [x, rest] = [made.features.subarray(0, samples * d), made.features.subarray(samples * d)];
    const solutions = solvePath(gram(x, samples, d), made.labels.subarray(0, samples), classes, expected.grid);

    test("objectives are Newton's within 1e-6, from above and from below", () => {
      for (const [at, solution] of solutions.entries()) {
        assert.equal(solved(solution), true);
        for (const [label, exact] of expected.objectives[at]!.entries()) {
          const { primal, dual } = solution.certificates[label]!;
          const [above, below] = [primal / exact - 1, dual / exact - 1];
          assert.equal(Math.abs(above) < 1e-6, true, `C ${expected.grid[at]}, class ${label}: primal off by ${above}`);
          assert.equal(Math.abs(below) < 1e-6, true, `C ${expected.grid[at]}, class ${label}: dual off by ${below}`);
        }
      }
    });

    test("predictions are LinearSVC's, but for one in a thousand", () => {
      for (const [at, solution] of solutions.entries()) {
        const theirs = expected.predictions[at];
        const ours = predict(weights(solution, x, samples, d), classes, rest, d);
        const different = theirs ? ours.filter((label, i) => label !== Number(theirs[i])).length : 0;
        assert.equal(different <= held / 1000, true, `C ${expected.grid[at]}: ${different} of ${held} differ`);
      }
      assert.equal(expected.predictions.filter((each) => each !== null).length >= 10, true, "too few to compare with");
    });

    test("a class's weights are as long as its objectives say", () => {
      const { c, certificates } = solutions[3]!;
      const w = weights(solutions[3]!, x, samples, d);
      for (let label = 0; label < classes; label++) {
        const own = w.filter((_, k) => k % classes === label);
        let loss = 0;
        for (let i = 0; i < samples; i++) {
          let score = own[d]!;
          for (let k = 0; k < d; k++) score += own[k]! * x[i * d + k]!;
          loss += Math.max(0, 1 - (made.labels[i] === label ? score : -score)) ** 2;
        }
        const objective = own.reduce((sum, value) => sum + value * value, 0) / 2 + c * loss;
        assert.equal(Math.abs(objective / certificates[label]!.primal - 1) < 1e-5, true);
      }
    });
  });

/** What holds of every solution. */
function checked(solutions: readonly SvmSolution[]): void {
  for (const { certificates, coefficients } of solutions) {
    assert.equal(coefficients.every(Number.isFinite), true, "β is not finite");
    for (const { primal, dual, gap } of certificates) {
      assert.equal(dual <= primal * (1 + ROUNDING), true, `${dual} above ${primal}`);
      assert.equal(gap >= 0, true, `a gap of ${gap}`);
    }
  }
}

const made = (samples: number, features: number, classes: number, separation = 0.5) =>
  madeFeatures({ samples, features, classes, separation, latents: 20, key: [3, 1] });

describe("samples at the edges", () => {
  test("one sample: its class always", () => {
    const x = Float32Array.of(0.5, -2, 1);
    const solutions = solvePath(gram(x, 1, 3), [1], 3, GRID);
    checked(solutions);
    assert.deepEqual(
      solutions[0]!.certificates.map(({ state }) => state),
      ["absent", "solved", "absent"],
    );
    assert.equal(solutions.every(solved), true);
    // ½ s² k + C (1 − s k)², k = x·x + 1: the least at s = 2C / (1 + 2Ck), where it is C / (1 + 2Ck)
    for (const { c, certificates } of solutions)
      assert.equal(Math.abs((certificates[1]!.primal * (1 + 2 * c * 6.25)) / c - 1) < 1e-6, true);
    assert.deepEqual([...predict(weights(solutions[9]!, x, 1, 3), 3, Float32Array.of(9, 9, 9), 3)], [1]);
  });

  test("fewer samples than classes: the others are never predicted", () => {
    const { features, labels } = made(40, 12, 10);
    const solutions = solvePath(gram(features.subarray(0, 48), 4, 12), labels.subarray(0, 4), 10, GRID);
    checked(solutions);
    for (const solution of solutions) {
      assert.equal(solved(solution), true);
      const predicted = predict(weights(solution, features.subarray(0, 48), 4, 12), 10, features, 12);
      assert.equal(Math.max(...predicted) < 4, true);
    }
  });

  test("no features: the bias alone, larger for the class with more samples", () => {
    const solutions = solvePath(gram(new Float32Array(0), 5, 0), [0, 1, 1, 1, 2], 3, GRID);
    checked(solutions);
    assert.equal(solutions.slice(0, -1).every(solved), true, "float64 is at its end at the largest C alone");
    for (const { coefficients: beta, c } of solutions) {
      const bias = [0, 1, 2].map((label) => beta.subarray(label * 5, label * 5 + 5).reduce((sum, b) => sum + b));
      // ½ b² + C (p (1 − b)² + q (1 + b)²): the least at b = 2C (p − q) / (1 + 2C (p + q))
      for (const [label, count] of [1, 3, 1].entries()) {
        const exact = (2 * c * (2 * count - 5)) / (1 + 10 * c);
        assert.equal(Math.abs(bias[label]! / exact - 1) < 2e-3, true, `${bias[label]} for ${exact}`);
      }
    }
  });

  test("features that are all zero are as none", () => {
    const labels = [0, 1, 1, 0, 1, 1];
    const none = solvePath(gram(new Float32Array(0), 6, 0), labels, 2, GRID);
    assert.deepEqual(solvePath(gram(new Float32Array(18), 6, 3), labels, 2, GRID), none);
  });

  test("rows twice, with equal and with other labels", () => {
    const { features, labels } = made(30, 80, 3);
    const twice = Float32Array.from([...features, ...features]);
    for (const change of [0, 1]) {
      const both = [...labels, ...labels.map((label, i) => (label + (i % 4 === 0 ? change : 0)) % 3)];
      const solutions = solvePath(gram(twice, 60, 80), both, 3, GRID);
      checked(solutions);
      // Of opposite labels no C is separable, and at the largest float64 is at its end.
      assert.equal(solutions.slice(0, 40).every(solved), true);
      assert.equal(hard(solutions.at(-1)!), change === 0);
    }
  });

  test("equal rows are as one with twice the C", () => {
    const { features, labels } = made(30, 80, 3);
    const twice = solvePath(
      gram(Float32Array.from([...features, ...features]), 60, 80),
      [...labels, ...labels],
      3,
      [1e-3],
    );
    const once = solvePath(gram(features, 30, 80), labels, 3, [2e-3]);
    for (const [label, { primal }] of once[0]!.certificates.entries())
      assert.equal(Math.abs(twice[0]!.certificates[label]!.primal / primal - 1) < 2e-6, true);
  });

  // From equal α on, whole Newton steps alone go round in circles on these.
  for (const [n, d] of [
    [68, 16],
    [74, 22],
    [77, 25],
  ] as const)
    test(`${n} samples of ${d} features that nothing separates, at a large C at once`, () => {
      const { features, labels } = madeFeatures({
        samples: n,
        features: d,
        classes: 3,
        separation: 0.5,
        latents: 20,
        key: [n - 60, 3],
      });
      const [solution] = solvePath(gram(features, n, d), labels, 3, [100]);
      assert.equal(solved(solution!), true);
    });

  test("a hard margin is recognised, and is a solution from there on", () => {
    const { features, labels } = made(60, 200, 3);
    const solutions = solvePath(gram(features, 60, 200), labels, 3, GRID);
    checked(solutions);
    const from = solutions.findIndex(hard);
    assert.equal(from > 20 && from < 48, true, `from ${from}`);
    for (const { coefficients, certificates } of solutions.slice(from + 1)) {
      assert.deepEqual(coefficients, solutions[from]!.coefficients);
      for (const { passes, state, gap } of certificates) {
        assert.deepEqual([passes, state], [0, "hard margin"]);
        assert.equal(gap <= 1e-6, true);
      }
    }
    // Solved from its own start, the largest C has that solution too.
    const [alone] = solvePath(gram(features, 60, 200), labels, 3, [GRID.at(-1)!]);
    for (const [label, { primal }] of alone!.certificates.entries())
      assert.equal(Math.abs(primal / solutions.at(-1)!.certificates[label]!.primal - 1) < 2e-6, true);
  });

  test("the smallest C: every sample at work, β nearly 2C y", () => {
    const { features, labels } = made(60, 200, 3);
    const [{ coefficients: beta }] = solvePath(gram(features, 60, 200), labels, 3, [1e-12]) as [SvmSolution];
    beta.forEach((b, at) => {
      const y = labels[at % 60] === Math.floor(at / 60) ? 1 : -1;
      assert.equal(Math.abs(b / (2e-12 * y) - 1) < 1e-5, true);
    });
  });

  test("a smaller gap is reached where it is asked for", () => {
    const { features, labels } = made(60, 200, 3);
    const solutions = solvePath(gram(features, 60, 200), labels, 3, GRID.slice(0, 30), { gap: 1e-9 });
    for (const { certificates } of solutions)
      for (const { gap } of certificates) assert.equal(gap <= 1e-9, true, `a gap of ${gap}`);
  });

  test("the same bits in every call", () => {
    const { features, labels } = made(50, 33, 3);
    const solve = () => solvePath(gram(features, 50, 33), labels, 3, GRID.slice(10, 20));
    assert.deepEqual(solve(), solve());
  });
});
