import { checkFeatures } from "./gram.ts";
import type { SvmSolution } from "./path.ts";

/** Bias of a class without rows, below any score: it is never predicted, as in scikit-learn. */
const ABSENT = -1e30;

/**
 * One-vs-rest weights w = Σ βᵢ xᵢ of a solution, with its training features x [n, d]: float32 [d + 1, classes], the last
 * row the biases. Sums are in float64.
 *
 * @throws RangeError when the features are not the solution's rows.
 * @throws HarnessError when a feature is no finite number.
 */
export function weights(solution: SvmSolution, x: Float32Array, n: number, d: number): Float32Array {
  const { classes, coefficients, certificates } = solution;
  if (n !== solution.n) throw new RangeError(`features of ${n} rows for a solution of ${solution.n}`);
  checkFeatures(x, n, d);
  const out = new Float32Array((d + 1) * classes);
  const sums = new Float64Array(d + 1);
  for (let k = 0; k < classes; k++) {
    sums.fill(0);
    for (let i = 0; i < n; i++) {
      const beta = coefficients[k * n + i]!;
      if (beta === 0) continue;
      for (let j = 0, at = i * d; j < d; j++, at++) sums[j]! += beta * x[at]!;
      sums[d]! += beta;
    }
    if (certificates[k]!.state === "absent") sums[d] = ABSENT;
    for (let j = 0; j <= d; j++) out[j * classes + k] = sums[j]!;
  }
  return out;
}
