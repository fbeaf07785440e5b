/** The event file of a training: what TensorBoard shows of it while it runs, and afterwards. */
import { appendFileSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { writeFailure } from "../files/atomic-file.ts";
import { makeFolder } from "../files/make-folder.ts";
import { type EventRow, rowRecord, versionRecord, wholeUpTo } from "./event-records.ts";

const PREFIX = "events.out.tfevents.";

/** Whether a name is that of an event file as written here. */
export const isEventFile = (name: string): boolean => name.startsWith(PREFIX) && /\.\d{10,}\.run$/.test(name);

/** Appends rows, each once, also over kills: a file is cut back to the update that its training goes on from. */
export class EventFile {
  readonly #folder: string;
  #file: string | undefined;
  #empty = true;
  /** The last update that it holds; 0 for none. */
  last = 0;

  /**
   * @param update the update that the training goes on from; what is later, or was cut off by a kill, is removed. Throws
   * HarnessError where that cannot be done.
   */
  constructor(folder: string, update: number) {
    this.#folder = folder;
    const name = namesIn(folder).find((other) => other.startsWith(PREFIX));
    if (name === undefined) return;
    this.#file = join(folder, name);
    const { sizeBytes, last } = writing(this.#file, (file) => {
      const bytes = readFileSync(file);
      const whole = wholeUpTo(bytes, update);
      if (whole.sizeBytes < bytes.length) truncateSync(file, whole.sizeBytes);
      return whole;
    });
    this.last = last;
    this.#empty = sizeBytes === 0;
  }

  /** Throws HarnessError where it cannot be written. */
  append(rows: readonly EventRow[]): void {
    const fresh = rows.filter(({ update }) => update > this.last);
    const [first] = fresh;
    if (!first) return;
    this.#file ??= join(this.#folder, `${PREFIX}${String(Math.floor(first.wallTimeMs / 1000)).padStart(10, "0")}.run`);
    const head = this.#empty ? [versionRecord(first.wallTimeMs)] : [];
    writing(this.#file, (file) => {
      makeFolder(this.#folder);
      appendFileSync(file, Buffer.concat([...head, ...fresh.map(rowRecord)]));
    });
    this.#empty = false;
    this.last = fresh.at(-1)!.update;
  }
}

function writing<T>(file: string, work: (file: string) => T): T {
  try {
    return work(file);
  } catch (error) {
    throw writeFailure(file, error);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
