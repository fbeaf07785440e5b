/** Copying a run from one store into another: files, weights, training, finding; its record last. */
import { existsSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { Needs, RunRecord } from "../contract/run.ts";
import { HarnessError, messageOf } from "../errors.ts";
import { removeQuietly, writeAtomic } from "../files/atomic-file.ts";
import { type Artifact, artifactFile } from "./artifacts.ts";
import type { Chain, Entry } from "./chain.ts";
import { NOT_AS_STORED, readArtifact, readBytes, type Wrong } from "./check-record.ts";
import { type Candidate, nameOf, type Source } from "./collect-source.ts";
import type { CollectOptions, Tally } from "./collected.ts";
import { isEventFile } from "./event-file.ts";
import { wholeUpTo } from "./event-records.ts";
import { ENDING, type RunPlace } from "./layout.ts";
import { isPictureFile } from "./pictures.ts";
import { namesIn } from "./reading.ts";
import { isResult } from "./records.ts";
import { recordSha256 } from "./revalidation.ts";
import { specSha256 } from "./run-key.ts";
import { sha256 } from "./sealed.ts";
import type { Store } from "./store.ts";

/** A run whose bits are here already; `sameFile`: the record's file is identical. */
export interface Here {
  readonly sameFile: boolean;
  readonly weights: Artifact | undefined;
}

export class Copies {
  readonly #options: CollectOptions;
  readonly #from: Store;
  readonly #into: Store;
  readonly #source: Source;
  readonly #ours: Chain;
  readonly #tally: Tally;
  /** Names (`nameOf`) of the target's results, by suite. */
  readonly #here = new Map<string, ReadonlySet<string>>();
  /** Files of runs that the target has with the source's bits. */
  readonly #have = new Set<string>();
  /** Chain entries to append once the files are written. */
  readonly entries: Entry[] = [];

  constructor(options: CollectOptions, source: Source, ours: Chain, tally: Tally) {
    this.#options = options;
    this.#from = options.from;
    this.#into = options.into;
    this.#source = source;
    this.#ours = ours;
    this.#tally = tally;
  }

  #wantsWeights({ place }: Candidate): boolean {
    const { withoutWeights, weightsOf } = this.#options;
    return !withoutWeights || weightsOf.some((key) => place.key.startsWith(key));
  }

  /** Whether the weights of a copied run are left in the source, or are missing there too. */
  #leavesWeights(candidate: Candidate): boolean {
    const { weights } = candidate.artifacts;
    return weights !== undefined && (!this.#wantsWeights(candidate) || this.#source.leftWeights(candidate));
  }

  /** Called before the records are copied: a kill in between must not leave records with missing weights. */
  announceWithoutWeights(toTake: readonly Candidate[]): void {
    const entries = toTake
      .filter((candidate) => this.#leavesWeights(candidate))
      .filter(({ file, sha256 }) => this.#ours.withoutWeights.get(file) !== sha256)
      .map(({ file, sha256 }): Entry => ({ what: "weights-left-behind", file, sha256 }));
    this.#ours.append(entries);
  }

  take(candidate: Candidate): void {
    const { file, place, state, artifacts } = candidate;
    const { key, spec } = place;
    const wrong = this.#wrongOfNeeds(candidate);
    if (wrong) return void this.#tally.notTaken.push({ ...wrong, file });
    const bytes = readBytes(join(this.#from.folder, file));
    if (!Buffer.isBuffer(bytes) || sha256(bytes) !== candidate.sha256) {
      this.#tally.left.underWay++; // the record was set aside or replaced meanwhile
      return;
    }
    const files = this.#artifactsOf(candidate);
    if ("message" in files) {
      // Setting a run aside removes its record first: a file that is missing together with its record is no fault.
      if (existsSync(join(this.#from.folder, file))) this.#tally.notTaken.push({ ...files, file });
      else this.#tally.left.underWay++;
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
    this.entries.push({ what: "stored", file, sha256: candidate.sha256, state });
    this.#bringFinding(candidate);
    this.#bringRemeasured(candidate);
    this.#into.dropUnderWay(place);
    const weights = artifacts.weights === undefined ? "none" : leaves ? "left-behind" : "brought";
    this.#tally.taken.push({ key, path: spec.path, file, state, weights });
    if (!candidate.isSealed) this.#tally.unsealed++;
    this.#have.add(file);
  }

  /** Checks that the upstream run is here, with the bits that this run started from. */
  #wrongOfNeeds(candidate: Candidate): Wrong | undefined {
    const { needs } = candidate.place.spec;
    if (!needs) return undefined;
    const upstream = this.#source.upstreamOf(candidate);
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
      if (name === "weights" && leaves && this.#source.leftWeights(candidate)) continue;
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
      if (wrong) this.#tally.problems.push({ ...wrong, file: relative(this.#from.folder, join(source, name)) });
      else if (Buffer.isBuffer(bytes)) writeAtomic(join(target, name), bytes);
    }
  }

  /** Adds the missing parts of a run that is here: weights, pictures and findings. */
  complete(candidate: Candidate, { sameFile, weights }: Here): void {
    this.#tally.alreadyHere++;
    this.#have.add(candidate.file);
    if (sameFile) this.#bringTraining(candidate);
    if (weights) this.#addWeights(candidate, weights);
    this.#bringFinding(candidate);
    this.#bringRemeasured(candidate);
  }

  #addWeights(candidate: Candidate, ours: Artifact): void {
    const { file, artifacts } = candidate;
    const path = artifactFile(join(this.#into.folder, file), ours);
    if (!existsSync(path)) {
      if (!artifacts.weights || !this.#wantsWeights(candidate) || this.#source.leftWeights(candidate)) return;
      const source = artifactFile(join(this.#from.folder, file), artifacts.weights);
      const bytes = readArtifact(source, ours);
      if (!Buffer.isBuffer(bytes)) {
        const message = `its weights cannot be added: ${bytes ? bytes.message : "they are not in the other store"}`;
        this.#tally.problems.push({ kind: bytes?.kind ?? "missing", file, message });
        return;
      }
      writeAtomic(path, bytes);
      this.#tally.weightsAdded.push(file);
    }
    // Also if a kill prevented this entry earlier.
    if (this.#ours.withoutWeights.has(file)) this.entries.push({ what: "weights-added", file });
  }

  #bringFinding({ file, place }: Candidate): void {
    if (!this.#source.has(file.replace(/json$/, ENDING.revalidation))) return;
    const finding = this.#newer(file, place, "finding of revalidate", (store, record) =>
      store.readRevalidation(place, record),
    );
    if (!finding) return;
    this.#into.writeRevalidation(place, finding);
    this.#tally.revalidations++;
  }

  /** Metrics measured again follow their record, unless those here are as new. */
  #bringRemeasured({ file, place }: Candidate): void {
    if (!this.#source.has(file.replace(/json$/, ENDING.remeasured))) return;
    const there = this.#newer(file, place, "remeasurement", (store, record) => store.readRemeasured(place, record));
    if (there) this.#into.writeRemeasured(place, there);
  }

  /** The source's file about the same record, unless the one here is as new. */
  #newer<File extends { readonly at: string }>(
    file: string,
    place: RunPlace,
    what: string,
    read: (store: Store, record: RunRecord) => File | undefined,
  ): File | undefined {
    try {
      const there = this.#from.read(place)?.record;
      const here = this.#into.read(place)?.record;
      if (!there || !here || recordSha256(here) !== recordSha256(there)) return undefined;
      const theirs = read(this.#from, there);
      const ours = read(this.#into, here);
      return theirs && ours && Date.parse(ours.at) >= Date.parse(theirs.at) ? undefined : theirs;
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      this.#tally.problems.push({ kind: "altered", file, message: `its ${what} was not copied. ${messageOf(error)}` });
      return undefined;
    }
  }
}

/** Whether a file is named after its run, like all files that this program writes. */
const isOwn = (record: string, { file }: Artifact): boolean => basename(file).startsWith(basename(record, "json"));

function wrongOfEvents(name: string, bytes: Buffer): Wrong | undefined {
  if (!isEventFile(name) || wholeUpTo(bytes, Number.POSITIVE_INFINITY).sizeBytes === bytes.length) return undefined;
  return { kind: "altered", message: `${NOT_AS_STORED}: a checksum in it differs, or it is cut off` };
}
