import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, readSync } from "node:fs";

const PIECE_BYTES = 1 << 20;

/** SHA-256 of a file, in hexadecimal. `passed` hears the bytes of each piece. */
export async function hashFile(
  path: string,
  { signal, passed = () => {} }: { signal?: AbortSignal; passed?: (bytes: number) => void } = {},
): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: PIECE_BYTES, ...(signal && { signal }) })) {
    hash.update(chunk as Buffer);
    passed((chunk as Buffer).length);
  }
  return hash.digest("hex");
}

export function hashFileSync(path: string): string {
  const hash = createHash("sha256");
  const file = openSync(path, "r");
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) hash.update(piece.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}
