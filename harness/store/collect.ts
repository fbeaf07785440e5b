/**
 * Copies the runs of another store into this one. Each run is checked before anything of it is copied; its record is
 * written last, so a kill at any time leaves a complete run or none.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { FinishedRun, Needs, RunRecord } from "../contract/run.ts";
import { HarnessError, messageOf } from "../errors.ts";
import { removeQuietly, writeAtomic } from "../files/atomic-file.ts";
import { artifactFile } from "./artifacts.ts";
import { type BitDifference, bitDifferences } from "./bits.ts";
import { Chain, type Entry, isResultEntry } from "./chain.ts";
import {
  isNotCaptured,
  NOT_AS_STORED,
  type Problem,
  readArtifact,
  readBytes,
  readRecord,
  type Wrong,
  wrongOfPlace,
} from "./check-record.ts";
import { isEventFile } from "./event-file.ts";
import { wholeUpTo } from "./event-records.ts";
import { isRecordName, runFiles } from "./layout.ts";
import { isPictureFile } from "./pictures.ts";
import { isResult } from "./records.ts";
import { type Revalidation, recordSha256 } from "./revalidation.ts";
import { specSha256 } from "./run-key.ts";
import { sha256 } from "./sealed.ts";
import type { RunPlace, Store } from "./store.ts";

export interface CollectOptions {
  readonly from: Store;
  /** The caller must hold its lock. */
  readonly into: Store;
  /** Restrict the copy to runs of this suite and profile, and their upstream runs. */
  readonly suite?: string | undefined;
  readonly profile?: string | undefined;
  /** Leaves weights and records of the training (event files, pictures) behind. */
  readonly withoutWeights: boolean;
  /** Keys, or prefixes of keys, of runs whose weights are copied nevertheless. */
  readonly weightsOf: readonly string[];
  /** Refuses finished runs of tensorflow whose step was not captured. */
  readonly captured?: boolean | undefined;
  readonly signal: AbortSignal;
  /** `done` of `total` runs or records of the current step. */
  onProgress(what: string, done: number, total: number): void;
}

export interface TakenRun {
  readonly key: string;
  /** `<suite>/paper/<model>/<setting>/replicate=3`. */
  readonly path: string;
  /** The record's file, relative to either store's folder. */
  readonly file: string;
  readonly state: RunRecord["state"];
  readonly weights: "brought" | "left-behind" | "none";
}
/** A run with results of different bits in both stores. */
export interface DifferingRun {
  readonly key: string;
  readonly path: string;
  readonly file: string;
  readonly differences: readonly BitDifference[];
}
export interface Collected {
  /** Requested results of the source. */
  readonly runs: number;
  readonly taken: readonly TakenRun[];
  /** Runs that this store had with the same bits. */
  readonly alreadyHere: number;
  /** Record files of runs that were here before, and whose weights were copied now. */
  readonly weightsAdded: readonly string[];
  /** Number of copied findings of `revalidate`. */
  readonly revalidations: number;
  /** Number of copied records without a checksum, of older versions. */
  readonly unsealed: number;
  readonly left: {
    readonly crashed: number;
    readonly timedOut: number;
    /** Unfinished runs, or runs that changed during the copy. */
    readonly underWay: number;
    /** Records identical to records set aside here before. */
    readonly setAside: number;
  };
  readonly notTaken: readonly Problem[];
  readonly differing: readonly DifferingRun[];
  /** Other problems of the source: its chain, missing records, findings. */
  readonly problems: readonly Problem[];
  /** Keys in `weightsOf` without a run in the source. */
  readonly unknownKeys: readonly string[];
  /** Whether the source has a chain; missing runs cannot be detected without one. */
  readonly chained: boolean;
  /** Runs left unchecked after an abort. */
  readonly remaining: number;
}

/**
 * Resolves after an abort too, with the copied runs in the chain. The source is only read, and may be in use. Throws
 * HarnessError when a folder cannot be read or nothing can be written; runs copied before remain.
 */
export async function collect(options: CollectOptions): Promise<Collected> {
  return new Collection(options).collected();
}

