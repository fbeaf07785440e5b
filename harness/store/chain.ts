/**
 * The chain of a store: a list of the records that were stored, in links that are only ever added. A link names the one
 * before it by its hash, so that a record that is removed or replaced, or a link, is seen. Only the command that holds the
 * store's lock adds links, before and after it does runs; processes and nodes that store results know nothing of it. What
 * they had stored when a command was killed is not listed, which is no fault: the next one lists it.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunRecord } from "../contract/run.ts";
import {
  type ChainProblem,
  Entry,
  type Head,
  type RecordEntry,
  readLinks,
  type StoredEntry,
  writeLink,
} from "./chain-links.ts";
import { recordFiles } from "./layout.ts";
import { sha256 } from "./sealed.ts";

export type { Entry } from "./chain-links.ts";

/** Whether a record of this entry is a result, which stays; others are replaced when their run is tried again. */
export const isResultEntry = ({ state }: StoredEntry): boolean => state === "finished" || state === "diverged";

export class Chain {
  readonly store: string;
  readonly #latest = new Map<string, RecordEntry>();
  readonly #withoutWeights = new Map<string, string>();
  /** Files of records whose last entry is in an altered link. */
  readonly #unsure = new Set<string>();
  /** The last results of records that were set aside or had gone. */
  readonly #before = new Map<string, StoredEntry>();
  /** Records that had gone and were stored again, as another file. */
  readonly #again = new Set<string>();
  #problems: readonly ChainProblem[] = [];
  #since: string | null = null;
  #tip: Head | undefined;

  private constructor(store: string) {
    this.store = store;
    this.#read();
  }

  /** @throws HarnessError when a link is there but cannot be read from the disk. */
  static read(store: string): Chain {
    return new Chain(store);
  }

  #read(): void {
    const { links, head, problems } = readLinks(this.store);
    this.#problems = problems;
    this.#since = links[0]?.link?.at ?? null;
    for (const map of [this.#latest, this.#before, this.#again, this.#withoutWeights, this.#unsure]) map.clear();
    const wrong = new Set(problems.map(({ file }) => file));
    for (const { link, file } of links) {
      const isWrong = wrong.has(file);
      for (const entry of link?.entries ?? []) {
        this.#take(entry);
        if (isWrong) this.#unsure.add(entry.file);
        else this.#unsure.delete(entry.file);
      }
    }
    const last = links.at(-1);
    // What the head says goes before what is there: a last link that was altered or removed stays one.
    const ahead = last && last.sequence > (head?.links ?? 0);
    this.#tip = ahead ? { links: last.sequence, sha256: last.sha256 } : head;
  }

  get problems(): readonly ChainProblem[] {
    return this.#problems;
  }

  /** Time of the first link; null for a store without any. */
  get since(): string | null {
    return this.#since;
  }

  get links(): number {
    return this.#tip?.links ?? 0;
  }

  /** The last word on each record that was ever listed, by its file. */
  get latest(): ReadonlyMap<string, RecordEntry> {
    return this.#latest;
  }

  /** SHA-256 of the records whose weights were left behind, by file; another record in that file is not covered. */
  get withoutWeights(): ReadonlyMap<string, string> {
    return this.#withoutWeights;
  }

  /** Whether the record's last entry is "stored", in an unaltered link. */
  listsForSure(file: string): boolean {
    return this.#latest.get(file)?.what === "stored" && !this.#unsure.has(file);
  }

  /** The former entry of a result that was set aside and not stored again. */
  setAside(file: string): StoredEntry | undefined {
    return this.#latest.get(file)?.what === "set-aside" ? this.#before.get(file) : undefined;
  }

  /** How many results had gone, or been replaced by hand, and were made again. */
  get again(): number {
    return this.#again.size;
  }

  /**
   * Lists what is stored and not listed yet. Nothing is written where there is nothing new.
   * @param wanted records whose runs are about to be done: those of them that are listed have gone
   * @throws HarnessError when nothing can be written.
   */
  takeUp(wanted: readonly string[] = []): void {
    const gone = wanted.filter((file) => {
      const entry = this.#latest.get(file);
      return entry?.what === "stored" && isResultEntry(entry) && !existsSync(join(this.store, file));
    });
    this.append([...gone.map((file): Entry => ({ what: "gone", file })), ...this.#unlisted()]);
  }

  /** Adds a link, unless there is nothing to say. @throws HarnessError when nothing can be written. */
  append(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    while (!this.#write(entries)) this.#read(); // another machine was first
    for (const entry of entries) this.#take(entry);
  }

  /** False where there is such a link already. */
  #write(entries: readonly Entry[]): boolean {
    const written = writeLink(this.store, this.#tip, entries);
    if (!written) return false;
    this.#tip = written.head;
    this.#since ??= written.at;
    return true;
  }

  /** Results that are listed are not read again: it is `verify` that looks whether they are what they were. */
  #unlisted(): StoredEntry[] {
    return recordFiles(this.store).flatMap((file) => {
      const known = this.#latest.get(file);
      if (known?.what === "stored" && isResultEntry(known)) return [];
      const found = storedEntry(this.store, file);
      return !found || (known?.what === "stored" && known.sha256 === found.sha256) ? [] : [found];
    });
  }

  #take(entry: Entry): void {
    const { file } = entry;
    if (entry.what === "weights-left-behind") return void this.#withoutWeights.set(file, entry.sha256);
    if (entry.what === "weights-added") return void this.#withoutWeights.delete(file);
    const known = this.#latest.get(file);
    if (known?.what === "stored" && entry.what !== "stored") this.#before.set(file, known);
    if (known?.what === "gone" && entry.what === "stored" && entry.sha256 !== this.#before.get(file)?.sha256)
      this.#again.add(file);
    this.#latest.set(file, entry);
  }
}

/** Undefined for a file that is no record, or has just gone. */
function storedEntry(store: string, file: string): StoredEntry | undefined {
  try {
    const bytes = readFileSync(join(store, file));
    const { state } = JSON.parse(bytes.toString("utf8")) as RunRecord;
    return Entry.parse({ what: "stored", file, sha256: sha256(bytes), state }) as StoredEntry;
  } catch {
    return undefined;
  }
}
