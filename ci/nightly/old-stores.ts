/** What nights leave in a store: runs of code that is gone, and times of one night each. They can be made again. */
import { type Dirent, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const KEPT_MS = 30 * 86_400_000;
const FOLDERS = ["candidates", "times"];

/** Removes stores of candidates and of times that nobody has written into for thirty days, but those to keep. Returns what went. */
export function removeUnused(store: string, now: number, keep: readonly string[]): string[] {
  const old = FOLDERS.flatMap((name) => foldersIn(join(store, name))).filter(
    (folder) => !keep.includes(folder) && now - lastWritten(folder) > KEPT_MS,
  );
  for (const folder of old) rmSync(folder, { recursive: true, force: true });
  return old;
}

/** A run that is stored or begun changes a folder at most so deep. */
const DEPTH = 4;
function lastWritten(folder: string, depth = DEPTH): number {
  const own = statSync(folder).mtimeMs;
  return depth === 0 ? own : Math.max(own, ...foldersIn(folder).map((inside) => lastWritten(inside, depth - 1)));
}

function foldersIn(folder: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}
