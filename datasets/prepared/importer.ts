/** Importers: each prepares images from the files of one publisher. */
import type { Stats } from "node:fs";
import { statSync } from "node:fs";
import { join } from "node:path";
import { EXIT, HarnessError } from "../../harness/errors.ts";
import type { DatasetId } from "../dataset-ids.ts";
import type { Source } from "./manifest.ts";
import type { SplitWriters } from "./split-writer.ts";

export interface OfficialFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}
export interface Fetched extends OfficialFile {
  readonly url: string;
}
export interface Publication {
  /** The name that `import` accepts; data that are the published ones have it too. */
  readonly id: string;
  /** The published dataset, or the one that a stand-in replaces. */
  readonly dataset: DatasetId;
  readonly about: string;
  /** Files that `fetch` gets, or what a person has to do. */
  readonly get: readonly Fetched[] | string;
}

export interface Importer {
  /** Id of the publication. */
  readonly id: string;
  /** Looks for the files in a folder, and at them as far as is needed to know the counts. @throws HarnessError */
  find(from: string, work: Work): Promise<Found>;
}

export interface Work {
  readonly signal: AbortSignal;
  /** A folder for what has to be unpacked; it is removed. */
  readonly scratch: string;
  progress(message: string, fraction: number): void;
}

export interface Found {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly classes: readonly string[] | null;
  readonly attributes: readonly string[] | null;
  readonly splits: Readonly<Record<string, number>>;
  /** Files that are read, to be hashed. */
  readonly files: readonly string[];
  /** Gives every image of every split, each split in its order, and its labels. */
  write(splits: SplitWriters): Promise<void>;
  /** What was read beside `files`, known after `write`: folders of many files. */
  folders?(): readonly Source[];
  /** Whether these are the published data, by their checksums where there are any. */
  isPublished(sources: readonly Source[]): boolean | Promise<boolean>;
  close?(): void;
}

/** The first of these paths below a folder that is there and of the kind. */
export function firstOf(from: string, names: readonly string[], kind: "file" | "folder"): string | undefined {
  return names
    .map((name) => join(from, name))
    .find((path) => {
      const found: Stats | undefined = statSync(path, { throwIfNoEntry: false });
      return kind === "file" ? found?.isFile() : found?.isDirectory();
    });
}

/** The error of a folder that does not have what is looked for. */
export const notFound = (from: string, what: string): HarnessError =>
  new HarnessError(`There is no ${what} in ${from}. Give the folder that has it by --from.`, EXIT.wrongUse);

/** Whether files with these names have these sizes and hashes. */
export const areOfficial = (sources: readonly Source[], files: readonly OfficialFile[]): boolean =>
  files.every(({ name, sizeBytes, sha256 }) =>
    sources.some(
      (source) => source.path.endsWith(`/${name}`) && source.sizeBytes === sizeBytes && source.sha256 === sha256,
    ),
  );

/**
 * Cuts records, in their order, into splits of the published sizes or, where there are fewer or more, in the same
 * proportions. @throws HarnessError when one would be empty.
 */
export function cutInProportion<T extends string>(
  total: number,
  published: Readonly<Record<T, number>>,
): Readonly<Record<T, number>> {
  const parts = Object.entries(published) as [T, number][];
  const whole = parts.reduce((sum, [, count]) => sum + count, 0);
  let [passed, cut] = [0, 0];
  const counts = parts.map(([name, count]): [T, number] => {
    passed += count;
    const end = Math.round((total * passed) / whole);
    const own = end - cut;
    cut = end;
    return [name, own];
  });
  const empty = counts.find(([, count]) => count < 1);
  if (empty)
    throw new HarnessError(
      `${total} images are too few to be cut into ${parts.map(([name]) => name).join(", ")}: none are left for ${empty[0]}.`,
      EXIT.cannotJudge,
    );
  return Object.fromEntries(counts) as Record<T, number>;
}
