/** Temporary folders: in the system's temporary folder, else in the per-user cache. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXIT, HarnessError } from "../errors.ts";
import { reasonOf } from "./atomic-file.ts";
import { cacheDir } from "./cache-dir.ts";
import { makeFolder } from "./make-folder.ts";

export interface TemporaryFolder {
  readonly path: string;
  /** Ignores failures: a folder that stays does no harm. */
  remove(): void;
}

/**
 * Makes a new folder with these files, which the caller removes. Its parent is the first of these folders in which all
 * files can be written: `$TMPDIR` (else `/tmp`), then `tmp` in the per-user cache.
 * @param purpose names the unwritable thing in errors, e.g. "The graph of a training step"
 * @param files contents by name
 * @throws HarnessError (exit code 3) when no parent is writable: it names each of them and its fault
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
      // The system's temporary folder is not created: a missing path is more likely a typing error.
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
    // Ignored, because the caller's outcome matters more.
  }
}
