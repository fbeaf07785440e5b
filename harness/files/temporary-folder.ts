/** Temporary folders: in the system's place for them, else in the per-user cache. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXIT, HarnessError } from "../errors.ts";
import { reasonOf } from "./atomic-file.ts";
import { cacheDir } from "./cache-dir.ts";
import { makeFolder } from "./make-folder.ts";

export interface TemporaryFolder {
  readonly path: string;
  /** A folder that cannot be removed stays: it does no harm. */
  remove(): void;
}

/**
 * Makes a new folder with these files in it. The caller removes it. The folder is made below the first place where all of
 * it can be written: `$TMPDIR` (else `/tmp`), then `tmp` in the per-user cache.
 * @param purpose says what cannot be written, e.g. "The graph of a training step"
 * @param files contents by name
 * @throws HarnessError (exit code 3) when no place can be written: it names each place and its fault
 */
export function temporaryFolder(
  purpose: string,
  prefix: string,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): TemporaryFolder {
  const faults: string[] = [];
  for (const place of [tmpdir(), join(cacheDir(), "tmp")]) {
    let path: string | undefined;
    try {
      // The system's own place is not made here: a path that is missing is more often a wrong one.
      if (place !== tmpdir()) makeFolder(place);
      path = mkdtempSync(join(place, prefix));
      for (const [name, contents] of Object.entries(files)) writeFileSync(join(path, name), contents);
      const made = path;
      return { path: made, remove: () => removeFolder(made) };
    } catch (error) {
      if (path !== undefined) removeFolder(path);
      faults.push(`${place}: ${reasonOf(error)}`);
    }
  }
  throw new HarnessError(
    `${purpose} cannot be written to a temporary folder (${faults.join("; ")}). Set TMPDIR to a folder that exists, can be written and has room, and run the same command again: it resumes where it stopped.`,
    EXIT.cannotJudge,
  );
}

function removeFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Whatever happens next matters more.
  }
}
