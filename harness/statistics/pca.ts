/** Principal components of cases, for whitening. */
import { EigenvalueDecomposition, Matrix, QrDecomposition } from "ml-matrix";
import type { Stream } from "../random/seeds.ts";
import { gram } from "../svm/gram.ts";
import { normalQuantile } from "./distributions.ts";

/** x ↦ (x − mean) · projection is whitened: its components are uncorrelated and have variance 1 in the fitted cases. */
export interface Whitening {
  /** [d] */
  readonly mean: Float32Array;
  /** [d, components], the largest component first; the largest entry of each column is positive. */
  readonly projection: Float32Array;
  /** Variances of the components before whitening, with ddof 1. */
  readonly variances: Float64Array;
}

/**
 * Whitening by the largest principal components of n cases x [n, d], row by row. The eigenvectors are those of the smaller
 * one of the covariance and the Gram matrix of the centred cases, whose sums of products and decomposition are in float64.
 * @throws RangeError when the cases do not span so many components, or `components` is no whole number from 1.
 */
export function pcaWhitening(x: Float32Array, n: number, d: number, components: number): Whitening {
  if (!(Number.isInteger(components) && components >= 1 && components <= Math.min(n - 1, d)))
    throw new RangeError(`${components} components of ${n} cases of ${d} numbers; give 1 to ${Math.min(n - 1, d)}`);
  const mean = meanOf(x, n, d);
  const centred = x.map((value, at) => value - mean[at % d]!);
  const byCase = n < d;
  const size = byCase ? n : d;
  const products = byCase ? gram(centred, n, d) : gram(transposed(centred, n, d), d, n);
  // `gram` adds 1 to every product.
  const matrix = new Matrix(size, size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) matrix.set(i, j, products[i * size + j]! - 1);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const rounding = size * 2 ** -24 * realEigenvalues[order[0]!]!; // of the float32 cases
  const projection = new Float32Array(d * components);
  const variances = new Float64Array(components);
  for (let k = 0; k < components; k++) {
    const eigenvalue = realEigenvalues[order[k]!]!;
    if (!(eigenvalue > rounding))
      throw new RangeError(`the ${n} cases span ${k} components within rounding, not ${components}: give fewer`);
    const vector = eigenvectorMatrix.getColumn(order[k]!);
    variances[k] = eigenvalue / (n - 1);
    const direction = byCase ? combined(centred, vector, d) : Float64Array.from(vector);
    // Of unit length: Xᵀu has the length √λ.
    const length = Math.sqrt(byCase ? eigenvalue : 1) * Math.sqrt(variances[k]!) * signOfLargest(direction);
    for (let i = 0; i < d; i++) projection[i * components + k] = direction[i]! / length;
  }
  return { mean, projection, variances };
}

/**
 * The same components, with the variances that they have over their mean, in an orthonormal basis of their space that is
 * drawn at random (Haar: QR of normals): correlated numbers, each of variance about 1. For models that see nothing in
 * uncorrelated ones, as a normal density with a variance for each number is theirs already.
 */
export function inRandomBasis({ mean, projection, variances }: Whitening, stream: Stream): Whitening {
  const components = variances.length;
  const total = variances.reduce((sum, variance) => sum + variance, 0);
  const sds = Matrix.diag([...variances].map((variance) => Math.sqrt((variance * components) / total)));
  const normal = (): number => normalQuantile(stream.uniform() + 2 ** -33); // never at 0
  const drawn = Array.from({ length: components }, () => Array.from({ length: components }, normal));
  const basis = new QrDecomposition(new Matrix(drawn)).orthogonalMatrix;
  const whitening = Matrix.from1DArray(projection.length / components, components, projection);
  return { mean, projection: Float32Array.from(whitening.mmul(sds).mmul(basis).to1DArray()), variances };
}

export function meanOf(x: Float32Array, n: number, d: number): Float32Array {
  const sums = new Float64Array(d);
  for (let at = 0; at < n * d; at++) sums[at % d]! += x[at]!;
  return Float32Array.from(sums, (sum) => sum / n);
}

export function transposed(x: Float32Array, n: number, d: number): Float32Array {
  const out = new Float32Array(x.length);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) out[j * n + i] = x[i * d + j]!;
  return out;
}

/** Xᵀ · weights [d]. */
function combined(x: Float32Array, weights: readonly number[], d: number): Float64Array {
  const out = new Float64Array(d);
  weights.forEach((weight, row) => {
    for (let i = 0; i < d; i++) out[i]! += weight * x[row * d + i]!;
  });
  return out;
}

function signOfLargest(vector: Float64Array): number {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return Math.sign(largest);
}
