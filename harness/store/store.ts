/** The store: one JSON file a run with its artifacts beside it; nothing is appended to, everything is replaced whole. */
import { existsSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import type { RunRecord } from "../contract/run.ts";
import type { StoredRun } from "../contract/suite.ts";
import { messageOf } from "../errors.ts";
import { removeQuietly, writeAtomicInBackground } from "../files/atomic-file.ts";
import { type Artifact, hasWeights, writeArtifact } from "./artifacts.ts";
import { type Checkpoint, checkpointParts, decodeCheckpoint } from "./checkpoint.ts";
import { ENDING, type RunPlace, runFile, UNDER_WAY } from "./layout.ts";
import { isEmptyFolder, requireStore } from "./marker.ts";
import { type Progress, progressBelow, writeProgress } from "./progress.ts";
import { bytesIfThere } from "./reading.ts";
import { Records, type StoreProblem } from "./records.ts";
import { type Remeasured, readRemeasured, writeRemeasured } from "./remeasured.ts";
import { type Revalidation, readRevalidation, writeRevalidation } from "./revalidation.ts";
import { removeUnfinishedOf, rename, setRunAside, sizesIn } from "./run-files.ts";

export type { RunPlace } from "./layout.ts";
export { isResult, type StoreProblem } from "./records.ts";

/** A store's folder and the runs in it. Each kind of file has a module next to this one. */
export class Store {
  readonly folder: string;
  readonly #records: Records;
  private constructor(folder: string, readOnce: boolean) {
    this.folder = folder;
    this.#records = new Records(folder, readOnce);
  }

  /** To be looked at; null where there is none yet. Throws HarnessError for a folder of other files. */
  static openIfThere(folder: string): Store | null {
    return isEmptyFolder(folder) ? null : Store.open(folder, { create: false, readOnce: true });
  }

  /**
   * Opens a store, or makes an empty one when `create` is set. `readOnce` caches records on first reading, for commands
   * that only read. `option` is the command-line option for the folder. Throws HarnessError when the folder holds
   * something else or a store of another version.
   */
  static open(
    folder: string,
    { create, readOnce = false, option = "--store" }: { create: boolean; readOnce?: boolean; option?: string },
  ): Store {
    requireStore(folder, { create, option });
    return new Store(folder, readOnce);
  }

  #file(place: RunPlace, ending: string): string {
    return runFile(this.folder, place, ending);
  }

  /** The file of a run's record: the run's name to a lock or a person. */
  path(place: RunPlace): string {
    return this.#records.file(place);
  }

  /** The same from the store's folder: its name in the chain. */
  name(place: RunPlace): string {
    return relative(this.folder, this.path(place));
  }

  /** The record of a run, or undefined. Throws HarnessError when its file is there but cannot be trusted. */
  read(place: RunPlace): StoredRun | undefined {
    return this.#records.read(place);
  }

  /** Every record of a suite, in path order, and the files that are not readable records. */
  list(suite: string): { readonly runs: readonly StoredRun[]; readonly problems: readonly StoreProblem[] } {
    return this.#records.list(suite);
  }

  /**
   * Stores a run's record; its artifacts are written before it, so that they are there when it is. A result that is there
   * already stays as it is: false then.
   */
  write(place: RunPlace, record: RunRecord): boolean {
    return this.#records.write(place, record);
  }

  writeArtifact(place: RunPlace, name: string, bytes: Uint8Array): Artifact {
    return writeArtifact(this.#file(place, name), bytes);
  }

  /**
   * Whether the weights of a stored run are here: `collect` may have left them behind. False too for a run without
   * weights. Throws HarnessError when its record cannot be trusted.
   */
  hasWeights(place: RunPlace): boolean {
    return hasWeights(this.path(place), this.read(place)?.record);
  }

  /**
   * What the last check of this stored run found, or undefined when it was not checked. Throws HarnessError when the file
   * cannot be trusted.
   */
  readRevalidation(place: RunPlace, record: RunRecord): Revalidation | undefined {
    return readRevalidation(this.#file(place, ENDING.revalidation), record);
  }

  writeRevalidation(place: RunPlace, revalidation: Revalidation): void {
    writeRevalidation(this.#file(place, ENDING.revalidation), revalidation);
  }

  /**
   * The metrics of this stored run as the last remeasurement found them, or undefined. Throws HarnessError when the file
   * cannot be trusted.
   */
  readRemeasured(place: RunPlace, record: RunRecord): Remeasured | undefined {
    return readRemeasured(this.#file(place, ENDING.remeasured), record);
  }

  writeRemeasured(place: RunPlace, remeasured: Remeasured): void {
    writeRemeasured(this.#file(place, ENDING.remeasured), remeasured);
  }

  /** Its tensors must not change before the promise is settled; what else it holds may. Rejects as `write` throws. */
  writeCheckpoint(place: RunPlace, checkpoint: Checkpoint): Promise<void> {
    return writeAtomicInBackground(this.#file(place, ENDING.checkpoint), checkpointParts(checkpoint));
  }

  /**
   * The checkpoint of a run, or undefined. One that cannot be trusted is set aside (`.corrupt`) and told to `warn`: the
   * run then starts anew, to the same result.
   */
  readCheckpoint(place: RunPlace, warn: (message: string) => void): Checkpoint | undefined {
    const file = this.#file(place, ENDING.checkpoint);
    const bytes = bytesIfThere(file);
    if (!bytes) return undefined;
    try {
      return decodeCheckpoint(bytes, place.key);
    } catch (error) {
      const aside = this.setCheckpointAside(place, "corrupt");
      const why = messageOf(error).split("\n")[0];
      warn(`The checkpoint ${file} cannot be used: ${why}. It was set aside as ${aside}; the run starts anew.`);
      return undefined;
    }
  }

  /** Renames a run's checkpoint so that the run starts anew; returns where it is now. */
  setCheckpointAside(place: RunPlace, ending: "corrupt" | "stale"): string {
    const file = this.#file(place, ENDING.checkpoint);
    const aside = `${file}.${ending}`;
    rename(file, aside);
    return aside;
  }

  hasCheckpoint(place: RunPlace): boolean {
    return existsSync(this.#file(place, ENDING.checkpoint));
  }

  dropCheckpoint(place: RunPlace): void {
    removeQuietly(this.#file(place, ENDING.checkpoint));
  }

  writeProgress(place: RunPlace, progress: Progress): Promise<void> {
    return writeProgress(this.#file(place, ENDING.progress), progress);
  }

  /** Where the trainings of a suite stood when that was last written. Files that cannot be read are passed over. */
  listProgress(suite: string): Progress[] {
    return progressBelow(join(this.folder, suite));
  }

  /** Removes what only a run that is under way has: its checkpoint, and where its training stands. */
  dropUnderWay(place: RunPlace): void {
    for (const ending of UNDER_WAY) removeQuietly(this.#file(place, ending));
  }

  /** Where what a person may see of a run's training stands: events and pictures. It need not be there. */
  trainingFolder(place: RunPlace): string {
    return this.#file(place, ENDING.training);
  }

  /** Removes what is there of a training that is not gone on with. */
  dropTrainingFolder(place: RunPlace): void {
    rmSync(this.trainingFolder(place), { recursive: true, force: true });
  }

  /** Renames a run's record and what is beside it (`.stale`), so that the run is done again. The record goes first. */
  setAside(place: RunPlace): void {
    setRunAside(this.path(place));
  }

  /** Removes what killed processes were writing of a run. Only for the one process that is at this run. */
  removeUnfinished(place: RunPlace): void {
    removeUnfinishedOf(this.path(place), this.trainingFolder(place));
  }

  /** Bytes of the files in each folder of the store: a suite's, and that of the runs of candidates. */
  sizes(): ReadonlyMap<string, number> {
    return sizesIn(this.folder);
  }
}
