/** The store: one JSON file a run with its artifacts beside it; nothing is appended to, everything is replaced whole. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { z } from "zod";
import { RunRecord, type RunSpec } from "../contract/run.ts";
import type { StoredRun } from "../contract/suite.ts";
import { EXIT, HarnessError, messageOf } from "../errors.ts";
import { removeQuietly, UNFINISHED, writeAtomic, writeAtomicInBackground, writeFailure } from "../files/atomic-file.ts";
import { type Checkpoint, checkpointParts, decodeCheckpoint } from "./checkpoint.ts";
import { MARKER } from "./layout.ts";
import { Progress } from "./progress.ts";
import { contentSha256, Revalidation, recordSha256 } from "./revalidation.ts";
import { decodeSafetensors } from "./safetensors.ts";

const VERSION = 1;
/** Ending of where a training stands. */
const PROGRESS = "progress";
/** Made once: zod compiles a schema when it is first used. */
const Head = z.object({ format: z.string(), version: z.number() });
/** Ending of what a check of a run against changed code found. */
const REVALIDATION = "revalidation.json";

/** A run file that could not be read, and why. */
export interface StoreProblem {
  readonly file: string;
  readonly message: string;
}
export interface RunPlace {
  readonly spec: RunSpec;
  readonly key: string;
  readonly engineClass: string;
  /** The run it starts from. */
  readonly needs?: RunPlace;
}

/** Records of these states are results and stay; others are tried again by the next invocation. */
export function isResult(record: RunRecord): boolean {
  return record.state === "finished" || record.state === "diverged";
}

export class Store {
  readonly folder: string;
  /** Records that were read, by file, where each is read once. */
  readonly #known: Map<string, StoredRun> | undefined;
  private constructor(folder: string, readOnce: boolean) {
    this.folder = folder;
    this.#known = readOnce ? new Map() : undefined;
  }

  /** To be looked at; null where there is none yet. Throws HarnessError for a folder of other files. */
  static openIfThere(folder: string): Store | null {
    const isEmpty = filesIn(folder).every((name) => isUnfinished(name, MARKER));
    return isEmpty ? null : Store.open(folder, { create: false, readOnce: true });
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
    const marker = join(folder, MARKER);
    const text = readIfThere(marker)?.toString("utf8");
    if (text === undefined) {
      if (filesIn(folder).some((name) => !isUnfinished(name, MARKER)))
        throw new HarnessError(
          `${folder} is not a store: it has files but no ${MARKER}. Choose ${create ? "an empty or new folder" : "another folder"} with ${option}.`,
        );
      if (!create)
        throw new HarnessError(
          `There is no store in ${folder}. Run a suite first, or name a store with ${option}.`,
          EXIT.cannotJudge,
        );
      for (const name of filesIn(folder)) removeQuietly(join(folder, name));
      writeAtomic(marker, `${JSON.stringify({ format: "reproducibility-store", version: VERSION })}\n`);
      return new Store(folder, readOnce);
    }
    const Marker = z.object({ format: z.literal("reproducibility-store"), version: z.int() });
    const parsed = Marker.safeParse(parseJson(text));
    if (!parsed.success)
      throw new HarnessError(
        `${marker} is not a store's marker. Choose another folder with ${option}, or restore the file.`,
        EXIT.cannotJudge,
      );
    if (parsed.data.version !== VERSION)
      throw new HarnessError(
        `${folder} is a store of version ${parsed.data.version}; this program reads version ${VERSION}. Use the program that wrote it, or another folder with ${option}.`,
        EXIT.cannotJudge,
      );
    return new Store(folder, readOnce);
  }

  /** The file of a run's record: the run's name to a lock or a person. */
  path(place: RunPlace): string {
    return this.file(place, "json");
  }

  /** The same from the store's folder: its name in the chain. */
  name(place: RunPlace): string {
    return relative(this.folder, this.path(place));
  }

