/** Makes prepared data of an importer's files, wholly or not at all. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { acquireLock, type Lock } from "../../harness/files/lock.ts";
import { makeFolder } from "../../harness/files/make-folder.ts";
import { explained, makeWritable, requireRoom } from "./disk.ts";
import { hashFile } from "./hash-file.ts";
import type { Found, Importer, Publication } from "./importer.ts";
import {
  dataFolder,
  folderOf,
  type Manifest,
  PARTIAL,
  PREPARATION,
  type PreparedFile,
  type Source,
  writeManifest,
} from "./manifest.ts";
import { SplitWriter } from "./split-writer.ts";

/** An importer and what it is of. */
export type PublishedImporter = Importer & Publication;

export interface PrepareOptions {
  readonly cache: string;
  readonly signal: AbortSignal;
  /** `fraction` is of this message's work. */
  progress(message: string, fraction: number): void;
  /** Refuses data that are not the ones wanted, before they take their place. @throws */
  readonly accept?: (manifest: Manifest) => void;
  /** What makes the work needless, asked when nobody else prepares any more. */
  readonly unless?: () => Manifest | undefined;
}

/**
 * Prepares what a folder has; what stands under the same name is replaced. A second preparation waits for the first. An
 * interruption at any point leaves nothing but a folder that the next one removes. @throws HarnessError
 */
export async function prepare(importer: PublishedImporter, from: string, options: PrepareOptions): Promise<Manifest> {
  const { cache, signal } = options;
  makeWritable(dataFolder(cache));
  const lock = await waitForLock(cache, `preparing ${importer.id}`, options);
  const partial = join(dataFolder(cache), `${importer.id}.${process.pid}${PARTIAL}`);
  try {
    removeLeftovers(cache);
    const there = options.unless?.();
    if (there) return there;
    const manifest = await make(importer, resolve(from), partial, options);
    signal.throwIfAborted();
    options.accept?.(manifest);
    putInPlace(partial, folderOf(manifest.name, cache));
    return manifest;
  } catch (error) {
    throw signal.aborted ? signal.reason : explained(error, dataFolder(cache));
  } finally {
    rmSync(partial, { recursive: true, force: true });
    await lock.release();
  }
}

async function make(
  importer: PublishedImporter,
  from: string,
  partial: string,
  options: PrepareOptions,
): Promise<Manifest> {
  const { signal, progress, cache } = options;
  const scratch = join(partial, "scratch");
  makeFolder(scratch);
  const found = await importer.find(from, { signal, scratch, progress });
  try {
    requireRoom(dataFolder(cache), bytesOf(found), `Preparing ${importer.id}`);
    const sources = await hashSources(found.files, options);
    const files = await writeSplits(found, partial);
    sources.push(...(found.folders?.() ?? []));
    const published = await found.isPublished(sources);
    rmSync(scratch, { recursive: true });
    const { shape, classes, attributes, splits } = found;
    const about = { dataset: importer.dataset, shape: [...shape] as [number, number, number] };
    const sha256 = hashOf({ ...about, classes, attributes, splits, files });
    const manifest: Manifest = {
      preparation: PREPARATION,
      name: published ? importer.id : `${importer.id}-stand-in-${sha256.slice(0, 8)}`,
      ...about,
      official: published && importer.id === importer.dataset,
      sha256,
      classes: classes && [...classes],
      attributes: attributes && [...attributes],
      splits: { ...splits },
      importedAt: new Date().toISOString(),
      importer: importer.id,
      from,
      sources,
      files,
    };
    writeManifest(partial, manifest);
    return manifest;
  } finally {
    found.close?.();
  }
}

const imageBytes = ({ shape }: Pick<Found, "shape">): number => shape[0] * shape[1] * shape[2];
const labelBytes = ({ classes, attributes }: Pick<Found, "classes" | "attributes">): number =>
  attributes?.length ?? (classes ? 1 : 0);
const bytesOf = (found: Found): number =>
  Object.values(found.splits).reduce((sum, count) => sum + count, 0) * (imageBytes(found) + labelBytes(found));

/** Two preparations of equal images are equal, wherever they came from and whatever they are called. */
function hashOf(data: Pick<Found, "shape" | "classes" | "attributes" | "splits"> & { readonly files: PreparedFile[] }) {
  const files = data.files.map(({ path, sha256 }) => [path, sha256]);
  const { shape, classes, attributes, splits } = data;
  return createHash("sha256")
    .update(JSON.stringify([shape, classes, attributes, Object.entries(splits).sort(), files.sort()]))
    .digest("hex");
}

async function hashSources(files: readonly string[], { signal, progress }: PrepareOptions): Promise<Source[]> {
  const total = files.reduce((sum, path) => sum + statSync(path).size, 0);
  let done = 0;
  const passed = (bytes: number): void => {
    done += bytes;
    progress("checksums of the sources", done / total);
  };
  const sources: Source[] = [];
  for (const path of files)
    sources.push({ path, sizeBytes: statSync(path).size, sha256: await hashFile(path, { signal, passed }) });
  return sources;
}

async function writeSplits(found: Found, folder: string): Promise<PreparedFile[]> {
  const each = { imageBytes: imageBytes(found), labelBytes: labelBytes(found) };
  const writers = new Map(
    Object.entries(found.splits).map(([split, count]) => [split, new SplitWriter(folder, split, { ...each, count })]),
  );
  try {
    await found.write((split) => {
      const writer = writers.get(split);
      if (!writer) throw new TypeError(`there is no split "${split}"`);
      return writer;
    });
    return [...writers.values()].flatMap((writer) => writer.finish());
  } finally {
    for (const writer of writers.values()) writer.close();
  }
}

/** Renames the finished folder into place, after moving what stands there out of the way. */
function putInPlace(partial: string, folder: string): void {
  const old = `${folder}.${process.pid}.old${PARTIAL}`;
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(partial, folder);
  rmSync(old, { recursive: true, force: true });
}

/** Called under the lock only: whatever is partial there belongs to a process that has died. */
function removeLeftovers(cache: string): void {
  for (const name of readdirSync(dataFolder(cache)).filter((name) => name.endsWith(PARTIAL)))
    rmSync(join(dataFolder(cache), name), { recursive: true, force: true });
}

export async function waitForLock(
  cache: string,
  what: string,
  { signal, progress }: Pick<PrepareOptions, "signal" | "progress">,
): Promise<Lock> {
  for (;;) {
    const lock = await acquireLock(dataFolder(cache), what);
    if ("release" in lock) return lock;
    signal.throwIfAborted();
    progress(`waiting for process ${lock.heldBy.pid || "?"}, which is ${lock.heldBy.what || "preparing data"}`, 0);
    await new Promise((wake) => setTimeout(wake, 300));
  }
}
