/**
 * MATLAB level 5 MAT-files, read as a stream: MathWorks, "MAT-File Format" (R2023b), "Level 5 MAT-File Format". A file is
 * listed first (tags, names and sizes only), and the values of a matrix are then read in pieces, so that memory does not
 * grow with the file. Little-endian files with numeric matrices, compressed or not.
 */
import { createReadStream, statSync } from "node:fs";
import { createInflate } from "node:zlib";
import { ByteReader } from "./byte-reader.ts";
import { asMalformed, headOf, malformed, requireData } from "./malformed.ts";

export interface Matrix {
  readonly file: string;
  readonly name: string;
  /** Column-major: the first dimension changes fastest. */
  readonly dims: readonly number[];
  /** MATLAB's class of the array: what its values mean. They may be stored more compactly. */
  readonly arrayClass: "double" | "single" | "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32";
  /** How the values are stored. */
  readonly stored: Stored;
  /** Bytes of the values. */
  readonly sizeBytes: number;
  readonly place: Place;
}
/** Where the element stands in the file, and how far into it the values begin. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly isCompressed: boolean;
  readonly valuesAt: number;
}

const STORED = {
  1: { name: "int8", bytes: 1 },
  2: { name: "uint8", bytes: 1 },
  3: { name: "int16", bytes: 2 },
  4: { name: "uint16", bytes: 2 },
  5: { name: "int32", bytes: 4 },
  6: { name: "uint32", bytes: 4 },
  7: { name: "single", bytes: 4 },
  9: { name: "double", bytes: 8 },
} as const;
export type Stored = (typeof STORED)[keyof typeof STORED]["name"];
const CLASSES: Readonly<Record<number, Matrix["arrayClass"]>> = {
  6: "double",
  7: "single",
  8: "int8",
  9: "uint8",
  10: "int16",
  11: "uint16",
  12: "int32",
  13: "uint32",
};
const MI_INT8 = 1;
const MI_INT32 = 5;
const MI_UINT32 = 6;
const MI_MATRIX = 14;
const MI_COMPRESSED = 15;
const HEADER_BYTES = 128;
const MOST_MATRICES = 64;
/** Longest part of an element before its values that is read: flags, dimensions and name are some dozens of bytes. */
const LONGEST_FIELD = 256;
/** Deflate cannot do better: 258 bytes from two bits (zlib's "Technical Details", 1032 : 1). */
const BEST_RATIO = 1032;

/** What is in a file. @throws HarnessError when it is no sound MAT-file of this kind, or ends early. */
export async function listMatrices(file: string): Promise<Matrix[]> {
  requireHeader(file);
  const size = statSync(file).size;
  const found: Matrix[] = [];
  for (let at = HEADER_BYTES; at < size; ) {
    if (found.length === MOST_MATRICES) throw malformed(file, `has more than ${MOST_MATRICES} matrices`);
    const tag = await bytesAt(file, at, 8);
    const type = tag.length === 8 ? tag.readUInt32LE(0) : 0;
    const end = tag.length === 8 ? at + 8 + tag.readUInt32LE(4) : size + 1;
    if (end > size) throw malformed(file, `is cut off: it has ${size} bytes, and an element goes on to byte ${end}`);
    if (type !== MI_COMPRESSED && type !== MI_MATRIX)
      throw malformed(file, `is no sound MAT-file: element type ${type} at byte ${at}`);
    found.push(await describe(file, { start: at + 8, end, isCompressed: type === MI_COMPRESSED }));
    at = end;
  }
  if (found.length === 0) throw malformed(file, "is a MAT-file without a matrix in it");
  return found;
}

/**
 * The values of a matrix as they are stored, in pieces of `pieceBytes` (the last may be shorter). The checksum of a
 * compressed one has been compared when the last piece is out. @throws HarnessError when it is damaged.
 */
export async function* valuesOf(matrix: Matrix, pieceBytes: number): AsyncGenerator<Buffer> {
  const { file, name, place, sizeBytes } = matrix;
  const reader = open(file, place);
  try {
    if ((await reader.take(place.valuesAt)).length < place.valuesAt) throw malformed(file, "is cut off");
    for (let left = sizeBytes; left > 0; ) {
      const piece = await reader.take(Math.min(left, pieceBytes));
      left -= piece.length;
      if (piece.length < Math.min(left + piece.length, pieceBytes))
        throw malformed(file, `is cut off: "${name}" lacks ${left} of its ${sizeBytes} bytes`);
      yield piece;
    }
    const padding = await reader.drain();
    if (padding > 7) throw malformed(file, `has ${padding} bytes too many after "${name}"`);
  } catch (error) {
    throw asMalformed(file, error);
  } finally {
    await reader.close();
  }
}

function requireHeader(file: string): void {
  requireData(file);
  const head = headOf(file, HEADER_BYTES);
  if (head.subarray(0, 4).toString("latin1") === "\x89HDF" || head.toString("latin1").startsWith("MATLAB 7.3"))
    throw malformed(file, "is a MATLAB 7.3 file (HDF5); the SVHN files are version 5");
  if (head.length < HEADER_BYTES) throw malformed(file, `has ${head.length} bytes, less than a MAT-file's header`);
  const endian = head.toString("latin1", 126, 128);
  if (endian === "MI") throw malformed(file, "is a big-endian MAT-file; only little-endian ones are read");
  if (endian !== "IM") throw malformed(file, "is no MATLAB version 5 file: bytes 126 and 127 are not IM");
  if (head.readUInt16LE(124) !== 0x0100)
    throw malformed(file, `is a MAT-file of version 0x${head.readUInt16LE(124).toString(16)}; 0x100 is read`);
}

