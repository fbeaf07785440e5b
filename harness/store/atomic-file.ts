import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { EXIT, HarnessError } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";

/** Ending of a file that is being written. A process that is killed leaves one behind; it never becomes a result. */
export const UNFINISHED = ".tmp";

/**
 * Writes a file so that a reader sees the old one or the whole new one, also after a crash: temporary file, fsync,
 * rename, fsync of the folder. Throws HarnessError when the place cannot be written (full, read-only, forbidden).
 */
export function writeAtomic(file: string, data: string | Uint8Array): void {
  // Random, not the process id alone: machines that share the folder may have equal ones.
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString("hex")}${UNFINISHED}`;
  try {
    makeFolder(dirname(file));
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    const handle = openSync(temporary, "wx");
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
    syncFolder(dirname(file));
  } catch (error) {
    removeQuietly(temporary);
    throw writeFailure(file, error);
  }
}

/** The error a person sees when a file of the store or a report cannot be written. */
export function writeFailure(file: string, error: unknown): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const why = code === undefined ? undefined : REASONS[code];
  if (!why) return error;
  return new HarnessError(
    `Cannot write ${file}: ${why} (${code}). Nothing stored before is lost. Make room or choose another place with --store or --out, then run the same command again: it goes on where it stopped.`,
    EXIT.cannotJudge,
    { cause: error },
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "not permitted",
  ENOTDIR: "a part of the path is not a folder",
  EEXIST: "a file stands where a folder is needed",
  EISDIR: "a folder stands where a file is needed",
  ENOENT: "its folder is gone",
  EIO: "the disk reports an error",
};

/** Makes the new name last. Some file systems (network, Windows) cannot sync a folder: the file itself is safe there. */
function syncFolder(folder: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(folder, "r");
    fsyncSync(handle);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["EINVAL", "EISDIR", "EPERM", "EACCES", "ENOTSUP"].includes(code)) throw error;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Removes a file that is no longer of use; one that cannot be removed does no harm. */
export function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Whatever went wrong before matters more.
  }
}
