/** All the files of a run at once. */
import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { removeQuietly, UNFINISHED, writeFailure } from "../files/atomic-file.ts";
import { filesBelow, namesIn } from "./reading.ts";

/** Renames a run's record and the files beside it (`.stale`). The record goes first. Throws HarnessError. */
export function setRunAside(record: string): void {
  const folder = dirname(record);
  const stem = basename(record, "json");
  const names = namesIn(folder).filter((name) => name.startsWith(stem) && !name.endsWith(".stale"));
  for (const name of [`${stem}json`, ...names.filter((other) => other !== `${stem}json`)])
    rename(join(folder, name), join(folder, `${name}.stale`));
}

/** Renames a file or folder, also in the place of a folder that has files, e.g. of a run that was set aside before. */
export function rename(from: string, to: string): void {
  try {
    if (existsSync(from)) rmSync(to, { recursive: true, force: true });
    renameSync(from, to);
  } catch (error) {
    throw writeFailure(to, error);
  }
}

/** Removes the files of a run, and of the folder of its training, that killed processes did not finish. */
export function removeUnfinishedOf(record: string, training: string): void {
  const folder = dirname(record);
  const start = `${basename(record, ".json")}.`;
  for (const name of namesIn(folder))
    if (name.startsWith(start) && name.endsWith(UNFINISHED)) removeQuietly(join(folder, name));
  for (const name of namesIn(training)) if (name.endsWith(UNFINISHED)) removeQuietly(join(training, name));
}

/** Bytes of the files in each folder of a folder. */
export function sizesIn(folder: string): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const file of filesBelow(folder)) {
    const [top, ...below] = relative(folder, file).split(sep);
    if (below.length === 0) continue;
    sizes.set(top!, (sizes.get(top!) ?? 0) + (statSync(file, { throwIfNoEntry: false })?.size ?? 0));
  }
  return sizes;
}