function open(file: string, { start, end, isCompressed }: Omit<Place, "valuesAt">): ByteReader {
  return new ByteReader(isCompressed ? inflated(file, start, end) : createReadStream(file, { start, end: end - 1 }));
}

async function* inflated(file: string, start: number, end: number): AsyncGenerator<Buffer> {
  const source = createReadStream(file, { start, end: end - 1, highWaterMark: 1 << 18 });
  const inflate = createInflate({ chunkSize: 1 << 18 });
  source.on("error", (error) => inflate.destroy(error));
  source.pipe(inflate);
  try {
    yield* inflate;
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

async function describe(file: string, place: Omit<Place, "valuesAt">): Promise<Matrix> {
  const reader = open(file, place);
  try {
    return await describeElement(file, place, reader);
  } catch (error) {
    throw asMalformed(file, error);
  } finally {
    await reader.close();
  }
}

async function describeElement(file: string, place: Omit<Place, "valuesAt">, reader: ByteReader): Promise<Matrix> {
  let inside = Number.POSITIVE_INFINITY;
  let at = 0;
  const take = async (count: number): Promise<Buffer> => {
    const bytes = await reader.take(count);
    if (bytes.length < count) throw malformed(file, "is cut off in the head of a matrix");
    at += count;
    return bytes;
  };
  if (place.isCompressed) {
    const tag = await take(8);
    if (tag.readUInt32LE(0) !== MI_MATRIX) throw malformed(file, "has something compressed that is no matrix");
    inside = 8 + tag.readUInt32LE(4);
  } else inside = place.end - place.start;
  const field = async (wanted: number, what: string): Promise<Buffer> => {
    const { type, sizeBytes, small } = readTag(await take(8));
    if (type !== wanted || sizeBytes > LONGEST_FIELD)
      throw malformed(file, `has a matrix whose ${what} are of type ${type} and ${sizeBytes} bytes`);
    return small ?? (await take(Math.ceil(sizeBytes / 8) * 8)).subarray(0, sizeBytes);
  };
  const flags = await field(MI_UINT32, "flags");
  const shape = await field(MI_INT32, "dimensions");
  const name = (await field(MI_INT8, "name")).toString("latin1");
  const arrayClass = CLASSES[flags[0] ?? 0];
  if (flags.length !== 8 || !arrayClass) throw malformed(file, `has "${name}" of MATLAB class ${flags[0]}: no numbers`);
  const isComplex = (flags[1]! & 0x08) !== 0;
  const dims = Array.from({ length: shape.length / 4 }, (_, i) => shape.readInt32LE(4 * i));
  const tag = readTag(await take(8));
  const stored = STORED[tag.type as keyof typeof STORED];
  const values = dims.reduce((product, dim) => product * dim, 1);
  if (!stored || isComplex || dims.length < 2 || dims.some((dim) => dim < 0) || tag.sizeBytes !== values * stored.bytes)
    throw malformed(
      file,
      `contradicts itself: "${name}" of ${dims.join(" × ")} ${arrayClass} has ${tag.sizeBytes} bytes of type ${tag.type}`,
    );
  const valuesAt = tag.small ? at - 4 : at;
  const most = place.isCompressed ? BEST_RATIO * (place.end - place.start) : place.end - place.start;
  if (valuesAt + tag.sizeBytes > Math.min(inside, most))
    throw malformed(file, `contradicts itself: "${name}" of ${dims.join(" × ")} cannot fit into its element`);
  return { file, name, dims, arrayClass, stored: stored.name, sizeBytes: tag.sizeBytes, place: { ...place, valuesAt } };
}

/** A tag of 8 bytes; in the small form (up to 4 bytes of data) they hold the data too. */
function readTag(tag: Buffer): { type: number; sizeBytes: number; small: Buffer | undefined } {
  const smallBytes = tag.readUInt16LE(2);
  if (smallBytes === 0) return { type: tag.readUInt32LE(0), sizeBytes: tag.readUInt32LE(4), small: undefined };
  const sizeBytes = Math.min(smallBytes, 4);
  return { type: tag.readUInt16LE(0), sizeBytes, small: tag.subarray(4, 4 + sizeBytes) };
}

async function bytesAt(file: string, start: number, count: number): Promise<Buffer> {
  const reader = new ByteReader(createReadStream(file, { start, end: start + count - 1 }));
  return reader.take(count);
}

/** Values as numbers, from bytes that hold whole ones. */
export function numbersOf(bytes: Buffer, stored: Stored): number[] {
  const { bytes: width } = Object.values(STORED).find(({ name }) => name === stored)!;
  const read: Readonly<Record<Stored, (at: number) => number>> = {
    int8: (at) => bytes.readInt8(at),
    uint8: (at) => bytes.readUInt8(at),
    int16: (at) => bytes.readInt16LE(at),
    uint16: (at) => bytes.readUInt16LE(at),
    int32: (at) => bytes.readInt32LE(at),
    uint32: (at) => bytes.readUInt32LE(at),
    single: (at) => bytes.readFloatLE(at),
    double: (at) => bytes.readDoubleLE(at),
  };
  return Array.from({ length: bytes.length / width }, (_, i) => read[stored](i * width));
}
