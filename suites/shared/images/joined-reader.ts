import type { ImageReader } from "../../../datasets/image-data.ts";
/**
 * Some images of several readers, put together in the given order: row i is row `order[i]` of the readers one after
 * another. Closing it closes them.
 */
export function joinedReader(readers: readonly ImageReader[], order: Uint32Array, bytesEach: number): ImageReader {
  const starts: number[] = [];
  let total = 0;
  for (const { count } of readers) {
    starts.push(total);
    total += count;
  }
  /** For each reader its rows, and where they go. */
  const split = (rows: ArrayLike<number>) => {
    const parts = readers.map(() => ({ rows: [] as number[], to: [] as number[] }));
    for (let i = 0; i < rows.length; i++) {
      const row = order[rows[i]!];
      if (row === undefined || row >= total) throw new RangeError(`row ${rows[i]} of ${order.length} images`);
      const which = starts.findLastIndex((start) => start <= row);
      parts[which]!.rows.push(row - starts[which]!);
      parts[which]!.to.push(i);
    }
    return parts;
  };
  const assembled = (count: number, parts: ReturnType<typeof split>, pixels: readonly Uint8Array[]): Uint8Array => {
    const all = new Uint8Array(count * bytesEach);
    parts.forEach(({ to }, which) => {
      to.forEach((at, i) => void all.set(pixels[which]!.subarray(i * bytesEach, (i + 1) * bytesEach), at * bytesEach));
    });
    return all;
  };
  return {
    count: order.length,
    async read(rows) {
      const parts = split(rows);
      return assembled(rows.length, parts, await Promise.all(parts.map((part, i) => readers[i]!.read(part.rows))));
    },
    readSync(rows) {
      const parts = split(rows);
      return assembled(
        rows.length,
        parts,
        parts.map((part, i) => readers[i]!.readSync(part.rows)),
      );
    },
    labels() {
      const all = readers.map((reader) => reader.labels());
      const each = total === 0 ? 0 : all.reduce((sum, { length }) => sum + length, 0) / total;
      const joined = new Uint8Array(total * each);
      all.forEach((labels, i) => void joined.set(labels, starts[i]! * each));
      const labels = new Uint8Array(order.length * each);
      order.forEach((row, i) => void labels.set(joined.subarray(row * each, (row + 1) * each), i * each));
      return labels;
    },
    close() {
      for (const reader of readers) reader.close();
    },
  };
}
