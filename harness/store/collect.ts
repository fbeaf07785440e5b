/**
 * Copies the runs of another store into this one. Each run is checked before anything of it is copied; its record is
 * written last, so a kill at any time leaves a complete run or none.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { bitDifferences } from "./bits.ts";
import { Chain } from "./chain.ts";
import { readRecord } from "./check-record.ts";
import { Copies, type Here } from "./collect-copy.ts";
import { type Candidate, Source } from "./collect-source.ts";
import { type Collected, type CollectOptions, emptyTally, STRIDE, type Tally } from "./collected.ts";
import { isResult } from "./records.ts";

export type { Collected, CollectOptions, DifferingRun, TakenRun } from "./collected.ts";

/**
 * Resolves after an abort too, with the copied runs in the chain. The source is only read, and may be in use. Throws
 * HarnessError when a folder cannot be read or nothing can be written; runs copied before remain.
 */
export async function collect(options: CollectOptions): Promise<Collected> {
  return new Collection(options).collected();
}

/** Fate of a candidate: copied, left, or completed. */
type Standing = "take" | "leave" | Here;

class Collection {
  readonly #options: CollectOptions;
  readonly #ours: Chain;
  readonly #tally: Tally = emptyTally();
  readonly #source: Source;
  readonly #copies: Copies;

  constructor(options: CollectOptions) {
    this.#options = options;
    this.#source = new Source(options, this.#tally);
    this.#ours = Chain.read(options.into.folder);
    this.#copies = new Copies(options, this.#source, this.#ours, this.#tally);
  }

  async collected(): Promise<Collected> {
    const { signal, weightsOf } = this.#options;
    const wanted = await this.#source.candidates();
    let remaining = wanted.length;
    try {
      if (!signal.aborted) remaining = await this.#bringAll(wanted);
    } catch (error) {
      this.#listQuietly();
      throw error;
    }
    this.#ours.append(this.#copies.entries);
    const { since, problems } = this.#source.chain;
    return {
      runs: wanted.length,
      ...this.#tally,
      unknownKeys: weightsOf.filter((key) => !wanted.some(({ place }) => place.key.startsWith(key))),
      chained: since !== null || problems.length > 0,
      remaining,
    };
  }

  /** Lists the copied runs after an error, which matters more: the next command lists what is missing. */
  #listQuietly(): void {
    try {
      this.#ours.append(this.#copies.entries);
    } catch {
      // The chain is on the same full disk.
    }
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
    this.#copies.announceWithoutWeights(toTake);
    let done = 0;
    for (const candidate of wanted) {
      if (done % STRIDE === 0) onProgress(`Copying ${toTake.length} runs`, done, wanted.length);
      await setImmediate();
      if (signal.aborted) break;
      const standing = standings.get(candidate)!;
      if (standing === "take") this.#copies.take(candidate);
      else if (standing !== "leave") this.#copies.complete(candidate, standing);
      done++;
    }
    return wanted.length - done;
  }

  #standingOf(candidate: Candidate): Standing {
    const { file, place } = candidate;
    const path = join(this.#options.into.folder, file);
    const here = existsSync(path) ? readRecord(path) : undefined;
    if (here && "kind" in here) {
      const message = `the record in ${this.#options.into.folder} cannot be trusted (${here.message}): move it away and collect again`;
      this.#tally.notTaken.push({ kind: here.kind, file, message });
      return "leave";
    }
    if (!here || !isResult(here.record)) {
      if (this.#ours.setAside(file)?.sha256 !== candidate.sha256) return "take";
      this.#tally.left.setAside++;
      return "leave";
    }
    const weights = here.record.state === "finished" ? here.record.artifacts.weights : undefined;
    if (here.sha256 === candidate.sha256) return { sameFile: true, weights };
    const there = readRecord(join(this.#source.folder, file));
    if ("kind" in there) {
      this.#tally.left.underWay++;
      return "leave";
    }
    const differences = bitDifferences(here.record, there.record);
    if (differences.length === 0) return { sameFile: false, weights };
    this.#tally.differing.push({ key: place.key, path: place.spec.path, file, differences });
    return "leave";
  }
}
