import type { ImageReader } from "./image-data.ts";
export interface InMemory {
  /** Row-major [count, …image]. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  readonly count: number;
  readonly imageBytes: number;
}

/** A reader of images that are in memory. */
export function readerInMemory({ pixels, labels, count, imageBytes }: InMemory): ImageReader {
  const readSync = (rows: ArrayLike<number>): Uint8Array => {
    requireRows(rows, count);
    const out = new Uint8Array(rows.length * imageBytes);
    for (let i = 0; i < rows.length; i++)
      out.set(pixels.subarray(rows[i]! * imageBytes, (rows[i]! + 1) * imageBytes), i * imageBytes);
    return out;
  };
  return { count, readSync, read: async (rows) => readSync(rows), labels: () => labels.slice(), close: () => {} };
}

/** @throws RangeError naming the first row that there is not. */
export function requireRows(rows: ArrayLike<number>, count: number): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!(Number.isInteger(row) && row >= 0 && row < count))
      throw new RangeError(`row ${row} of ${count} images; rows go from 0 to ${count - 1}`);
  }
}
