/** What a class's solver does with the Gram matrix. */
import { openKernels } from "./kernels.ts";
import type { Point } from "./line-search.ts";

/** Conjugate gradients stop at either. */
export interface Stop {
  /** Squared norm of the residual. */
  readonly squaredResidual: number;
  /** The residual's norm as a share of what it was. */
  readonly share: number;
}

const MOST_ITERATIONS = 500;
/** In #cut: the rows are not those of the part. */
const NOTHING = -1;

export class Workspace {
  readonly #n: number;
  readonly #open;
  /** The part is cut out of the matrix for so many first `rows`. */
  #cut = NOTHING;
  readonly #residual: Float64Array;
  /** Of K. */
  readonly meanDiagonal: number;

  /** @param gram K [n, n], as `gram` makes it. */
  constructor(gram: Float64Array, n: number) {
    this.#n = n;
    this.#residual = new Float64Array(n);
    const lengths = { matrix: n * n, part: n * n, solution: n, direction: n, image: n, outputs: n };
    this.#open = openKernels(lengths, n);
    this.#open.arrays.matrix.set(gram);
    let trace = 0;
    for (let i = 0; i < n; i++) trace += gram[i * n + i]!;
    this.meanDiagonal = trace / n;
  }

  /** All α equal to 1. */
  start(signs: Float64Array): Point {
    const { arrays, rows } = this.#open;
    arrays.solution.set(signs);
    for (let i = 0; i < this.#n; i++) rows[i] = i;
    this.#cut = NOTHING;
    return { alpha: new Float64Array(this.#n).fill(1), outputs: this.#outputs(this.#n) };
  }

  /**
   * The solution of (K + I / 2C) β = y over the samples at work, from the point's own β on; all other β zero.
   * @param expected α by which the samples at work are told.
   */
  newtonStep(point: Point, expected: Float64Array, signs: Float64Array, c: number, stop: Stop): Point {
    const { arrays, rows } = this.#open;
    const m = this.#takeSamples(expected, point.outputs, signs);
    for (let k = 0; k < m; k++) arrays.solution[k] = point.alpha[rows[k]!]! * signs[rows[k]!]!;
    this.#conjugateGradients(m, signs, 1 / (2 * c), stop);
    const alpha = new Float64Array(this.#n);
    for (let k = 0; k < m; k++) alpha[rows[k]!] = arrays.solution[k]! * signs[rows[k]!]!;
    return { alpha, outputs: this.#outputs(m) };
  }

  /** The point with its negative α set to zero. */
  feasible(point: Point, signs: Float64Array): Point {
    if (point.alpha.every((a) => a >= 0)) return point;
    const n = this.#n;
    const { matrix } = this.#open.arrays;
    const outputs = point.outputs.slice();
    point.alpha.forEach((a, i) => {
      if (a < 0) addTo(outputs, -a * signs[i]!, matrix.subarray(i * n, (i + 1) * n));
    });
    return { alpha: point.alpha.map((a) => Math.max(0, a)), outputs };
  }

  /** Into `rows`: the samples whose α would be positive if it alone were changed to its best; how many they are. */
  #takeSamples(alpha: Float64Array, outputs: Float64Array, signs: Float64Array): number {
    const { arrays, rows, kernels } = this.#open;
    const n = this.#n;
    let [m, same] = [0, true];
    for (let i = 0; i < n; i++) {
      // α − gradient / curvature > 0, the gradient being y f + α / 2C − 1
      if (alpha[i]! * arrays.matrix[i * n + i]! <= signs[i]! * outputs[i]! - 1) continue;
      same &&= rows[m] === i;
      rows[m++] = i;
    }
    if (!same || m !== this.#cut) kernels.cutOut(arrays.matrix, n, rows, m, arrays.part);
    this.#cut = m;
    return m;
  }

  /** Solves (part + diagonal · I) solution = y, from what `solution` has. */
  #conjugateGradients(m: number, signs: Float64Array, diagonal: number, stop: Stop): void {
    const { arrays, rows, kernels } = this.#open;
    const { part, solution, direction, image } = arrays;
    const residual = this.#residual;
    kernels.multiply(part, m, solution, image);
    let squared = 0;
    for (let k = 0; k < m; k++) {
      residual[k] = signs[rows[k]!]! - image[k]! - diagonal * solution[k]!;
      direction[k] = residual[k]!;
      squared += residual[k]! ** 2;
    }
    const until = Math.max(stop.squaredResidual, squared * stop.share ** 2);
    for (let iteration = 0; iteration < MOST_ITERATIONS && squared > until; iteration++) {
      kernels.multiply(part, m, direction, image);
      let curvature = 0;
      for (let k = 0; k < m; k++) {
        image[k]! += diagonal * direction[k]!;
        curvature += direction[k]! * image[k]!;
      }
      const step = squared / curvature;
      let next = 0;
      for (let k = 0; k < m; k++) {
        solution[k]! += step * direction[k]!;
        residual[k]! -= step * image[k]!;
        next += residual[k]! ** 2;
      }
      for (let k = 0; k < m; k++) direction[k] = residual[k]! + (next / squared) * direction[k]!;
      squared = next;
    }
  }

  /** K β of the first m `rows`, whose β is in `solution`. */
  #outputs(m: number): Float64Array {
    const { arrays, rows, kernels } = this.#open;
    kernels.combineRows(arrays.matrix, this.#n, rows, arrays.solution, m, arrays.outputs);
    return arrays.outputs.slice();
  }
}

function addTo(outputs: Float64Array, factor: number, row: Float64Array): void {
  for (let j = 0; j < outputs.length; j++) outputs[j]! += factor * row[j]!;
}