  private file({ spec, key, engineClass }: RunPlace, ending: string): string {
    const { suite, budget, model, setting, replicate } = spec;
    return join(
      this.folder,
      suite,
      budget,
      engineClass,
      model,
      setting,
      `replicate=${replicate}.${key.slice(0, 16)}.${ending}`,
    );
  }

  /** The record of a run, or undefined. Throws HarnessError when its file is there but cannot be trusted. */
  read(place: RunPlace): StoredRun | undefined {
    return this.readFile(this.path(place), place.key);
  }

  private readFile(file: string, key?: string): StoredRun | undefined {
    const known = this.#known?.get(file);
    if (known && (key === undefined || known.record.key === key)) return known;
    const text = textIfThere(file);
    const run = text === undefined ? undefined : this.parse(file, text, key);
    if (run) this.#known?.set(file, run);
    return run;
  }

  private parse(file: string, text: string, key?: string): StoredRun {
    const fail = (why: string): HarnessError =>
      new HarnessError(
        `${file} is not a run record of this program: ${why}. It was left as it is. Move it away and run again: only that run is repeated.`,
        EXIT.cannotJudge,
      );
    const json = parseJson(text);
    if (json === undefined) throw fail("it is not JSON");
    const head = Head.safeParse(json);
    if (head.success && head.data.format === "reproducibility-run" && head.data.version !== 1)
      throw fail(`it is of version ${head.data.version}, this program reads version 1`);
    const { rest, fits } = unsealed(json);
    const parsed = RunRecord.safeParse(rest);
    if (!parsed.success) throw fail(z.prettifyError(parsed.error).split("\n").slice(0, 2).join(" "));
    const record = parsed.data;
    if (key !== undefined && record.key !== key) throw fail(`it holds the run ${record.key.slice(0, 16)}`);
    // A third of the time that reading it takes.
    if (fits === false) throw fail("it is not what was stored (its checksum differs)");
    return {
      record,
      array: (name) => new Float32Array(new Uint8Array(this.readArtifact(file, record, name)).buffer),
      weights: () => decodeSafetensors(this.readArtifact(file, record, "weights")).state,
    };
  }

  private readArtifact(recordFile: string, record: RunRecord, name: string): Buffer {
    const artifact = record.state === "finished" ? record.artifacts[name] : undefined;
    if (!artifact) throw new HarnessError(`${recordFile} has no array "${name}".`, EXIT.cannotJudge);
    const file = join(dirname(recordFile), basename(artifact.file));
    const bytes = readIfThere(file);
    if (!bytes)
      throw new HarnessError(
        `${file} is missing. ${name === "weights" ? "If npm run collect --without-weights left it behind, collect its run again without that option. Otherwise move" : "Move"} ${recordFile} away and run the suite again: only that run is repeated.`,
        EXIT.cannotJudge,
      );
    if (sha256(bytes) !== artifact.sha256)
      throw new HarnessError(
        `${file} has changed since its run was stored (SHA-256 differs). Move ${recordFile} away and run the suite again: only that run is repeated.`,
        EXIT.cannotJudge,
      );
    return bytes;
  }

  /**
   * Whether the weights of a stored run are here: `collect` may have left them behind. False too for a run without
   * weights. Throws HarnessError when its record cannot be trusted.
   */
  hasWeights(place: RunPlace): boolean {
    const record = this.read(place)?.record;
    const weights = record?.state === "finished" ? record.artifacts.weights : undefined;
    return weights !== undefined && existsSync(join(dirname(this.path(place)), basename(weights.file)));
  }

  /** Every record of a suite, in path order, and the files that are not readable records. */
  list(suite: string): { readonly runs: readonly StoredRun[]; readonly problems: readonly StoreProblem[] } {
    const root = join(this.folder, suite);
    const runs: StoredRun[] = [];
    const problems: StoreProblem[] = [];
    const files = filesBelow(root)
      .filter((file) => file.endsWith(".json") && !file.endsWith(`.${REVALIDATION}`))
      .sort();
    for (const file of files) {
      try {
        const run = this.readFile(file);
        if (run) runs.push(run);
      } catch (error) {
        problems.push({ file: relative(this.folder, file), message: messageOf(error) });
      }
    }
    return { runs, problems };
  }

