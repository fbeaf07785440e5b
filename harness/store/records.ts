/** The records of a store's runs: one JSON file each. */
import { join, relative } from "node:path";
import { z } from "zod";
import { RunRecord } from "../contract/run.ts";
import type { StoredRun } from "../contract/suite.ts";
import { EXIT, HarnessError, messageOf } from "../errors.ts";
import { writeAtomic } from "../files/atomic-file.ts";
import { readNamedArtifact } from "./artifacts.ts";
import { ENDING, type RunPlace, runFile } from "./layout.ts";
import { filesBelow, parseJson, textIfThere } from "./reading.ts";
import { decodeSafetensors } from "./safetensors.ts";
import { sealedText, unsealed } from "./sealed.ts";

/** Made once: zod compiles a schema when it is first used. */
const Head = z.object({ format: z.string(), version: z.number() });

/** A run file that could not be read, and why. */
export interface StoreProblem {
  readonly file: string;
  readonly message: string;
}

/** Endings of what is written next to a record and is JSON too. */
const BESIDE_RECORDS = [ENDING.revalidation, ENDING.remeasured];

/** Records of these states are results and stay; others are tried again by the next invocation. */
export function isResult(record: RunRecord): boolean {
  return record.state === "finished" || record.state === "diverged";
}

export class Records {
  readonly #folder: string;
  /** Records that were read, by file, where each is read once. */
  readonly #known: Map<string, StoredRun> | undefined;

  constructor(folder: string, readOnce: boolean) {
    this.#folder = folder;
    this.#known = readOnce ? new Map() : undefined;
  }

  /** The file of a run's record. */
  file(place: RunPlace): string {
    return runFile(this.#folder, place, ENDING.record);
  }

  /** The record of a run, or undefined. Throws HarnessError when its file is there but cannot be trusted. */
  read(place: RunPlace): StoredRun | undefined {
    return this.#readFile(this.file(place), place.key);
  }

  #readFile(file: string, key?: string): StoredRun | undefined {
    const known = this.#known?.get(file);
    if (known && (key === undefined || known.record.key === key)) return known;
    const text = textIfThere(file);
    const run = text === undefined ? undefined : parse(file, text, key);
    if (run) this.#known?.set(file, run);
    return run;
  }

  /** Every record of a suite, in path order, and the files that are not readable records. */
  list(suite: string): { readonly runs: readonly StoredRun[]; readonly problems: readonly StoreProblem[] } {
    const runs: StoredRun[] = [];
    const problems: StoreProblem[] = [];
    const files = filesBelow(join(this.#folder, suite))
      .filter((file) => file.endsWith(`.${ENDING.record}`))
      .filter((file) => !BESIDE_RECORDS.some((ending) => file.endsWith(`.${ending}`)))
      .sort();
    for (const file of files) {
      try {
        const run = this.#readFile(file);
        if (run) runs.push(run);
      } catch (error) {
        problems.push({ file: relative(this.#folder, file), message: messageOf(error) });
      }
    }
    return { runs, problems };
  }

  /** Stores a record unless a result is there already: false then. */
  write(place: RunPlace, record: RunRecord): boolean {
    const stored = this.read(place);
    if (stored && isResult(stored.record)) return false;
    writeAtomic(this.file(place), sealedText(RunRecord.parse(record)));
    return true;
  }
}

function parse(file: string, text: string, key?: string): StoredRun {
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
    array: (name) => new Float32Array(new Uint8Array(readNamedArtifact(file, record, name)).buffer),
    weights: () => decodeSafetensors(readNamedArtifact(file, record, "weights")).state,
  };
}
