/** Looks at every file of a store: is it what was stored, whole, in its place, and of a run that is known? Only reads. */
import { readFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { z } from "zod";
import { messageOf } from "../errors.ts";
import { Revalidation } from "../revalidating/revalidation.ts";
import { RunRecord } from "../run.ts";
import { isEventFile } from "../watching/event-file.ts";
import { wholeUpTo } from "../watching/event-records.ts";
import { isPictureFile } from "../watching/pictures.ts";
import { UNFINISHED } from "./atomic-file.ts";
import { Chain, isResultEntry } from "./chain.ts";
import { isRecordName, MARKER, stemOf, suiteFiles } from "./layout.ts";
import { runKey, specSha256 } from "./run-key.ts";
import { isResult, sha256, unsealed } from "./store.ts";

export const PROBLEMS = ["altered", "missing", "foreign", "unreadable"] as const;
type Kind = (typeof PROBLEMS)[number];
export interface Problem {
  readonly kind: Kind;
  /** From the store's folder. */
  readonly file: string;
  readonly message: string;
}
export interface Verified {
  readonly runs: number;
  readonly files: number;
  /** Records, and what checks found, by an older version: they have no checksum. */
  readonly unsealed: number;
  /** Files of runs that are under way or were killed, or that were set aside: no results, and no harm. */
  readonly noResults: number;
  /** Null for a store that has none yet: nobody can say then whether a run is missing. */
  readonly chain: VerifiedChain | null;
  readonly problems: readonly Problem[];
}
export interface VerifiedChain {
  readonly links: number;
  /** ISO time of the first one that can be read. */
  readonly since: string | null;
  /** Records that no link lists: the next command that does runs will. */
  readonly unlisted: number;
  /** Results that had gone, and whose runs were done again. */
  readonly again: number;
}

const UNDER_WAY = ["checkpoint.safetensors", "progress"];
const ASIDE = /\.(stale|corrupt)$/;
const NOT_AS_STORED = "it is not what was stored";

interface FoundRecord {
  readonly file: string;
  readonly record: RunRecord;
  /** Of the file's bytes. */
  readonly sha256: string;
}

export function verifyStore(folder: string): Verified {
  return new Verification(folder).verified();
}

class Verification {
  readonly #folder: string;
  readonly #problems: Problem[] = [];
  readonly #records: FoundRecord[] = [];
  /** Files that are no records. */
  readonly #others: string[] = [];
  #unsealed = 0;
  #noResults = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  verified(): Verified {
    const files = suiteFiles(this.#folder);
    for (const file of files) this.#sort(file);
    const artifacts = new Set(this.#records.flatMap((found) => this.#checkRecord(found)));
    this.#checkNeeds();
    const byStem = new Map(this.#records.map(({ file, record }) => [file.slice(0, -".json".length), record]));
    for (const file of this.#others) if (!artifacts.has(file)) this.#checkOther(file, byStem);
    const chain = this.#checkChain(new Set(files));
    return {
      runs: this.#records.length,
      files: files.length,
      unsealed: this.#unsealed,
      noResults: this.#noResults,
      chain,
      problems: this.#problems,
    };
  }

  #tell(kind: Kind, file: string, message: string): void {
    this.#problems.push({ kind, file: relative(this.#folder, file), message });
  }

  #sort(file: string): void {
    const name = basename(file);
    if (relative(this.#folder, file) === MARKER) return;
    if (name.endsWith(UNFINISHED) || this.#isAside(file)) this.#noResults++;
    else if (isRecordName(name)) {
      const read = readRecord(file);
      if ("kind" in read) this.#tell(read.kind, file, read.message);
      else {
        this.#records.push({ file, ...read });
        if (!read.isSealed) this.#unsealed++;
      }
    } else this.#others.push(file);
  }

  /** Set aside with its run: the file itself, or the folder that it is in. */
  #isAside(file: string): boolean {
    const stem = stemOf(this.#folder, file);
    const parts = stem === undefined ? [] : file.slice(stem.length).split(sep);
    return parts.some((part) => ASIDE.test(part));
  }

  /** The files that its arrays have to be in. */
  #checkRecord({ file, record }: FoundRecord): string[] {
    const { spec, key, provenance } = record;
    if (runKey(spec, provenance.engine.class, provenance.rootSeed) !== key)
      this.#tell("altered", file, "its key is not that of its specification, engine class and root seed");
    const place = placeOf(this.#folder, record);
    if (place !== file) this.#tell("foreign", file, `it is of a run whose place is ${relative(this.#folder, place)}`);
    if (record.state !== "finished") return [];
    return Object.entries(record.artifacts).map(([name, artifact]) => {
      const path = join(dirname(file), basename(artifact.file));
      const read = readBytes(path);
      if (read === undefined) this.#tell("missing", file, `its ${name} is not here: ${artifact.file}`);
      else if ("message" in read) this.#tell("unreadable", path, read.message);
      else if (read.bytes.length !== artifact.sizeBytes || sha256(read.bytes) !== artifact.sha256)
        this.#tell("altered", path, `${NOT_AS_STORED}: its SHA-256 differs`);
      return path;
    });
  }

  #checkNeeds(): void {
    const specs = new Set(this.#records.map(({ record }) => specSha256(record.spec)));
    for (const { file, record } of this.#records)
      if (record.spec.needs && !specs.has(record.spec.needs.specSha256))
        this.#tell("missing", file, `the run that it starts from is not here: ${record.spec.needs.path}`);
  }

  #checkOther(file: string, byStem: ReadonlyMap<string, RunRecord>): void {
    const stem = stemOf(this.#folder, file);
    if (stem === undefined) this.#tell("foreign", file, "no file of a store has this name here");
    else this.#checkBeside(file, stem, byStem.get(stem));
  }

  #checkBeside(file: string, stem: string, record: RunRecord | undefined): void {
    const [rest, ...below] = file.slice(stem.length + 1).split(sep) as [string, ...string[]];
    if (rest === "revalidation.json") this.#checkRevalidation(file, record);
    else if (rest === "training" && record && isResult(record)) this.#checkWatched(file, below);
    else if (UNDER_WAY.includes(rest) || record?.state !== "finished") this.#noResults++;
    else this.#tell("foreign", file, "its run does not name it");
  }

  #checkRevalidation(file: string, record: RunRecord | undefined): void {
    const { rest, fits } = unsealed(readJson(file));
    const parsed = Revalidation.safeParse(rest);
    if (!parsed.success) this.#tell("altered", file, "it does not say what a check of its run found");
    else if (fits === false) this.#tell("altered", file, "it is not what the check wrote: its checksum differs");
    else if (record && parsed.data.key !== record.key) this.#tell("altered", file, "it is of another run");
    else if (fits === undefined) this.#unsealed++;
  }

  /** What was to be seen of a training is no result, and nothing lists it; event files have checksums of their own. */
  #checkWatched(file: string, below: readonly string[]): void {
    const [name] = below;
    if (below.length !== 1 || name === undefined || !(isEventFile(name) || isPictureFile(name)))
      this.#tell("foreign", file, "no training writes a file of this name");
    else this.#checkEvents(file, isEventFile(name));
  }

  #checkEvents(file: string, isEvents: boolean): void {
    const read = readBytes(file);
    if (read === undefined) return;
    if ("message" in read) this.#tell("unreadable", file, read.message);
    else if (isEvents && wholeUpTo(read.bytes, Number.POSITIVE_INFINITY).sizeBytes !== read.bytes.length)
      this.#tell("altered", file, `${NOT_AS_STORED}: a checksum in it differs, or it is cut off`);
  }

  #checkChain(files: ReadonlySet<string>): VerifiedChain | null {
    const chain = Chain.read(this.#folder);
    for (const { kind, file, message } of chain.problems) this.#tell(kind, join(this.#folder, file), message);
    if (chain.since === null && chain.problems.length === 0) return null;
    const unlisted = this.#records.filter((found) => !this.#isListed(chain, found)).length;
    for (const [file, { what }] of chain.latest)
      if (what !== "set-aside" && !files.has(join(this.#folder, file)))
        this.#tell("missing", join(this.#folder, file), "the chain lists it, and it is not here");
    return { links: chain.links, since: chain.since, unlisted, again: chain.again };
  }

  /** Of a run that was no result and is tried again another record may be there than is listed. */
  #isListed({ latest }: Chain, found: FoundRecord): boolean {
    const entry = latest.get(relative(this.#folder, found.file));
    if (entry?.what !== "stored") return false;
    if (entry.sha256 === found.sha256) return true;
    if (isResultEntry(entry)) this.#tell("altered", found.file, `${NOT_AS_STORED}: the chain lists another one`);
    return isResultEntry(entry);
  }
}

type Read = Omit<FoundRecord, "file"> & { readonly isSealed: boolean };

function readRecord(file: string): Read | Omit<Problem, "file"> {
  let bytes: Buffer;
  let json: unknown;
  try {
    bytes = readFileSync(file);
    json = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    return { kind: "unreadable", message: messageOf(error) };
  }
  const { rest, fits } = unsealed(json);
  const parsed = RunRecord.safeParse(rest);
  if (!parsed.success)
    return { kind: "unreadable", message: z.prettifyError(parsed.error).split("\n").slice(0, 2).join(" ") };
  if (fits === false) return { kind: "altered", message: `${NOT_AS_STORED}: its checksum differs` };
  return { record: parsed.data, sha256: sha256(bytes), isSealed: fits === true };
}

function placeOf(folder: string, { spec, key, provenance }: RunRecord): string {
  const { suite, budget, model, setting, replicate } = spec;
  const name = `replicate=${replicate}.${key.slice(0, 16)}.json`;
  return join(folder, suite, budget, provenance.engine.class, model, setting, name);
}

/** Undefined for a file that is not there. */
function readBytes(file: string): { readonly bytes: Buffer } | { readonly message: string } | undefined {
  try {
    return { bytes: readFileSync(file) };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : { message: messageOf(error) };
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
