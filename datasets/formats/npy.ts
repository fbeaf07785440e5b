/** NumPy's .npy, read as a stream (NEP 1; numpy/lib/format.py): C order, unsigned bytes or 64-bit integers. */
import { ByteReader } from "./byte-reader.ts";
import { malformed } from "./malformed.ts";

export interface Npy {
  readonly type: "uint8" | "int64";
  readonly shape: readonly number[];
  /** Values in pieces of a number of bytes; the last may be shorter. Called once. */
  pieces(bytes: number): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}
const TYPES: Readonly<Record<string, Npy["type"]>> = { "|u1": "uint8", "<i8": "int64" };
const WIDTH = { uint8: 1, int64: 8 } as const;
const LONGEST_HEADER = 4096;
/** The dictionary exactly as NumPy writes it. */
const HEADER = /^\{'descr': '([^']+)', 'fortran_order': (True|False), 'shape': \((\d+(?:, \d+)*),?\), \}\s*$/;

/** @param name of the file, for messages @throws HarnessError when it is not of this kind */
export async function openNpy(name: string, chunks: AsyncIterable<Buffer>): Promise<Npy> {
  const reader = new ByteReader(chunks);
  const head = await reader.take(8);
  if (head.length < 8 || head.toString("latin1", 0, 6) !== "\x93NUMPY") throw malformed(name, "is no .npy file");
  const wide = head[6] === 2;
  if (head[6] !== 1 && !wide) throw malformed(name, `is a .npy file of version ${head[6]}; 1 and 2 are read`);
  const length = await reader.take(wide ? 4 : 2);
  if (length.length < (wide ? 4 : 2)) throw malformed(name, "is cut off");
  const headerBytes = wide ? length.readUInt32LE(0) : length.readUInt16LE(0);
  if (headerBytes > LONGEST_HEADER) throw malformed(name, `has a header of ${headerBytes} bytes`);
  const header = (await reader.take(headerBytes)).toString("latin1");
  const [, descr = "", fortran, dims = ""] = HEADER.exec(header) ?? [];
  const type = TYPES[descr];
  if (!type || fortran !== "False")
    throw malformed(name, `is an array of another kind than bytes or 64-bit integers in C order: ${header.trim()}`);
  const shape = dims.split(", ").map(Number);
  const sizeBytes = shape.reduce((product, dim) => product * dim, WIDTH[type]);
  return { type, shape, pieces: (bytes) => pieces(name, reader, sizeBytes, bytes), close: () => reader.close() };
}

async function* pieces(name: string, reader: ByteReader, sizeBytes: number, pieceBytes: number) {
  try {
    for (let left = sizeBytes; left > 0; ) {
      const piece = await reader.take(Math.min(left, pieceBytes));
      if (piece.length < Math.min(left, pieceBytes)) throw malformed(name, `is cut off: ${left} bytes are missing`);
      left -= piece.length;
      yield piece;
    }
    const more = await reader.drain();
    if (more > 0) throw malformed(name, `has ${more} bytes too many`);
  } finally {
    await reader.close();
  }
}
