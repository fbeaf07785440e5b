/** Opens a split of prepared data, checked. */
import { closeSync, openSync, read, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { EXIT, HarnessError } from "../../harness/errors.ts";
import { cacheDir } from "../../harness/files/cache-dir.ts";
import type { ImageData, ImageReader } from "../image-data.ts";
import { requireRows } from "../memory-reader.ts";
import { broken, rebuildNow } from "./broken.ts";
import { damageOf } from "./check.ts";
import { folderOf, type Manifest, PREPARATION, readManifest } from "./manifest.ts";
import { labelsFile, pixelsFile } from "./split-writer.ts";

/** @throws HarnessError (exit 3) when they are missing, or broken and cannot be made anew */
export function openPrepared(data: ImageData, split: string, howToGet: string): ImageReader {
  const cache = cacheDir();
  const folder = folderOf(data.name, cache);
  const manifest = readManifest(folder);
  if (manifest?.preparation !== PREPARATION || manifest.sha256 !== data.sha256)
    throw new HarnessError(
      manifest
        ? `${data.name} in ${folder} is not what it was when this began: it was prepared again meanwhile. Start again.`
        : `${data.name} is not prepared here (${folder}).\n${howToGet}`,
      EXIT.cannotJudge,
    );
  requireSound(manifest, cache, split);
  return readerOf(data, folder, split);
}

function requireSound(manifest: Manifest, cache: string, split: string): void {
  const ofSplit = ({ path }: { path: string }): boolean => path === pixelsFile(split) || path === labelsFile(split);
  const damage = damageOf(manifest, cache, ofSplit);
  if (damage === undefined) return;
  rebuildNow(manifest, damage);
  const now = readManifest(folderOf(manifest.name, cache));
  const left = now ? damageOf(now, cache, ofSplit) : "its manifest is missing";
  if (left !== undefined) throw broken(manifest, left, "although they were made anew just now.");
}

const readInBackground = promisify(read);

function readerOf({ shape, splits }: ImageData, folder: string, split: string): ImageReader {
  const count = splits[split]!;
  const imageBytes = shape[0] * shape[1] * shape[2];
  const path = join(folder, pixelsFile(split));
  const file = openSync(path, "r");
  const requireWhole = (bytes: number, row: number): void => {
    if (bytes !== imageBytes)
      throw new HarnessError(`${path} ended before row ${row}: it was changed while it was read.`, EXIT.cannotJudge);
  };
  return {
    count,
    async read(rows) {
      requireRows(rows, count);
      const out = new Uint8Array(rows.length * imageBytes);
      const one = async (row: number, i: number): Promise<void> =>
        requireWhole((await readInBackground(file, out, i * imageBytes, imageBytes, row * imageBytes)).bytesRead, row);
      await Promise.all(Array.from(rows, one));
      return out;
    },
    readSync(rows) {
      requireRows(rows, count);
      const out = new Uint8Array(rows.length * imageBytes);
      for (let i = 0; i < rows.length; i++)
        requireWhole(readSync(file, out, i * imageBytes, imageBytes, rows[i]! * imageBytes), rows[i]!);
      return out;
    },
    labels: () => new Uint8Array(readFileSync(join(folder, labelsFile(split)))),
    close: () => closeSync(file),
  };
}
