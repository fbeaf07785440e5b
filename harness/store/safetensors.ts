import type { HostState } from "../engine/host-state.ts";
/**
 * The safetensors format (huggingface/safetensors, format specification): an unsigned 64-bit little-endian header length,
 * a JSON header {name: {dtype, shape, data_offsets}, __metadata__}, then the tensors' bytes. Float32 only.
 */
export function encodeSafetensors(state: HostState, metadata: Readonly<Record<string, string>>): Uint8Array {
  return Buffer.concat(safetensorsParts(state, metadata));
}

/** The same in parts, one after another: the header, then each tensor's own bytes, not copied. */
export function safetensorsParts(state: HostState, metadata: Readonly<Record<string, string>>): Uint8Array[] {
  const header: [string, unknown][] = [["__metadata__", metadata]];
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(state)) {
    if (name === "__metadata__") throw new RangeError("safetensors: no tensor can have the name __metadata__");
    header.push([name, { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  let json = JSON.stringify(Object.fromEntries(header));
  json += " ".repeat((8 - (Buffer.byteLength(json) % 8)) % 8);
  const head = Buffer.from(json);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  const tensors = Object.values(state).map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return [length, head, ...tensors];
}

/** Reads what encodeSafetensors wrote. Throws RangeError when the bytes are not whole and well formed. */
export function decodeSafetensors(bytes: Uint8Array): { state: HostState; metadata: Record<string, string> } {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < 8) throw new RangeError("safetensors: shorter than its header length");
  const length = Number(file.readBigUInt64LE());
  if (length > file.length - 8) throw new RangeError("safetensors: the header is cut off");
  const header = parseHeader(file.toString("utf8", 8, 8 + length));
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string"))
    throw new RangeError("safetensors: the metadata are not texts");
  const body = file.subarray(8 + length);
  const tensors: [string, HostState[string]][] = [];
  let end = 0;
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
    if (dtype !== "F32" || !isNaturals(shape) || !isNaturals(offsets) || offsets.length !== 2)
      throw new RangeError(`safetensors: tensor "${name}" is not described as float32`);
    const [from, to] = offsets as [number, number];
    const size = shape.reduce((a, b) => a * b, 4);
    if (from !== end) throw new RangeError(`safetensors: tensor "${name}" does not follow the one before it`);
    if (to - from !== size || to > body.length) throw new RangeError(`safetensors: tensor "${name}" is cut off`);
    tensors.push([name, { shape, data: new Float32Array(Uint8Array.from(body.subarray(from, to)).buffer) }]);
    end = to;
  }
  if (end !== body.length) throw new RangeError("safetensors: bytes after the last tensor");
  return { state: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

function parseHeader(text: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new RangeError("safetensors: the header is not JSON");
  }
  if (!isRecord(header)) throw new RangeError("safetensors: the header is not an object");
  return header;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
