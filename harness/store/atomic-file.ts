import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { EXIT, HarnessError } from "../errors.ts";

/**
 * Writes a file so that a reader sees the old one or the whole new one, also after a crash: temporary file, fsync,
 * rename, fsync of the folder. Throws HarnessError when the place cannot be written (full, read-only, forbidden).
 */
export function writeAtomic(file: string, data: string | Uint8Array): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    const handle = openSync(temporary, "w");
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
    syncFolder(dirname(file));
  } catch (error) {
    rmQuietly(temporary);
    throw writeFailure(file, error);
  }
}

/** The error a person sees when a file of the store or a report cannot be written. */
export function writeFailure(file: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
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
};

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function rmQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The first error is the one that matters.
  }
}
