/** Whether prepared data are as they were made. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { hashFile, hashFileSync } from "./hash-file.ts";
import { folderOf, type Manifest, type PreparedFile, writeManifest } from "./manifest.ts";

/**
 * What is wrong with some files of prepared data, or undefined. Size and time of change decide; where only the time
 * differs (a copy, a restored backup) the contents do, and the new time is written down.
 */
export function damageOf(
  manifest: Manifest,
  cache: string,
  wanted: (file: PreparedFile) => boolean,
): string | undefined {
  let isTouched = false;
  const folder = folderOf(manifest.name, cache);
  const files: PreparedFile[] = [];
  for (const file of manifest.files) {
    const stats = statSync(join(folder, file.path), { throwIfNoEntry: false });
    if (!wanted(file)) files.push(file);
    else if (!stats) return `${file.path} is missing`;
    else if (stats.size !== file.sizeBytes) return `${file.path} has ${stats.size} bytes instead of ${file.sizeBytes}`;
    else if (stats.mtimeMs === file.mtimeMs) files.push(file);
    else if (hashFileSync(join(folder, file.path)) !== file.sha256) return `the contents of ${file.path} have changed`;
    else {
      isTouched = true;
      files.push({ ...file, mtimeMs: stats.mtimeMs });
    }
  }
  if (isTouched) tryToWrite(folder, { ...manifest, files });
  return undefined;
}

/** The same by the contents of all files, whatever their times say. */
export async function thoroughDamageOf(
  manifest: Manifest,
  cache: string,
  { signal, progress }: { signal: AbortSignal; progress(message: string, fraction: number): void },
): Promise<string | undefined> {
  const folder = folderOf(manifest.name, cache);
  const total = manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let done = 0;
  const passed = (bytes: number): void => {
    done += bytes;
    progress(`checksums of ${manifest.name}`, done / total);
  };
  for (const { path, sizeBytes, sha256 } of manifest.files) {
    const size = statSync(join(folder, path), { throwIfNoEntry: false })?.size;
    if (size === undefined) return `${path} is missing`;
    if (size !== sizeBytes) return `${path} has ${size} bytes instead of ${sizeBytes}`;
    if ((await hashFile(join(folder, path), { signal, passed })) !== sha256)
      return `the contents of ${path} have changed`;
  }
  return undefined;
}

/** A cache that is read-only is checked by its contents again next time. */
function tryToWrite(folder: string, manifest: Manifest): void {
  try {
    writeManifest(folder, manifest);
  } catch {
    // It was only to save time.
  }
}