interface Candidate {
  readonly file: string;
  readonly place: RunPlace;
  readonly rootSeed: string;
  readonly state: RunRecord["state"];
  readonly sha256: string;
  readonly isSealed: boolean;
  readonly artifacts: FinishedRun["artifacts"];
}
/** Fate of a candidate: copied, left, or (same bits here) completed; `sameFile`: the record's file is identical. */
type Standing = "take" | "leave" | { readonly sameFile: boolean; readonly weights: Artifact | undefined };
type Artifact = FinishedRun["artifacts"][string];

/** Records between two checks of signals and progress. */
const STRIDE = 32;
const UNDER_WAY = /\.(checkpoint\.safetensors|progress)$/;

class Collection {
  readonly #options: CollectOptions;
  readonly #from: Store;
  readonly #into: Store;
  /** The source's chain, read before its records are listed. */
  readonly #theirs: Chain;
  readonly #ours: Chain;
  #files: ReadonlySet<string> = new Set();
  /** Results of the source, by the name in the runs that start from them (`nameOf`). */
  readonly #byNeed = new Map<string, Candidate>();
  /** Names (`nameOf`) of the target's results, by suite. */
  readonly #here = new Map<string, ReadonlySet<string>>();
  /** Files of runs that the target has with the source's bits. */
  readonly #have = new Set<string>();
  /** Chain entries to append once the files are written. */
  readonly #entries: Entry[] = [];

  readonly #taken: TakenRun[] = [];
  readonly #weightsAdded: string[] = [];
  readonly #notTaken: Problem[] = [];
  readonly #differing: DifferingRun[] = [];
  readonly #problems: Problem[] = [];
  readonly #left = { crashed: 0, timedOut: 0, underWay: 0, setAside: 0 };
  #alreadyHere = 0;
  #revalidations = 0;
  #unsealed = 0;

  constructor(options: CollectOptions) {
    this.#options = options;
    this.#from = options.from;
    this.#into = options.into;
    this.#theirs = Chain.read(options.from.folder);
    this.#ours = Chain.read(options.into.folder);
  }

  async collected(): Promise<Collected> {
    const { signal, weightsOf } = this.#options;
    const wanted = await this.#look();
    let remaining = wanted.length;
    try {
      if (!signal.aborted) remaining = await this.#bringAll(wanted);
    } catch (error) {
      this.#listQuietly();
      throw error;
    }
    this.#ours.append(this.#entries);
    return {
      runs: wanted.length,
      taken: this.#taken,
      alreadyHere: this.#alreadyHere,
      weightsAdded: this.#weightsAdded,
      revalidations: this.#revalidations,
      unsealed: this.#unsealed,
      left: this.#left,
      notTaken: this.#notTaken,
      differing: this.#differing,
      problems: this.#problems,
      unknownKeys: weightsOf.filter((key) => !wanted.some(({ place }) => place.key.startsWith(key))),
      chained: this.#theirs.since !== null || this.#theirs.problems.length > 0,
      remaining,
    };
  }

