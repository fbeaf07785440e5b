/** Looks at every file of a store: is it what was stored, whole, in its place, and of a run that is known? Only reads. */
import { readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import type { RunRecord } from "../contract/run.ts";
import { UNFINISHED } from "../files/atomic-file.ts";
import { artifactFile } from "./artifacts.ts";
import { Chain, isResultEntry } from "./chain.ts";
import {
  NOT_AS_STORED,
  type Problem,
  type ReadRecord,
  readArtifact,
  readBytes,
  readRecord,
  wrongOfPlace,
} from "./check-record.ts";
import { isEventFile } from "./event-file.ts";
import { wholeUpTo } from "./event-records.ts";
import { ENDING, isRecordName, MARKER, NOTES, stemOf, suiteFiles, UNDER_WAY } from "./layout.ts";
import { isPictureFile } from "./pictures.ts";
import { isResult } from "./records.ts";
import { parseRemeasured } from "./remeasured.ts";
import { Revalidation } from "./revalidation.ts";
import { specSha256 } from "./run-key.ts";
import { unsealed } from "./sealed.ts";

export type { Problem } from "./check-record.ts";
export interface Verified {
  readonly runs: number;
  readonly files: number;
  /** Records, and what checks found, by an older version: they have no checksum. */
  readonly unsealed: number;
  /** Files of runs that are under way or were killed, or that were set aside: no results, and no harm. */
  readonly noResults: number;
  /** Runs whose weights `collect` left behind, according to the chain. */
  readonly withoutWeights: number;
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

const ASIDE = /\.(stale|corrupt)$/;

interface FoundRecord extends Pick<ReadRecord, "record" | "sha256"> {
  readonly file: string;
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
  #withoutWeights = 0;
  /** Read before the files are listed: a record that a running suite adds meanwhile is not reported as missing. */
  readonly #chain: Chain;

  constructor(folder: string) {
    this.#folder = folder;
    this.#chain = Chain.read(folder);
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
      withoutWeights: this.#withoutWeights,
      chain,
      problems: this.#problems,
    };
  }

  #tell(kind: Problem["kind"], file: string, message: string): void {
    this.#problems.push({ kind, file: relative(this.#folder, file), message });
  }

  #sort(file: string): void {
    const name = basename(file);
    if ([MARKER, ...NOTES].includes(relative(this.#folder, file))) return;
    if (name.endsWith(UNFINISHED) || this.#isAside(file)) this.#noResults++;
    else if (isRecordName(name)) {
      const read = readRecord(file);
      if ("kind" in read) this.#tell(read.kind, file, read.message);
      else {
        this.#records.push({ file, record: read.record, sha256: read.sha256 });
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
  #checkRecord(found: FoundRecord): string[] {
    const { file, record } = found;
    for (const { kind, message } of wrongOfPlace(this.#folder, file, record)) this.#tell(kind, file, message);
    if (record.state !== "finished") return [];
    return Object.entries(record.artifacts).map(([name, artifact]) => {
      const path = artifactFile(file, artifact);
      const read = readArtifact(path, artifact);
      if (read && "message" in read) this.#tell(read.kind, path, read.message);
      if (read === undefined) this.#checkMissing(found, name, artifact.file);
      return path;
    });
  }

  /** Weights are not missing if the chain lists this record as collected without weights. */
  #checkMissing({ file, sha256 }: FoundRecord, name: string, artifact: string): void {
    if (name === "weights" && this.#chain.withoutWeights.get(relative(this.#folder, file)) === sha256)
      this.#withoutWeights++;
    else this.#tell("missing", file, `its ${name} is not here: ${artifact}`);
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
    if (rest === ENDING.revalidation) this.#checkRevalidation(file, record);
    else if (rest === ENDING.remeasured) this.#checkRemeasured(file, record);
    else if (rest === ENDING.training && record && isResult(record)) this.#checkWatched(file, below);
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

  #checkRemeasured(file: string, record: RunRecord | undefined): void {
    const parsed = parseRemeasured(readJson(file), record?.key);
    if ("why" in parsed) this.#tell("altered", file, parsed.why);
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
    else if (isEvents && wholeUpTo(read, Number.POSITIVE_INFINITY).sizeBytes !== read.length)
      this.#tell("altered", file, `${NOT_AS_STORED}: a checksum in it differs, or it is cut off`);
  }

  #checkChain(files: ReadonlySet<string>): VerifiedChain | null {
    const chain = this.#chain;
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

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
