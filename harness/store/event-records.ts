/**
 * TensorBoard's event files: records of TensorFlow's TFRecord format (core/lib/io/record_writer.h: length, its masked
 * CRC-32C, data, their masked CRC-32C), each an `Event` message (core/util/event.proto).
 */
import { PbfWriter } from "pbf";
import { crc32c } from "./crc32c.ts";

/** Scalars of one update. */
export interface EventRow {
  readonly update: number;
  /** Milliseconds since 1970. */
  readonly wallTimeMs: number;
  /** By tag; what is null or not finite is left out. */
  readonly values: Readonly<Record<string, number | null>>;
}

/** The first record of every file. */
export const versionRecord = (wallTimeMs: number): Uint8Array =>
  record((event) => {
    event.writeDoubleField(1, wallTimeMs / 1000);
    event.writeStringField(3, "brain.Event:2");
  });

export const rowRecord = ({ update, wallTimeMs, values }: EventRow): Uint8Array =>
  record((event) => {
    event.writeDoubleField(1, wallTimeMs / 1000);
    event.writeVarintField(2, update);
    event.writeMessage(5, writeSummary, values);
  });

function writeSummary(values: EventRow["values"], summary: PbfWriter): void {
  for (const [tag, value] of Object.entries(values))
    if (value !== null && Number.isFinite(value)) summary.writeMessage(1, writeScalar, [tag, value]);
}

function writeScalar([tag, value]: readonly [string, number], scalar: PbfWriter): void {
  scalar.writeStringField(1, tag);
  scalar.writeFloatField(2, value);
}

/** TensorFlow masks a checksum that stands beside its data: rotated right by 15 bits, plus a constant. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

const HEAD = 12;
const TAIL = 4;

function record(write: (event: PbfWriter) => void): Uint8Array {
  const event = new PbfWriter();
  write(event);
  const data = event.finish();
  const bytes = Buffer.alloc(HEAD + data.length + TAIL);
  bytes.writeBigUInt64LE(BigInt(data.length));
  bytes.writeUInt32LE(masked(crc32c(bytes.subarray(0, 8))), 8);
  bytes.set(data, HEAD);
  bytes.writeUInt32LE(masked(crc32c(data)), HEAD + data.length);
  return bytes;
}

/** How many bytes of a file hold whole records of no later update, and the last of their updates. */
export function wholeUpTo(bytes: Buffer, update: number): { readonly sizeBytes: number; readonly last: number } {
  let [at, last] = [0, 0];
  for (let size = sizeAt(bytes, at); size !== undefined; size = sizeAt(bytes, at)) {
    const step = stepOf(bytes.subarray(at + HEAD, at + size - TAIL));
    if (step > update) break;
    last = step;
    at += size;
  }
  return { sizeBytes: at, last };
}

/** Size of the record that begins there; undefined where none does, or it is cut off or changed. */
function sizeAt(bytes: Buffer, at: number): number | undefined {
  const rest = bytes.subarray(at);
  if (rest.length < HEAD || rest.readUInt32LE(8) !== masked(crc32c(rest.subarray(0, 8)))) return undefined;
  const length = Number(rest.readBigUInt64LE());
  if (rest.length < HEAD + length + TAIL) return undefined;
  const intact = rest.readUInt32LE(HEAD + length) === masked(crc32c(rest.subarray(HEAD, HEAD + length)));
  return intact ? HEAD + length + TAIL : undefined;
}

/** Of an event as written here: the wall time in nine bytes, then the step, or none, which is step 0. */
function stepOf(event: Buffer): number {
  const STEP_TAG = 0x10;
  if (event[9] !== STEP_TAG) return 0;
  let step = 0;
  for (let at = 10, scale = 1; ; at++, scale *= 128) {
    const byte = event[at] ?? 0;
    step += (byte & 127) * scale;
    if (byte < 128) return step;
  }
}