  /** Lists the copied runs after an error, which matters more: the next command lists what is missing. */
  #listQuietly(): void {
    try {
      this.#ours.append(this.#entries);
    } catch {
      // The chain is on the same full disk.
    }
  }

  /** Reads and checks the source's records; returns the selected results, each after its upstream run. */
  async #look(): Promise<Candidate[]> {
    const { signal, onProgress } = this.#options;
    for (const { kind, file, message } of this.#theirs.problems) this.#problems.push({ kind, file, message });
    const files = runFiles(this.#from.folder);
    this.#files = new Set(files);
    const records = files.filter((file) => isRecordName(basename(file)));
    const candidates: Candidate[] = [];
    /** Records that differ from the chain, which is read again before they are called altered. */
    const suspects: Candidate[] = [];
    for (const [i, file] of records.entries()) {
      if (i % STRIDE === 0) {
        onProgress(`Checking ${records.length} records of ${this.#from.folder}`, i, records.length);
        await setImmediate();
      }
      if (signal.aborted) return [];
      const candidate = this.#candidate(file);
      if (!candidate) continue;
      if (isListed(this.#theirs, candidate)) candidates.push(candidate);
      else suspects.push(candidate);
    }
    const now = Chain.read(this.#from.folder);
    for (const suspect of suspects)
      if (isListed(now, suspect)) candidates.push(suspect);
      else this.#refuse(suspect.file, { kind: "altered", message: `${NOT_AS_STORED}: the chain lists another one` });
    this.#tellMissing(now);
    this.#countUnderWay();
    for (const candidate of candidates) this.#byNeed.set(ownName(candidate), candidate);
    return this.#inOrder(candidates.filter((candidate) => this.#isWanted(candidate)));
  }

  #isWanted({ place: { spec } }: Candidate): boolean {
    const { suite, profile } = this.#options;
    return (suite === undefined || spec.suite === suite) && (profile === undefined || spec.profile === profile);
  }

  /** Decided by the path, because the record may be unreadable. */
  #isOfSuite(file: string): boolean {
    const { suite } = this.#options;
    return suite === undefined || file.split(sep)[0] === suite;
  }

  #refuse(file: string, { kind, message }: Wrong): void {
    if (this.#isOfSuite(file)) this.#notTaken.push({ kind, file, message });
  }

  /** A result that passes the checks of its record; other records are counted or named, and give undefined. */
  #candidate(file: string): Candidate | undefined {
    const path = join(this.#from.folder, file);
    const read = readRecord(path);
    if ("kind" in read) {
      // A missing file was set aside meanwhile.
      if (existsSync(path)) this.#refuse(file, read);
      return undefined;
    }
    const { record, sha256, isSealed } = read;
    const wrong = wrongOfPlace(this.#from.folder, path, record);
    if (this.#theirs.problems.length > 0 && !this.#theirs.listsForSure(file)) wrong.push(UNLISTED);
    if (wrong.length > 0) {
      this.#refuse(file, wrong[0]!);
      return undefined;
    }
    const { spec, key, provenance, state } = record;
    const place = { spec, key, engineClass: provenance.engine.class };
    const artifacts = state === "finished" ? record.artifacts : {};
    const candidate = { file, place, rootSeed: provenance.rootSeed, state, sha256, isSealed, artifacts };
    if (this.#options.captured && isNotCaptured(record)) {
      if (this.#isWanted(candidate)) this.#refuse(file, { kind: "not captured", message: NOT_CAPTURED });
      return undefined;
    }
    if (isResult(record)) return candidate;
    if (this.#isWanted(candidate)) this.#left[state === "crashed" ? "crashed" : "timedOut"]++;
    return undefined;
  }

  /** Reports records that the chain lists and that are missing, unless they were set aside since. */
  #tellMissing(now: Chain): void {
    for (const [file, { what }] of this.#theirs.latest)
      if (what !== "set-aside" && now.latest.get(file)?.what !== "set-aside" && this.#isOfSuite(file))
        if (!existsSync(join(this.#from.folder, file)))
          this.#problems.push({ kind: "missing", file, message: "the chain lists it, and it is missing" });
  }

  /** Counts runs that were begun and have no record. */
  #countUnderWay(): void {
    const begun = [...this.#files]
      .filter((file) => UNDER_WAY.test(file) && this.#isOfSuite(file))
      .map((file) => file.replace(UNDER_WAY, ".json"))
      .filter((file) => !this.#files.has(file));
    this.#left.underWay += new Set(begun).size;
  }

  /** The wanted runs and their upstream runs, upstream first. */
  #inOrder(wanted: readonly Candidate[]): Candidate[] {
    const ordered = new Set<Candidate>();
    const add = (candidate: Candidate): void => {
      if (ordered.has(candidate)) return;
      const upstream = this.#upstreamOf(candidate);
      if (upstream) add(upstream);
      ordered.add(candidate);
    };
    for (const candidate of wanted) add(candidate);
    return [...ordered];
  }

  #upstreamOf(candidate: Candidate): Candidate | undefined {
    const { needs } = candidate.place.spec;
    return needs && this.#byNeed.get(nameOf(needs.specSha256, candidate));
  }

  /** Returns the number of runs left after an abort. */
  async #bringAll(wanted: readonly Candidate[]): Promise<number> {
    const { signal, onProgress } = this.#options;
    const standings = new Map<Candidate, Standing>();
    for (const [i, candidate] of wanted.entries()) {
      if (i % STRIDE === 0) {
        onProgress(`Comparing ${wanted.length} runs with what is here`, i, wanted.length);
        await setImmediate();
      }
      if (signal.aborted) return wanted.length;
      standings.set(candidate, this.#standingOf(candidate));
    }
    const toTake = wanted.filter((candidate) => standings.get(candidate) === "take");
    this.#ours.takeUp(toTake.map(({ file }) => file));
    this.#announceWithoutWeights(toTake);
    let done = 0;
    for (const candidate of wanted) {
      if (done % STRIDE === 0) onProgress(`Copying ${toTake.length} runs`, done, wanted.length);
      await setImmediate();
      if (signal.aborted) break;
      const standing = standings.get(candidate)!;
      if (standing === "take") this.#take(candidate);
      else if (standing !== "leave") this.#complete(candidate, standing);
      done++;
    }
    return wanted.length - done;
  }

  #standingOf(candidate: Candidate): Standing {
    const { file, place } = candidate;
    const path = join(this.#into.folder, file);
    const here = existsSync(path) ? readRecord(path) : undefined;
    if (here && "kind" in here) {
      const message = `the record in ${this.#into.folder} cannot be trusted (${here.message}): move it away and collect again`;
      this.#notTaken.push({ kind: here.kind, file, message });
      return "leave";
    }
    if (!here || !isResult(here.record)) {
      if (this.#ours.setAside(file)?.sha256 !== candidate.sha256) return "take";
      this.#left.setAside++;
      return "leave";
    }
    const weights = here.record.state === "finished" ? here.record.artifacts.weights : undefined;
    if (here.sha256 === candidate.sha256) return { sameFile: true, weights };
    const there = readRecord(join(this.#from.folder, file));
    if ("kind" in there) {
      this.#left.underWay++;
      return "leave";
    }
    const differences = bitDifferences(here.record, there.record);
    if (differences.length === 0) return { sameFile: false, weights };
    this.#differing.push({ key: place.key, path: place.spec.path, file, differences });
    return "leave";
  }

  #wantsWeights({ place }: Candidate): boolean {
    const { withoutWeights, weightsOf } = this.#options;
    return !withoutWeights || weightsOf.some((key) => place.key.startsWith(key));
  }

  /** Whether the weights of a copied run are left in the source, or are missing there too. */
  #leavesWeights(candidate: Candidate): boolean {
    const { weights } = candidate.artifacts;
    return weights !== undefined && (!this.#wantsWeights(candidate) || this.#areLeftInSource(candidate));
  }

  #areLeftInSource({ file, sha256, artifacts: { weights } }: Candidate): boolean {
    const isNoted = this.#theirs.withoutWeights.get(file) === sha256;
    return isNoted && weights !== undefined && !existsSync(artifactFile(join(this.#from.folder, file), weights));
  }

  /** Called before the records are copied: a kill in between must not leave records with missing weights. */
  #announceWithoutWeights(toTake: readonly Candidate[]): void {
    const entries = toTake
      .filter((candidate) => this.#leavesWeights(candidate))
      .filter(({ file, sha256 }) => this.#ours.withoutWeights.get(file) !== sha256)
      .map(({ file, sha256 }): Entry => ({ what: "weights-left-behind", file, sha256 }));
    this.#ours.append(entries);
  }

  #take(candidate: Candidate): void {
    const { file, place, state, artifacts } = candidate;
    const { key, spec } = place;
    const wrong = this.#wrongOfNeeds(candidate);
    if (wrong) return void this.#notTaken.push({ ...wrong, file });
    const bytes = readBytes(join(this.#from.folder, file));
    if (!Buffer.isBuffer(bytes) || sha256(bytes) !== candidate.sha256) {
      this.#left.underWay++; // the record was set aside or replaced meanwhile
      return;
    }
    const files = this.#artifactsOf(candidate);
    if ("message" in files) {
      // Setting a run aside removes its record first: a file that is missing together with its record is no fault.
      if (existsSync(join(this.#from.folder, file))) this.#notTaken.push({ ...files, file });
      else this.#left.underWay++;
      return;
    }
    const record = join(this.#into.folder, file);
    this.#into.removeUnfinished(place);
    this.#into.dropTrainingFolder(place);
    const leaves = this.#leavesWeights(candidate);
    if (leaves && isOwn(file, artifacts.weights!)) removeQuietly(artifactFile(record, artifacts.weights!));
    for (const [path, content] of files) writeAtomic(path, content);
    this.#bringTraining(candidate);
    writeAtomic(record, bytes);
    this.#entries.push({ what: "stored", file, sha256: candidate.sha256, state });
    this.#bringFinding(candidate);
    this.#into.dropUnderWay(place);
    const weights = artifacts.weights === undefined ? "none" : leaves ? "left-behind" : "brought";
    this.#taken.push({ key, path: spec.path, file, state, weights });
    if (!candidate.isSealed) this.#unsealed++;
    this.#have.add(file);
  }

  /** Checks that the upstream run is here, with the bits that this run started from. */
  #wrongOfNeeds(candidate: Candidate): Wrong | undefined {
    const { needs } = candidate.place.spec;
    if (!needs) return undefined;
    const upstream = this.#upstreamOf(candidate);
    if (upstream ? this.#have.has(upstream.file) : this.#isHere(needs, candidate)) return undefined;
    const why = upstream ? "could not be copied with these bits" : "is in neither store, or failed a check";
    return { kind: "missing", message: `the run that it starts from ${why}: ${needs.path}` };
  }

  #isHere(needs: Needs, candidate: Candidate): boolean {
    let known = this.#here.get(needs.suite);
    if (!known) {
      const { runs } = this.#into.list(needs.suite);
      const results = runs.filter(({ record }) => isResult(record));
      known = new Set(
        results.map(({ record: { spec, provenance } }) =>
          nameOf(specSha256(spec), { rootSeed: provenance.rootSeed, place: { engineClass: provenance.engine.class } }),
        ),
      );
      this.#here.set(needs.suite, known);
    }
    return known.has(nameOf(needs.specSha256, candidate));
  }

  /** The artifacts to write, by their paths here; checks all artifacts, including those left behind. */
  #artifactsOf(candidate: Candidate): ReadonlyMap<string, Buffer> | Wrong {
    const files = new Map<string, Buffer>();
    const leaves = this.#leavesWeights(candidate);
    for (const [name, artifact] of Object.entries(candidate.artifacts)) {
      if (name === "weights" && leaves && this.#areLeftInSource(candidate)) continue;
      const bytes = readArtifact(artifactFile(join(this.#from.folder, candidate.file), artifact), artifact);
      if (bytes === undefined) return { kind: "missing", message: `its ${name} is missing: ${artifact.file}` };
      if ("message" in bytes) return { kind: bytes.kind, message: `its ${name}: ${bytes.message}` };
      if (name === "weights" && leaves) continue;
      const path = artifactFile(join(this.#into.folder, candidate.file), artifact);
      const there = isOwn(candidate.file, artifact) ? undefined : readArtifact(path, artifact);
      if (there && "message" in there)
        return { kind: "foreign", message: `its ${name} would overwrite the file of another run: ${artifact.file}` };
      if (!there) files.set(path, bytes);
    }
    return files;
  }

  /** Copies missing event files and pictures of the training, except without weights; names files that are damaged. */
  #bringTraining({ place }: Candidate): void {
    if (this.#options.withoutWeights) return;
    const [source, target] = [this.#from.trainingFolder(place), this.#into.trainingFolder(place)];
    const here = new Set(namesIn(target));
    for (const name of namesIn(source).filter((other) => !here.has(other))) {
      if (!isEventFile(name) && !isPictureFile(name)) continue;
      const bytes = readBytes(join(source, name));
      const wrong = Buffer.isBuffer(bytes) ? wrongOfEvents(name, bytes) : bytes;
      if (wrong) this.#problems.push({ ...wrong, file: relative(this.#from.folder, join(source, name)) });
      else if (Buffer.isBuffer(bytes)) writeAtomic(join(target, name), bytes);
    }
  }

  /** Adds the missing parts of a run that is here: weights, pictures and findings. */
  #complete(candidate: Candidate, { sameFile, weights }: Exclude<Standing, string>): void {
    this.#alreadyHere++;
    this.#have.add(candidate.file);
    if (sameFile) this.#bringTraining(candidate);
    if (weights) this.#addWeights(candidate, weights);
    this.#bringFinding(candidate);
  }

  #addWeights(candidate: Candidate, ours: Artifact): void {
    const { file, artifacts } = candidate;
    const path = artifactFile(join(this.#into.folder, file), ours);
    if (!existsSync(path)) {
      if (!artifacts.weights || !this.#wantsWeights(candidate) || this.#areLeftInSource(candidate)) return;
      const source = artifactFile(join(this.#from.folder, file), artifacts.weights);
      const bytes = readArtifact(source, ours);
      if (!Buffer.isBuffer(bytes)) {
        const message = `its weights cannot be added: ${bytes ? bytes.message : "they are not in the other store"}`;
        this.#problems.push({ kind: bytes?.kind ?? "missing", file, message });
        return;
      }
      writeAtomic(path, bytes);
      this.#weightsAdded.push(file);
    }
    // Also if a kill prevented this entry earlier.
    if (this.#ours.withoutWeights.has(file)) this.#entries.push({ what: "weights-added", file });
  }

  #bringFinding({ file, place }: Candidate): void {
    if (!this.#files.has(file.replace(/json$/, "revalidation.json"))) return;
    const finding = this.#newerFinding(file, place);
    if (!finding) return;
    this.#into.writeRevalidation(place, finding);
    this.#revalidations++;
  }

  /** The source's finding on the same record, unless the finding here is as new. */
  #newerFinding(file: string, place: RunPlace): Revalidation | undefined {
    try {
      const there = this.#from.read(place)?.record;
      const here = this.#into.read(place)?.record;
      if (!there || !here || recordSha256(here) !== recordSha256(there)) return undefined;
      const theirs = this.#from.readRevalidation(place, there);
      const ours = this.#into.readRevalidation(place, here);
      return theirs && ours && Date.parse(ours.at) >= Date.parse(theirs.at) ? undefined : theirs;
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      this.#problems.push({
        kind: "altered",
        file,
        message: `its finding of revalidate was not copied. ${messageOf(error)}`,
      });
      return undefined;
    }
  }
}

const NOT_CAPTURED =
  "its step ran operation by operation on tensorflow (provenance.step), which says why: it is not brought, as --captured says";

const UNLISTED: Wrong = {
  kind: "missing",
  message: "the chain of its store is damaged, and no intact link lists this run",
};

/** The name of a run in runs that start from it: specification, engine class and root seed determine its key. */
function nameOf(
  sha256: string,
  { rootSeed, place }: { readonly rootSeed: string; readonly place: Pick<RunPlace, "engineClass"> },
): string {
  return JSON.stringify([sha256, place.engineClass, rootSeed]);
}
const ownName = (candidate: Candidate): string => nameOf(specSha256(candidate.place.spec), candidate);

/** False for a record that replaced a result listed in the chain. */
function isListed({ latest }: Chain, { file, sha256 }: Candidate): boolean {
  const entry = latest.get(file);
  return entry?.what !== "stored" || !isResultEntry(entry) || entry.sha256 === sha256;
}

/** Whether a file is named after its run, like all files that this program writes. */
const isOwn = (record: string, { file }: Artifact): boolean => basename(file).startsWith(basename(record, "json"));

function wrongOfEvents(name: string, bytes: Buffer): Wrong | undefined {
  if (!isEventFile(name) || wholeUpTo(bytes, Number.POSITIVE_INFINITY).sizeBytes === bytes.length) return undefined;
  return { kind: "altered", message: `${NOT_AS_STORED}: a checksum in it differs, or it is cut off` };
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
