/** The runs of the store that a collection copies from: read, checked, and in the order in which they are copied. */
import { existsSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { FinishedRun, RunRecord } from "../contract/run.ts";
import { artifactFile } from "./artifacts.ts";
import { Chain, isResultEntry } from "./chain.ts";
import { isNotCaptured, NOT_AS_STORED, readRecord, type Wrong, wrongOfPlace } from "./check-record.ts";
import { type CollectOptions, STRIDE, type Tally } from "./collected.ts";
import { ENDING, isRecordName, type RunPlace, runFiles, UNDER_WAY } from "./layout.ts";
import { isResult } from "./records.ts";
import { specSha256 } from "./run-key.ts";

export interface Candidate {
  readonly file: string;
  readonly place: RunPlace;
  readonly rootSeed: string;
  readonly state: RunRecord["state"];
  readonly sha256: string;
  readonly isSealed: boolean;
  readonly artifacts: FinishedRun["artifacts"];
}

export class Source {
  readonly folder: string;
  readonly #options: CollectOptions;
  readonly #tally: Tally;
  /** Read before the records are listed. */
  readonly chain: Chain;
  #files: ReadonlySet<string> = new Set();
  /** Results, by the name in the runs that start from them (`nameOf`). */
  readonly #byNeed = new Map<string, Candidate>();

  constructor(options: CollectOptions, tally: Tally) {
    this.folder = options.from.folder;
    this.#options = options;
    this.#tally = tally;
    this.chain = Chain.read(this.folder);
  }

  /** Whether there was such a file when the records were listed. */
  has(file: string): boolean {
    return this.#files.has(file);
  }

  /** Reads and checks the source's records; returns the selected results, each after its upstream run. */
  async candidates(): Promise<Candidate[]> {
    const { signal, onProgress } = this.#options;
    for (const { kind, file, message } of this.chain.problems) this.#tally.problems.push({ kind, file, message });
    const files = runFiles(this.folder);
    this.#files = new Set(files);
    const records = files.filter((file) => isRecordName(basename(file)));
    const candidates: Candidate[] = [];
    /** Records that differ from the chain, which is read again before they are called altered. */
    const suspects: Candidate[] = [];
    for (const [i, file] of records.entries()) {
      if (i % STRIDE === 0) {
        onProgress(`Checking ${records.length} records of ${this.folder}`, i, records.length);
        await setImmediate();
      }
      if (signal.aborted) return [];
      const candidate = this.#candidate(file);
      if (!candidate) continue;
      if (isListed(this.chain, candidate)) candidates.push(candidate);
      else suspects.push(candidate);
    }
    const now = Chain.read(this.folder);
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
    if (this.#isOfSuite(file)) this.#tally.notTaken.push({ kind, file, message });
  }

  /** A result that passes the checks of its record; other records are counted or named, and give undefined. */
  #candidate(file: string): Candidate | undefined {
    const path = join(this.folder, file);
    const read = readRecord(path);
    if ("kind" in read) {
      // A missing file was set aside meanwhile.
      if (existsSync(path)) this.#refuse(file, read);
      return undefined;
    }
    const { record, sha256, isSealed } = read;
    const wrong = wrongOfPlace(this.folder, path, record);
    if (this.chain.problems.length > 0 && !this.chain.listsForSure(file)) wrong.push(UNLISTED);
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
    if (this.#isWanted(candidate)) this.#tally.left[state === "crashed" ? "crashed" : "timedOut"]++;
    return undefined;
  }

  /** Reports records that the chain lists and that are missing, unless they were set aside since. */
  #tellMissing(now: Chain): void {
    for (const [file, { what }] of this.chain.latest)
      if (what !== "set-aside" && now.latest.get(file)?.what !== "set-aside" && this.#isOfSuite(file))
        if (!existsSync(join(this.folder, file)))
          this.#tally.problems.push({ kind: "missing", file, message: "the chain lists it, and it is missing" });
  }

  /** Counts runs that were begun and have no record. */
  #countUnderWay(): void {
    const begun = [...this.#files]
      .filter((file) => this.#isOfSuite(file))
      .flatMap((file) =>
        UNDER_WAY.filter((ending) => file.endsWith(`.${ending}`)).map(
          (ending) => `${file.slice(0, -ending.length)}${ENDING.record}`,
        ),
      )
      .filter((file) => !this.#files.has(file));
    this.#tally.left.underWay += new Set(begun).size;
  }

  /** The wanted runs and their upstream runs, upstream first. */
  #inOrder(wanted: readonly Candidate[]): Candidate[] {
    const ordered = new Set<Candidate>();
    const add = (candidate: Candidate): void => {
      if (ordered.has(candidate)) return;
      const upstream = this.upstreamOf(candidate);
      if (upstream) add(upstream);
      ordered.add(candidate);
    };
    for (const candidate of wanted) add(candidate);
    return [...ordered];
  }

  /** The run that a run starts from. */
  upstreamOf(candidate: Candidate): Candidate | undefined {
    const { needs } = candidate.place.spec;
    return needs && this.#byNeed.get(nameOf(needs.specSha256, candidate));
  }

  /** Whether the weights of a run were left behind by an earlier collection into the source. */
  leftWeights({ file, sha256, artifacts: { weights } }: Candidate): boolean {
    const isNoted = this.chain.withoutWeights.get(file) === sha256;
    return isNoted && weights !== undefined && !existsSync(artifactFile(join(this.folder, file), weights));
  }
}

const NOT_CAPTURED =
  "its step ran operation by operation on tensorflow (provenance.step), which says why: it is not brought, as --captured says";

const UNLISTED: Wrong = {
  kind: "missing",
  message: "the chain of its store is damaged, and no intact link lists this run",
};

/** The name of a run in runs that start from it: specification, engine class and root seed determine its key. */
export function nameOf(
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
