/** The data sets as the command line works with them. */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DatasetParts, PreparedDataset, Watch } from "../harness/dataset/parts.ts";
import { EXIT, HarnessError } from "../harness/errors.ts";
import { cacheDir } from "../harness/files/cache-dir.ts";
import { acquireLock, type Lock } from "../harness/files/lock.ts";
import { download } from "./fetch/download.ts";
import { damageOf, thoroughDamageOf } from "./prepared/check.ts";
import { makeWritable } from "./prepared/disk.ts";
import {
  downloadFolder,
  folderOf,
  type Manifest,
  PARTIAL,
  PREPARATION,
  preparedNames,
  readManifest,
} from "./prepared/manifest.ts";
import { prepare, waitForLock } from "./prepared/prepare.ts";
import { rebuild } from "./rebuild.ts";
import { CATALOGUE, howToGetOne } from "./sources/catalogue.ts";
import { publicationOf } from "./sources/index.ts";

export const DATASETS: DatasetParts = {
  known: CATALOGUE.map((one) => ({ id: one.id, canFetch: typeof one.get !== "string", howToGet: howToGetOne(one) })),
  prepared: () => preparedNames().map((name) => summaryOf(name, readManifest(folderOf(name)))),
  fetch: fetchDataset,
  import: async (id, from, watch) => summary(await prepare(publicationOf(id), from, { cache: cacheDir(), ...watch })),
  verify,
  remove,
};

async function fetchDataset(id: string, watch: Watch): Promise<PreparedDataset> {
  const publication = publicationOf(id);
  const { get } = publication;
  if (typeof get === "string")
    throw new HarnessError(`${id} cannot be fetched by a program. ${howToGetOne(publication)}`, EXIT.cannotJudge);
  const cache = cacheDir();
  const there = readManifest(folderOf(id, cache));
  if (there?.preparation === PREPARATION && damageOf(there, cache, () => true) === undefined) return summary(there);
  const folder = join(downloadFolder(cache), id);
  makeWritable(folder);
  const lock = await lockDownloads(folder, watch);
  try {
    for (const file of get) await download(file, folder, watch);
  } finally {
    await lock.release();
  }
  return summary(await prepare(publication, folder, { cache, ...watch }));
}

async function lockDownloads(folder: string, { signal, progress }: Watch): Promise<Lock> {
  for (;;) {
    const lock = await acquireLock(folder, `fetching into ${folder}`);
    if ("release" in lock) return lock;
    signal.throwIfAborted();
    progress(`waiting for process ${lock.heldBy.pid || "?"}, which is fetching the same`, 0);
    await new Promise((wake) => setTimeout(wake, 300));
  }
}

async function verify(name: string, watch: Watch): Promise<{ data: PreparedDataset; wasBroken: boolean }> {
  const cache = cacheDir();
  const manifest = readManifest(folderOf(name, cache));
  if (!manifest)
    throw new HarnessError(
      `${name} has no manifest that can be read. Run "npm run dataset -- remove ${name}" and import it again.`,
      EXIT.cannotJudge,
    );
  const isOld = manifest.preparation !== PREPARATION;
  const damage = isOld ? "it was prepared by another version" : await thoroughDamageOf(manifest, cache, watch);
  if (damage === undefined) return { data: summary(manifest), wasBroken: false };
  return { data: summary(await rebuild(manifest, damage, { cache, ...watch })), wasBroken: true };
}

/** Removes prepared data, and what was fetched for them. */
async function remove(name: string, watch: Watch): Promise<number> {
  const cache = cacheDir();
  const lock = await waitForLock(cache, `removing ${name}`, watch);
  try {
    const folder = folderOf(name, cache);
    const downloads = join(downloadFolder(cache), name);
    const freed = sizeOf(folder) + sizeOf(downloads);
    // In one step, so that nobody ever opens half of it.
    renameSync(folder, `${folder}${PARTIAL}`);
    for (const path of [`${folder}${PARTIAL}`, downloads]) rmSync(path, { recursive: true, force: true });
    return freed;
  } finally {
    await lock.release();
  }
}

const summary = (manifest: Manifest): PreparedDataset => summaryOf(manifest.name, manifest);

function summaryOf(name: string, manifest: Manifest | undefined): PreparedDataset {
  const folder = folderOf(name);
  const problem = problemOf(name, manifest);
  return {
    name,
    dataset: manifest?.dataset ?? "unknown",
    official: manifest?.official ?? false,
    splits: manifest?.splits ?? {},
    sizeBytes: sizeOf(folder),
    sha256: manifest?.sha256 ?? "",
    importedAt: manifest?.importedAt ?? "",
    folder,
    problem,
  };
}

function problemOf(name: string, manifest: Manifest | undefined): string | null {
  if (manifest?.name !== name) return `has no manifest that can be read; run "npm run dataset -- remove ${name}"`;
  if (manifest.preparation !== PREPARATION)
    return `was prepared by another version; run "npm run dataset -- verify ${name}"`;
  return null;
}

function sizeOf(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
