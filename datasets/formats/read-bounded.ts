import { open } from "node:fs/promises";
import { malformed } from "./malformed.ts";

/** A whole file. @throws HarnessError when it has more than `mostBytes`, before any is allocated */
export async function readBounded(path: string, mostBytes: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > mostBytes) throw malformed(path, `has ${size} bytes; ${mostBytes} are the most that are read`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
