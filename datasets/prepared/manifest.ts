/** Prepared data: a folder each in the per-user cache, with a manifest that is written last. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomic } from "../../harness/files/atomic-file.ts";
import { cacheDir } from "../../harness/files/cache-dir.ts";
import { DATASET_IDS } from "../dataset-ids.ts";

/** Version of the preparation: other numbers would come out of the same sources. Data of another one are made anew. */
export const PREPARATION = 1;
/** Ending of a folder that is being made. */
export const PARTIAL = ".partial";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Manifest = z.object({
  preparation: z.number(),
  name: z.string().regex(/^[a-z0-9-]+$/),
  dataset: z.enum(DATASET_IDS),
  official: z.boolean(),
  /** Of what a reader gets: files, shape, names. */
  sha256: Sha256,
  shape: z.tuple([z.number(), z.number(), z.number()]),
  classes: z.array(z.string()).nullable(),
  attributes: z.array(z.string()).nullable(),
  splits: z.record(z.string(), z.number()),
  /** ISO time. */
  importedAt: z.string(),
  /** What made it of what: the importer's id and the folder it was given. */
  importer: z.string(),
  from: z.string(),
  /** A folder of many files counts as one source: the hash is over those of its files, in the order they were read. */
  sources: z.array(z.object({ path: z.string(), sizeBytes: z.number(), sha256: Sha256 })),
  files: z.array(
    z.object({ path: z.string().regex(/^[\w.-]+$/), sizeBytes: z.number(), mtimeMs: z.number(), sha256: Sha256 }),
  ),
});
export type Manifest = z.infer<typeof Manifest>;
export type Source = Manifest["sources"][number];
export type PreparedFile = Manifest["files"][number];

export const dataFolder = (cache = cacheDir()): string => join(cache, "data");
export const downloadFolder = (cache = cacheDir()): string => join(cache, "downloads");
export const folderOf = (name: string, cache = cacheDir()): string => join(dataFolder(cache), name);

const FILE = "manifest.json";

/** The manifest in a folder, of whatever version; undefined when there is none that can be read. */
export function readManifest(folder: string): Manifest | undefined {
  try {
    return Manifest.parse(JSON.parse(readFileSync(join(folder, FILE), "utf8")));
  } catch {
    return undefined;
  }
}

export const writeManifest = (folder: string, manifest: Manifest): void =>
  writeAtomic(join(folder, FILE), JSON.stringify(Manifest.parse(manifest), null, 1));

/** Names of all folders of prepared data, sound or not, in the order of the alphabet. */
export function preparedNames(cache = cacheDir()): string[] {
  try {
    return readdirSync(dataFolder(cache), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.endsWith(PARTIAL))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Manifests of the data prepared by today's version, the official ones first, then the latest. */
export function preparedData(cache = cacheDir()): Manifest[] {
  return preparedNames(cache)
    .map((name) => ({ name, manifest: readManifest(folderOf(name, cache)) }))
    .flatMap(({ name, manifest }) =>
      manifest?.name === name && manifest.preparation === PREPARATION ? [manifest] : [],
    )
    .sort((a, b) => Number(b.official) - Number(a.official) || (a.importedAt < b.importedAt ? 1 : -1));
}
