import { HarnessError } from "../errors.ts";

/** Columns of a panel: its rows of two tiles stay in the first-level cache. */
const PANEL = 512;

/**
 * Gram matrix X · Xᵀ + 1 of features x, float32 [n, d]: float64 [n, n]. The 1 is the product of the constant feature
 * whose weight is the bias. Sums are in float64 and in one order everywhere: the same bits on every machine.
 *
 * @throws RangeError when the size of x is not n · d.
 * @throws HarnessError when a feature is no finite number.
 */
export function gram(x: Float32Array, n: number, d: number): Float64Array {
  checkFeatures(x, n, d);
  const rows = n + (n % 2); // tiles are 2 × 2: an odd number of rows gets a row of zeros
  const sums = new Float64Array(rows * rows);
  for (let from = 0; from < d; from += PANEL) addPanel(panelOf(x, n, d, from), rows, Math.min(PANEL, d - from), sums);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) out[i * n + j] = out[j * n + i] = sums[i * rows + j]! + 1;
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

/** Columns from … of all rows in float64, row by row. */
function panelOf(x: Float32Array, n: number, d: number, from: number): Float64Array {
  const width = Math.min(PANEL, d - from);
  const panel = new Float64Array((n + (n % 2)) * width);
  for (let i = 0; i < n; i++) panel.set(x.subarray(i * d + from, i * d + from + width), i * width);
  return panel;
}

/** Adds P · Pᵀ to the lower triangle of `sums` [rows, rows], in tiles of 2 × 2 that share their loads. */
function addPanel(panel: Float64Array, rows: number, width: number, sums: Float64Array): void {
  for (let i = 0; i < rows; i += 2) {
    for (let j = 0; j <= i; j += 2) {
      let a = 0;
      let b = 0;
      let c = 0;
      let e = 0;
      for (let p = i * width, q = j * width, end = p + width; p < end; p++, q++) {
        const p0 = panel[p]!;
        const p1 = panel[p + width]!;
        const q0 = panel[q]!;
        const q1 = panel[q + width]!;
        a += p0 * q0;
        b += p0 * q1;
        c += p1 * q0;
        e += p1 * q1;
      }
      const at = i * rows + j;
      sums[at] = sums[at]! + a;
      sums[at + 1] = sums[at + 1]! + b;
      sums[at + rows] = sums[at + rows]! + c;
      sums[at + rows + 1] = sums[at + rows + 1]! + e;
    }
  }
}
