/** ZCA whitening of cases. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { gram } from "../svm/gram.ts";
import { meanOf, transposed } from "./pca.ts";

/** x ↦ (x − mean) · matrix is whitened, and as near to x − mean as whitened cases can be. */
export interface Zca {
  /** [d] */
  readonly mean: Float32Array;
  /** [d, d], symmetric: (covariance + added · I)^(−1/2). */
  readonly matrix: Float32Array;
}

/** Cases that are worked on at a time. */
const TURN = 4096;

/**
 * ZCA of n cases x [n, d], row by row; the covariance is over n, and `added` to its diagonal. Sums and the decomposition are in
 * float64: the same bits on every machine. Time grows as n · d² and d³ (3,072 dimensions take many minutes).
 * @throws RangeError when there are no cases, or `added` is not above 0.
 */
export function zcaWhitening(x: Float32Array, n: number, d: number, added: number): Zca {
  if (!(n >= 1 && x.length === n * d)) throw new RangeError(`${x.length} numbers are not ${n} cases of ${d}`);
  if (!(added > 0)) throw new RangeError(`${added} added to the diagonal; give a number above 0`);
  const mean = meanOf(x, n, d);
  const covariance = Matrix.zeros(d, d);
  for (let from = 0; from < n; from += TURN) {
    const cases = Math.min(TURN, n - from);
    const centred = x.slice(from * d, (from + cases) * d).map((value, at) => value - mean[at % d]!);
    const products = gram(transposed(centred, cases, d), d, cases);
    // `gram` adds 1 to every product.
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) covariance.set(i, j, covariance.get(i, j) + (products[i * d + j]! - 1) / n);
  }
  return { mean, matrix: inverseRoot(covariance, added) };
}

/** (symmetric + added · I)^(−1/2), row by row. */
function inverseRoot(symmetric: Matrix, added: number): Float32Array {
  const d = symmetric.rows;
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
  // Rounding may leave an eigenvalue of 0 just below it. P = B · Bᵀ with B's columns over the fourth roots.
  const rows = Array.from({ length: d }, (_, i) =>
    Float64Array.from(
      realEigenvalues,
      (value, k) => eigenvectorMatrix.get(i, k) / (Math.max(value, 0) + added) ** 0.25,
    ),
  );
  const out = new Float32Array(d * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      const [a, b] = [rows[i]!, rows[j]!];
      let sum = 0;
      for (let k = 0; k < d; k++) sum += a[k]! * b[k]!;
      out[i * d + j] = out[j * d + i] = sum;
    }
  return out;
}
