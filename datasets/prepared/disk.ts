/** The disk under the cache: room, and errors of it in words. */
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, HarnessError, messageOf } from "../../harness/errors.ts";
import { makeFolder } from "../../harness/files/make-folder.ts";
import { PARTIAL } from "./manifest.ts";

const size = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
/** What is left over for others. */
const SPARE_BYTES = 100e6;

/** @throws HarnessError when fewer bytes are free in a folder. */
export function requireRoom(folder: string, bytes: number, what: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < bytes + SPARE_BYTES)
    throw new HarnessError(
      `${what} takes ${size(bytes)} in ${folder}, and ${size(bavail * bsize)} are free. Free some space, or set ALI_CACHE to a folder on another disk.`,
      EXIT.cannotJudge,
    );
}

/** Makes a folder of the cache. @throws HarnessError when it cannot be written. */
export function makeWritable(folder: string): void {
  try {
    makeFolder(folder);
    const probe = join(folder, `probe-${process.pid}${PARTIAL}`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw new HarnessError(
      `The cache folder ${folder} cannot be written: ${messageOf(error)}. Set ALI_CACHE to a folder that can.`,
      EXIT.cannotJudge,
      { cause: error },
    );
  }
}

/** A full or read-only disk in the middle of the work, in words; other errors as they are. */
export function explained(error: unknown, folder: string): unknown {
  const code = (error as NodeJS.ErrnoException)?.code;
  if (error instanceof HarnessError || !code) return error;
  if (["ENOSPC", "EDQUOT", "EROFS"].includes(code))
    return new HarnessError(
      `${folder} could not be written: ${messageOf(error)}. Nothing was prepared. Free some space, or set ALI_CACHE to a folder on another disk.`,
      EXIT.cannotJudge,
      { cause: error },
    );
  if (["EACCES", "EPERM", "EIO", "ENOENT", "ENOTDIR", "EISDIR"].includes(code))
    return new HarnessError(`A file could not be used: ${messageOf(error)}. Nothing was prepared.`, EXIT.cannotJudge, {
      cause: error,
    });
  return error;
}
