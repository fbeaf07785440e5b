import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
  writev,
} from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { EXIT, HarnessError, messageOf } from "../errors.ts";
import { makeFolder } from "./make-folder.ts";

/** Ending of a file that is being written. A process that is killed leaves one behind; it never becomes a result. */
export const UNFINISHED = ".tmp";

/**
 * Writes a file so that a reader sees the old one or the whole new one, also after a crash: temporary file, fsync,
 * rename, fsync of the folder. Throws HarnessError when the place cannot be written (full, read-only, forbidden).
 * @param data a large file's in parts, which need not be there before they are written
 */
export function writeAtomic(file: string, data: string | Uint8Array | Iterable<Uint8Array>): void {
  writeThen(file, data, (temporary) => renameSync(temporary, file));
}

/**
 * The same for a file that must not take another's place: false, and nothing is written, where there is one. A hard link
 * is what fails then, for machines that share the folder too; a file system without them cannot tell two that come at once.
 */
export function writeNewAtomic(file: string, data: string): boolean {
  let isNew = true;
  writeThen(file, data, (temporary) => {
    try {
      linkSync(temporary, file);
      rmSync(temporary);
    } catch (error) {
      isNew = (error as NodeJS.ErrnoException).code !== "EEXIST" && !existsSync(file);
      if (isNew) renameSync(temporary, file);
      else removeQuietly(temporary);
    }
  });
  return isNew;
}

/** @param publish gives the whole file, which is safe on the disk, its name */
function writeThen(
  file: string,
  data: string | Uint8Array | Iterable<Uint8Array>,
  publish: (temporary: string) => void,
): void {
  const temporary = temporaryFor(file);
  try {
    makeFolder(dirname(file));
    const parts = typeof data === "string" ? [Buffer.from(data)] : data instanceof Uint8Array ? [data] : data;
    const handle = openSync(temporary, "wx");
    try {
      for (const bytes of parts) for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    publish(temporary);
    syncFolder(dirname(file));
  } catch (error) {
    removeQuietly(temporary);
    throw writeFailure(file, error);
  }
}

/**
 * The same for a large file, given in parts, while the caller goes on: only what takes long is waited for, the bytes and
 * the disk. Three turns of the event loop, however long they are. The parts must not change meanwhile.
 */
export async function writeAtomicInBackground(file: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = temporaryFor(file);
  try {
    makeFolder(dirname(file));
    const handle = openSync(temporary, "wx");
    try {
      await writeAll(handle, parts);
      await promisify(fsync)(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
    await syncFolderInBackground(dirname(file));
  } catch (error) {
    removeQuietly(temporary);
    throw writeFailure(file, error);
  }
}

/** A call may write less than all: more than 2 GB, or up to where the disk became full. */
async function writeAll(handle: number, parts: readonly Uint8Array[]): Promise<void> {
  let left = parts.filter((part) => part.length > 0);
  while (left.length > 0) {
    let { bytesWritten } = await promisify(writev)(handle, left);
    left = left.flatMap((part) => {
      const written = Math.min(bytesWritten, part.length);
      bytesWritten -= written;
      return written < part.length ? [part.subarray(written)] : [];
    });
  }
}

/** Random, not the process id alone: machines that share the folder may have equal ones. */
const temporaryFor = (file: string): string => `${file}.${process.pid}-${randomBytes(4).toString("hex")}${UNFINISHED}`;

/** The error a person sees when a file of the store or a report cannot be written. */
export function writeFailure(file: string, error: unknown): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === undefined || !(code in REASONS)) return error;
  return new HarnessError(
    `Cannot write ${file}: ${reasonOf(error)}. Nothing stored before is lost. Make room or choose another place with --store, --into or --out, then run the same command again: it goes on where it stopped.`,
    EXIT.cannotJudge,
    { cause: error },
  );
}

/** The reason for a failed write, in words and with the kernel's code. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const why = code === undefined ? undefined : REASONS[code];
  return why === undefined ? messageOf(error) : `${why} (${code})`;
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
    throwUnlessUnsupported(error);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

async function syncFolderInBackground(folder: string): Promise<void> {
  let handle: number | undefined;
  try {
    handle = openSync(folder, "r");
    await promisify(fsync)(handle);
  } catch (error) {
    throwUnlessUnsupported(error);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function throwUnlessUnsupported(error: unknown): void {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (!["EINVAL", "EISDIR", "EPERM", "EACCES", "ENOTSUP"].includes(code)) throw error;
}

/** Removes a file that is no longer of use; one that cannot be removed does no harm. */
export function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Whatever went wrong before matters more.
  }
}