  /**
   * Stores a run's record; its artifacts are written before it, so that they are there when it is. A result that is there
   * already stays as it is: false then.
   */
  write(place: RunPlace, record: RunRecord): boolean {
    const stored = this.read(place);
    if (stored && isResult(stored.record)) return false;
    writeAtomic(this.path(place), `${JSON.stringify(sealed(RunRecord.parse(record)), null, 1)}\n`);
    return true;
  }

  /**
   * What the last check of this stored run found, or undefined when it was not checked. Throws HarnessError when the file
   * cannot be trusted.
   */
  readRevalidation(place: RunPlace, record: RunRecord): Revalidation | undefined {
    const file = this.file(place, REVALIDATION);
    const bytes = readIfThere(file);
    if (!bytes) return undefined;
    const { rest, fits } = unsealed(parseJson(bytes.toString("utf8")));
    const parsed = Revalidation.safeParse(rest);
    const why = !parsed.success
      ? z.prettifyError(parsed.error).split("\n")[0]
      : fits === false
        ? "it is not what was written (its checksum differs)"
        : parsed.data.key !== place.key
          ? "it is of another run"
          : undefined;
    if (!parsed.success || why !== undefined)
      throw new HarnessError(
        `${file} does not say what a check of its run found: ${why}. Remove it and run npm run revalidate ${place.spec.suite}: only that check is repeated.`,
        EXIT.cannotJudge,
      );
    return parsed.data.recordSha256 === recordSha256(record) ? parsed.data : undefined;
  }

  writeRevalidation(place: RunPlace, revalidation: Revalidation): void {
    writeAtomic(
      this.file(place, REVALIDATION),
      `${JSON.stringify(sealed(Revalidation.parse(revalidation)), null, 1)}\n`,
    );
  }

  /** Renames a run's record and what is beside it (`.stale`), so that the run is done again. The record goes first. */
  setAside(place: RunPlace): void {
    const folder = dirname(this.path(place));
    const stem = basename(this.path(place), "json");
    const names = filesIn(folder).filter((name) => name.startsWith(stem) && !name.endsWith(".stale"));
    for (const name of [`${stem}json`, ...names.filter((other) => other !== `${stem}json`)])
      rename(join(folder, name), join(folder, `${name}.stale`));
  }

  writeArtifact(place: RunPlace, name: string, bytes: Uint8Array): { file: string; sha256: string; sizeBytes: number } {
    const file = this.file(place, name);
    writeAtomic(file, bytes);
    return { file: basename(file), sha256: sha256(bytes), sizeBytes: bytes.length };
  }

  /** Its tensors must not change before the promise is settled; what else it holds may. Rejects as `write` throws. */
  writeCheckpoint(place: RunPlace, checkpoint: Checkpoint): Promise<void> {
    return writeAtomicInBackground(this.file(place, "checkpoint.safetensors"), checkpointParts(checkpoint));
  }

  /**
   * The checkpoint of a run, or undefined. One that cannot be trusted is set aside (`.corrupt`) and told to `warn`: the
   * run then starts anew, to the same result.
   */
  readCheckpoint(place: RunPlace, warn: (message: string) => void): Checkpoint | undefined {
    const file = this.file(place, "checkpoint.safetensors");
    const bytes = readIfThere(file);
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
    const file = this.file(place, "checkpoint.safetensors");
    const aside = `${file}.${ending}`;
    rename(file, aside);
    return aside;
  }

  hasCheckpoint(place: RunPlace): boolean {
    return existsSync(this.file(place, "checkpoint.safetensors"));
  }

  dropCheckpoint(place: RunPlace): void {
    removeQuietly(this.file(place, "checkpoint.safetensors"));
  }

