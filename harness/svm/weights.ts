import { checkFeatures } from "./gram.ts";
import { openKernels, TILE } from "./kernels.ts";
import type { SvmSolution } from "./path.ts";

/** Bias of a class without rows, below any score: it is never predicted, as in scikit-learn. */
const ABSENT = -1e30;
/** Rows that are multiplied at a time: panels of 5,000 features take 10 MB. */
const PANEL = 256;

/** `pathWeights` of one solution. */
export const weights = (solution: SvmSolution, x: Float32Array, n: number, d: number): Float32Array =>
  pathWeights([solution], x, n, d)[0]!;

/**
 * One-vs-rest weights w = Σ βᵢ xᵢ of solutions over the same training features x [n, d]: float32 [d + 1, classes] each,
 * the last row the biases. Sums are in float64, the same bits on every machine.
 *
 * @throws RangeError when the features are not the solutions' rows.
 * @throws HarnessError when a feature is no finite number.
 */
export function pathWeights(solutions: readonly SvmSolution[], x: Float32Array, n: number, d: number): Float32Array[] {
  const other = solutions.find((solution) => solution.n !== n);
  if (other) throw new RangeError(`features of ${n} rows for a solution of ${other.n}`);
  checkFeatures(x, n, d);
  const columns = solutions.flatMap(({ classes, coefficients }) =>
    Array.from({ length: classes }, (_, k) => coefficients.subarray(k * n, (k + 1) * n)),
  );
  const sums = products(x, d, columns, n);
  const width = tiles(columns.length) * TILE;
  let from = 0;
  return solutions.map(({ classes, certificates }) => {
    const out = new Float32Array((d + 1) * classes);
    for (let k = 0; k < classes; k++, from++) {
      for (let j = 0; j < d; j++) out[j * classes + k] = sums[j * width + from]!;
      const absent = certificates[k]!.state === "absent";
      out[d * classes + k] = absent ? ABSENT : columns[from]!.reduce((sum, beta) => sum + beta, 0);
    }
    return out;
  });
}

const tiles = (count: number): number => Math.ceil(count / TILE);

/** Xᵀ times the columns [n] of coefficients: [d, columns], both up to whole tiles. */
function products(x: Float32Array, d: number, columns: readonly Float64Array[], n: number): Float64Array {
  const [features, others] = [tiles(d), tiles(columns.length)];
  const lengths = { x: features * PANEL * TILE, beta: others * PANEL * TILE, sums: features * others * TILE ** 2 };
  const { arrays, kernels } = openKernels(lengths, 0);
  for (let from = 0; from < n; from += PANEL) {
    const rows = Math.min(PANEL, n - from);
    for (let i = 0; i < rows; i++) {
      const row = x.subarray((from + i) * d, (from + i + 1) * d);
      for (let j = 0; j < d; j++) arrays.x[((j >> 2) * rows + i) * TILE + (j & 3)] = row[j]!;
      for (let k = 0; k < columns.length; k++)
        arrays.beta[((k >> 2) * rows + i) * TILE + (k & 3)] = columns[k]![from + i]!;
    }
    kernels.addProducts(arrays.x, features, arrays.beta, others, rows, arrays.sums);
  }
  return arrays.sums;
}
