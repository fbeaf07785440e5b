/** Fréchet distance of two normal distributions that are fitted to sets of features. */
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from "ml-matrix";

/** A fitted normal distribution. The covariance has ddof 1; it may be singular. */
export interface Gaussian {
  readonly mean: Float64Array;
  /** [d, d] row by row. */
  readonly covariance: Float64Array;
}

/**
 * Count, mean and centred sums of products of features that come in blocks, in float64: a block's own sums about its own
 * mean, joined by the formula of T. F. Chan, G. H. Golub and R. J. LeVeque ("Updating formulae and a pairwise algorithm
 * for computing sample variances", COMPSTAT 1982), so that a large common offset costs no digits.
 */
export class FeatureMoments {
  readonly dimension: number;
  #count = 0;
  readonly #mean: Float64Array;
  /** Sums of products about the mean [d, d], the upper triangle. */
  readonly #products: Float64Array;

  /** @throws RangeError unless the dimension is a whole number from 1. */
  constructor(dimension: number) {
    if (!(Number.isInteger(dimension) && dimension >= 1))
      throw new RangeError(`features of ${dimension} numbers; it is a whole number from 1`);
    this.dimension = dimension;
    this.#mean = new Float64Array(dimension);
    this.#products = new Float64Array(dimension * dimension);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a block [n, d], n from 0. @throws RangeError when its length is no multiple of d. */
  add(features: Float32Array | Float64Array): void {
    const { dimension } = this;
    const count = features.length / dimension;
    if (!Number.isInteger(count))
      throw new RangeError(`${features.length} numbers are no rows of ${dimension} features`);
    if (count === 0) return;
    const mean = new Float64Array(dimension);
    for (let i = 0; i < features.length; i++) mean[i % dimension]! += features[i]! / count;
    const products = new Float64Array(dimension * dimension);
    const centred = new Float64Array(dimension);
    for (let row = 0; row < features.length; row += dimension) {
      for (let i = 0; i < dimension; i++) centred[i] = features[row + i]! - mean[i]!;
      addProducts(products, centred, 1);
    }
    this.#join(count, mean, products);
  }

  /** Adds all that another has. @throws RangeError when its features have another length. */
  merge(other: FeatureMoments): void {
    if (other.dimension !== this.dimension)
      throw new RangeError(`features of ${other.dimension} numbers among features of ${this.dimension}`);
    if (other.#count > 0) this.#join(other.#count, other.#mean, other.#products);
  }

  /** @throws RangeError with fewer than two cases. */
  gaussian(): Gaussian {
    const { dimension } = this;
    if (this.#count < 2) throw new RangeError(`a covariance of ${this.#count} cases; it takes two`);
    const covariance = new Float64Array(dimension * dimension);
    for (let i = 0; i < dimension; i++)
      for (let j = i; j < dimension; j++) {
        const value = this.#products[i * dimension + j]! / (this.#count - 1);
        covariance[i * dimension + j] = value;
        covariance[j * dimension + i] = value;
      }
    return { mean: this.#mean.slice(), covariance };
  }

  #join(count: number, mean: Float64Array, products: Float64Array): void {
    const total = this.#count + count;
    const shift = mean.map((value, i) => value - this.#mean[i]!);
    for (let i = 0; i < products.length; i++) this.#products[i]! += products[i]!;
    addProducts(this.#products, shift, (this.#count * count) / total);
    for (let i = 0; i < shift.length; i++) this.#mean[i]! += (shift[i]! * count) / total;
    this.#count = total;
  }
}

/** Upper triangle of `into` + weight · x xᵀ. */
function addProducts(into: Float64Array, x: Float64Array, weight: number): void {
  const dimension = x.length;
  for (let i = 0; i < dimension; i++) {
    const xi = weight * x[i]!;
    for (let j = i, at = i * dimension + i; j < dimension; j++, at++) into[at]! += xi * x[j]!;
  }
}

/**
 * Squared Fréchet (2-Wasserstein) distance ‖μ1 − μ2‖² + tr(Σ1 + Σ2 − 2 (Σ1^½ Σ2 Σ1^½)^½) of two normal distributions (D. C.
 * Dowson and B. V. Landau, "The Fréchet distance between multivariate normal distributions", Journal of Multivariate
 * Analysis 12, 1982), as images are compared by it (M. Heusel et al., "GANs trained by a two time-scale update rule
 * converge to a local Nash equilibrium", NIPS 2017). In the squared unit of the features; NaN where a moment is not finite.
 * The trace of the root is the sum of the singular values of Σ2^½ Σ1^½: no square is rooted, so that singular covariances
 * (fewer cases than features) keep their digits.
 * @throws RangeError when the distributions have not the same dimension.
 */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  const dimension = a.mean.length;
  if (b.mean.length !== dimension)
    throw new RangeError(`distance of normals in ${dimension} and ${b.mean.length} dimensions`);
  const finite = [a, b].every((of) => [of.mean, of.covariance].every((values) => values.every(Number.isFinite)));
  if (!finite) return Number.NaN;
  let distance = 0;
  for (let i = 0; i < dimension; i++) {
    const trace = a.covariance[i * dimension + i]! + b.covariance[i * dimension + i]!;
    distance += (a.mean[i]! - b.mean[i]!) ** 2 + trace;
  }
  const roots = new SingularValueDecomposition(root(b).transpose().mmul(root(a)), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  });
  for (const value of roots.diagonal) distance -= 2 * value;
  return Math.max(0, distance); // rounding alone makes it negative
}

/**
 * A root R of the covariance, R Rᵀ = Σ: eigenvectors times roots of eigenvalues. Those within rounding of zero, beside the
 * largest, are zero: the root of rounding would be far more than rounding.
 */
function root({ mean, covariance }: Gaussian): Matrix {
  const dimension = mean.length;
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(dimension, dimension, covariance),
    { assumeSymmetric: true },
  );
  const rounding = dimension * Number.EPSILON * Math.max(...realEigenvalues);
  return eigenvectorMatrix.mulRowVector(realEigenvalues.map((value) => (value > rounding ? Math.sqrt(value) : 0)));
}
