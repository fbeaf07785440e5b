import { HarnessError } from "../errors.ts";
import { openKernels, TILE } from "./kernels.ts";

/** Columns that are multiplied at a time: a panel of 1,000 rows takes 2 MB. */
const PANEL = 256;

/**
 * Gram matrix X · Xᵀ + 1 of features x, float32 [n, d]: float64 [n, n]. The 1 is the product of the constant feature
 * whose weight is the bias. Sums are in float64 and in one order everywhere: the same bits on every machine.
 *
 * @throws RangeError when the size of x is not n · d, or n² numbers are more than WebAssembly's memory holds.
 * @throws HarnessError when a feature is no finite number.
 */
export function gram(x: Float32Array, n: number, d: number): Float64Array {
  checkFeatures(x, n, d);
  const tiles = Math.ceil(n / TILE);
  const rows = TILE * tiles; // those past the last are zero
  const { arrays, kernels } = openKernels({ panel: rows * PANEL, sums: rows * rows }, 0);
  for (let from = 0; from < d; from += PANEL) {
    const width = Math.min(PANEL, d - from);
    pack(x.subarray(from), n, d, width, arrays.panel);
    kernels.addSquare(arrays.panel, tiles, width, arrays.sums);
  }
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) out[i * n + j] = out[j * n + i] = arrays.sums[i * rows + j]! + 1;
  return out;
}

/** Throws RangeError for a size, HarnessError for a feature that is no finite number. */
export function checkFeatures(x: Float32Array, n: number, d: number): void {
  if (!Number.isInteger(n) || n < 1 || !Number.isInteger(d) || d < 0 || x.length !== n * d)
    throw new RangeError(`${x.length} features are not ${n} rows of ${d}`);
  const at = x.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new HarnessError(
      `Feature ${at % d} of row ${Math.floor(at / d)} is ${x[at]}. A support vector machine needs finite features: did the encoder diverge?`,
    );
}

/** The first columns of n rows that lie d apart, as [tiles, width, 4]. */
function pack(x: Float32Array, n: number, d: number, width: number, panel: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const to = Math.floor(i / TILE) * width * TILE + (i % TILE);
    for (let k = 0; k < width; k++) panel[to + k * TILE] = x[i * d + k]!;
  }
}
