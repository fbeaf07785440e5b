/** The inner loops of kernels.c, on arrays in a memory of their own. */
import { WASM } from "./kernels-binary.ts";

/** All arrays are those of one `openKernels`; matrices are row-major. */
export interface Kernels {
  /** Adds P · Pᵀ to the tiles of `out` [4 tiles, 4 tiles] on and below the diagonal; panel P [tiles, width, 4]. */
  addSquare(panel: Float64Array, tiles: number, width: number, out: Float64Array): void;
  /** Adds A · Bᵀ to `out` [4 tiles of A, 4 tiles of B]; panels [tiles, width, 4]. */
  addProducts(a: Float64Array, tilesA: number, b: Float64Array, tilesB: number, width: number, out: Float64Array): void;
  /** part[i, j] = matrix[rows[i], rows[j]] for i, j < m; matrix [n, n], part [m, m]. */
  cutOut(matrix: Float64Array, n: number, rows: Int32Array, m: number, part: Float64Array): void;
  /** out = matrix · vector; matrix [m, m]. */
  multiply(matrix: Float64Array, m: number, vector: Float64Array, out: Float64Array): void;
  /** out [n] = Σ weights[k] · matrix[rows[k]] over k < m. */
  combineRows(
    matrix: Float64Array,
    n: number,
    rows: Int32Array,
    weights: Float64Array,
    m: number,
    out: Float64Array,
  ): void;
}
type Exports = Readonly<
  Record<"addProducts" | "cutOut" | "multiply" | "combineRows", (...pointersAndSizes: readonly number[]) => void>
> & { readonly __heap_base: WebAssembly.Global };

/** Rows of a tile. */
export const TILE = 4;
/** What addProducts of kernels.c computes. */
const [WHOLE, BELOW] = [0, 1];
const PAGE = 65_536;
const ALIGNMENT = 16;
const MOST_BYTES = 65_536 * PAGE;
let compiled: WebAssembly.Module | undefined;

/**
 * Kernels, float64 arrays of the given lengths and an int32 array `rows`, all zero, that they work on.
 * @throws RangeError when the arrays need more than the 4 GiB that WebAssembly has.
 */
export function openKernels<Name extends string>(lengths: Readonly<Record<Name, number>>, rows: number) {
  compiled ??= new WebAssembly.Module(Buffer.from(WASM, "base64"));
  const sizes = [...Object.values<number>(lengths).map((length) => 8 * length), 4 * rows].map(aligned);
  const bytes = 2 * PAGE + sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > MOST_BYTES)
    throw new RangeError(`the matrices need ${(bytes / 2 ** 30).toFixed(1)} GiB of at most 4: give fewer samples`);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const exports = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Exports;
  let top = aligned(Number(exports.__heap_base.value));
  const place = (size: number): number => {
    top += aligned(size);
    return top - aligned(size);
  };
  const arrays = Object.fromEntries(
    Object.entries<number>(lengths).map(([name, length]) => [
      name,
      new Float64Array(memory.buffer, place(8 * length), length),
    ]),
  ) as Record<Name, Float64Array>;
  return { arrays, rows: new Int32Array(memory.buffer, place(4 * rows), rows), kernels: kernelsOf(exports) };
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

function kernelsOf({ addProducts, cutOut, multiply, combineRows }: Exports): Kernels {
  return {
    addSquare: ({ byteOffset: at }, tiles, width, out) =>
      addProducts(at, tiles, at, tiles, width, BELOW, out.byteOffset),
    addProducts: (a, tilesA, b, tilesB, width, out) =>
      addProducts(a.byteOffset, tilesA, b.byteOffset, tilesB, width, WHOLE, out.byteOffset),
    cutOut: (matrix, n, rows, m, part) => cutOut(matrix.byteOffset, n, rows.byteOffset, m, part.byteOffset),
    multiply: (matrix, m, vector, out) => multiply(matrix.byteOffset, m, vector.byteOffset, out.byteOffset),
    combineRows: (matrix, n, rows, weights, m, out) =>
      combineRows(matrix.byteOffset, n, rows.byteOffset, weights.byteOffset, m, out.byteOffset),
  };
}