  /** Where what a person may see of a run's training stands: events and pictures. It need not be there. */
  trainingFolder(place: RunPlace): string {
    return this.file(place, "training");
  }

  /** Removes what is there of a training that is not gone on with. */
  dropTrainingFolder(place: RunPlace): void {
    rmSync(this.trainingFolder(place), { recursive: true, force: true });
  }

  writeProgress(place: RunPlace, progress: Progress): Promise<void> {
    return writeAtomicInBackground(this.file(place, PROGRESS), [Buffer.from(JSON.stringify(progress))]);
  }

  /** Removes what only a run that is under way has: its checkpoint, and where its training stands. */
  dropUnderWay(place: RunPlace): void {
    this.dropCheckpoint(place);
    removeQuietly(this.file(place, PROGRESS));
  }

  /** Where the trainings of a suite stood when that was last written. Files that cannot be read are passed over. */
  listProgress(suite: string): Progress[] {
    return filesBelow(join(this.folder, suite))
      .filter((file) => file.endsWith(`.${PROGRESS}`))
      .sort()
      .flatMap((file) => Progress.safeParse(parseJson(textIfThere(file) ?? "")).data ?? []);
  }

  /** Bytes of the files in each folder of the store: a suite's, and that of the runs of candidates. */
  sizes(): ReadonlyMap<string, number> {
    const sizes = new Map<string, number>();
    for (const file of filesBelow(this.folder)) {
      const [top, ...below] = relative(this.folder, file).split(sep);
      if (below.length === 0) continue;
      sizes.set(top!, (sizes.get(top!) ?? 0) + (statSync(file, { throwIfNoEntry: false })?.size ?? 0));
    }
    return sizes;
  }

  /** Removes what killed processes were writing of a run. Only for the one process that is at this run. */
  removeUnfinished(place: RunPlace): void {
    const folder = dirname(this.path(place));
    const stem = basename(this.path(place), ".json");
    for (const name of filesIn(folder)) if (isUnfinished(name, stem)) removeQuietly(join(folder, name));
    const training = this.trainingFolder(place);
    for (const name of filesIn(training)) if (name.endsWith(UNFINISHED)) removeQuietly(join(training, name));
  }
}

/** A record, or what a check found, as its file has it: with a checksum over the rest. */
export function sealed<T extends object>(value: T): T & { readonly checksum: string } {
  const asStored = JSON.parse(JSON.stringify(value)) as T;
  return { ...asStored, checksum: contentSha256(asStored) };
}

/** What stands beside a checksum, and whether it fits: undefined where there is none, as in files by older versions. */
export function unsealed(json: unknown): { readonly rest: unknown; readonly fits: boolean | undefined } {
  if (typeof json !== "object" || json === null || !("checksum" in json)) return { rest: json, fits: undefined };
  const { checksum, ...rest } = json;
  return { rest, fits: checksum === contentSha256(rest) };
}

/** Also in the place of a folder that has files, e.g. of a run that was set aside before. */
function rename(from: string, to: string): void {
  try {
    if (existsSync(from)) rmSync(to, { recursive: true, force: true });
    renameSync(from, to);
  } catch (error) {
    throw writeFailure(to, error);
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The file's bytes, or undefined when there is none: what cannot be read must not pass for absent. */
const readIfThere = (file: string): Buffer | undefined => ifThere(file, () => readFileSync(file));
/** The same as text, which Node reads in one go. */
const textIfThere = (file: string): string | undefined => ifThere(file, () => readFileSync(file, "utf8"));

function ifThere<T>(file: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(file, error);
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw unreadable(folder, error);
  }
}

/** Every file below a folder, which need not be there. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Whether a name is that of a file that starts with `stem` and was never finished. */
function isUnfinished(name: string, stem: string): boolean {
  return name.startsWith(`${stem}.`) && name.endsWith(UNFINISHED);
}

function unreadable(file: string, error: unknown): HarnessError {
  return new HarnessError(`Cannot read ${file}: ${messageOf(error)}.`, EXIT.cannotJudge, { cause: error });
}
