/**
 * The chain of a store: a list of the records that were stored, in links that are only ever added. A link names the one
 * before it by its hash, so that a record that is removed or replaced, or a link, is seen. Only the command that holds the
 * store's lock adds links, before and after it does runs; processes and nodes that store results know nothing of it. What
 * they had stored when a command was killed is not listed, which is no fault: the next one lists it.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { RunRecord } from "../contract/run.ts";
import { EXIT, HarnessError, messageOf } from "../errors.ts";
import { writeAtomic, writeNewAtomic } from "../files/atomic-file.ts";
import { CHAIN_FOLDER, MARKER, recordFiles } from "./layout.ts";
import { sha256 } from "./store.ts";

/** What became of a record, by its path in the store. */
const Entry = z.discriminatedUnion("what", [
  z.strictObject({
    what: z.literal("stored"),
    file: z.string(),
    /** Of the file's bytes. */
    sha256: z.string(),
    state: z.enum(["finished", "diverged", "crashed", "timed-out"]),
  }),
  /** By `revalidate --set-aside`. */
  z.strictObject({ what: z.literal("set-aside"), file: z.string() }),
  /** A result that was listed and was not there when its run was wanted: the run is done again. */
  z.strictObject({ what: z.literal("gone"), file: z.string() }),
  /** Written by `collect --without-weights`, before it copies the record with this SHA-256 without its weights. */
  z.strictObject({ what: z.literal("weights-left-behind"), file: z.string(), sha256: z.string() }),
  /** Written by a later `collect` that copied the weights. */
  z.strictObject({ what: z.literal("weights-added"), file: z.string() }),
]);
export type Entry = z.infer<typeof Entry>;
/** An entry on a record, not on its weights. */
export type RecordEntry = Extract<Entry, { what: "stored" | "set-aside" | "gone" }>;
export type StoredEntry = Extract<Entry, { what: "stored" }>;

const Link = z.strictObject({
  format: z.literal("reproducibility-chain"),
  version: z.literal(1),
  /** From 1. */
  sequence: z.int().positive(),
  /** ISO time. */
  at: z.string(),
  /** SHA-256 of the bytes of the link before; null in the first, GONE where the chain before it was not there any more. */
  previousSha256: z.string().nullable(),
  entries: z.array(Entry),
});
type Link = z.infer<typeof Link>;

/** The last link, so that one that is removed from the end is missed. A kill leaves it one behind at most. */
const Head = z.strictObject({ links: z.int().positive(), sha256: z.string() });
type Head = z.infer<typeof Head>;

const GONE = "gone";
const HEAD = "head.json";
const LINK = /^\d{6,}\.json$/;
const linkName = (sequence: number): string => `${String(sequence).padStart(6, "0")}.json`;

export interface ChainProblem {
  readonly kind: "altered" | "missing" | "unreadable";
  /** From the store's folder. */
  readonly file: string;
  readonly message: string;
}

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
    for (const { link, sequence } of links) {
      const isWrong = wrong.has(join(CHAIN_FOLDER, linkName(sequence)));
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
    const sequence = this.links + 1;
    const at = new Date().toISOString();
    const link: Link = {
      ...{ format: "reproducibility-chain", version: 1, sequence, at },
      previousSha256: this.#tip?.sha256 ?? (isMarkedChained(this.store) ? GONE : null),
      entries: [...entries],
    };
    const text = `${JSON.stringify(link, null, 1)}\n`;
    if (!writeNewAtomic(join(this.store, CHAIN_FOLDER, linkName(sequence)), text)) return false;
    this.#tip = { links: sequence, sha256: sha256(Buffer.from(text)) };
    this.#since ??= at;
    writeAtomic(join(this.store, CHAIN_FOLDER, HEAD), `${JSON.stringify(this.#tip)}\n`);
    markChained(this.store);
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

interface FoundLink {
  readonly sequence: number;
  readonly sha256: string;
  /** Undefined where the file is none. */
  readonly link: Link | undefined;
}
interface Links {
  /** In order. */
  readonly links: readonly FoundLink[];
  readonly head: Head | undefined;
  readonly problems: readonly ChainProblem[];
}

/** Attempts to read a chain while another process adds links, which it does twice a command. */
const ATTEMPTS = 20;

/** A consistent state of the chain: reads it again if a link was added meanwhile. */
function readLinks(store: string): Links {
  for (let attempt = 1; ; attempt++) {
    const before = headText(store);
    const links = readLinksOnce(store);
    if (headText(store) === before || attempt === ATTEMPTS) return links;
  }
}

function readLinksOnce(store: string): Links {
  const isMarked = isMarkedChained(store);
  const links = linkNames(store).map((name): FoundLink => {
    const bytes = readBytes(join(store, CHAIN_FOLDER, name));
    return { sequence: sequenceOf(name), sha256: sha256(bytes), link: Link.safeParse(parseJson(bytes)).data };
  });
  const head = readHead(store);
  return { links, head, problems: problemsOf(links, head, isMarked) };
}

function problemsOf(links: readonly FoundLink[], head: Head | undefined, isMarked: boolean): ChainProblem[] {
  const problems = new Map<string, ChainProblem>();
  const tell = (kind: ChainProblem["kind"], name: string, message: string): void => {
    if (!problems.has(name)) problems.set(name, { kind, file: join(CHAIN_FOLDER, name), message });
  };
  const bySequence = new Map(links.map((found) => [found.sequence, found]));
  const last = links.at(-1)?.sequence ?? 0;
  for (let sequence = 1; sequence <= Math.max(last, head?.links ?? 0); sequence++) {
    const name = linkName(sequence);
    const found = bySequence.get(sequence);
    const next = bySequence.get(sequence + 1)?.link;
    const named = [next?.previousSha256, head?.links === sequence ? head.sha256 : undefined];
    if (!found) tell("missing", name, "this link of the chain is gone: nobody can say what it listed");
    else if (!found.link) tell("unreadable", name, "it is no link of a chain");
    else if (found.link.previousSha256 === GONE) tell("missing", name, "the chain that was before this link is gone");
    else if (found.link.sequence !== sequence || named.some((hash) => hash !== undefined && hash !== found.sha256))
      tell("altered", name, "it is not the link that was written");
  }
  const isWhole = last === 0 ? head !== undefined || !isMarked : last - (head?.links ?? 0) <= 1;
  if (!isWhole) tell("missing", HEAD, "what says which link of the chain is the last is gone, or of before");
  return [...problems.values()];
}

/** Undefined for one that is not there, or is none. */
function readHead(store: string): Head | undefined {
  const text = headText(store);
  return text === undefined ? undefined : Head.safeParse(parseJson(Buffer.from(text))).data;
}

function headText(store: string): string | undefined {
  const file = join(store, CHAIN_FOLDER, HEAD);
  return existsSync(file) ? readBytes(file).toString("utf8") : undefined;
}

function linkNames(store: string): string[] {
  const folder = join(store, CHAIN_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => LINK.test(name))
    .sort((a, b) => sequenceOf(a) - sequenceOf(b));
}
const sequenceOf = (name: string): number => Number.parseInt(name, 10);

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new HarnessError(`Cannot read ${file}: ${messageOf(error)}.`, EXIT.cannotJudge, { cause: error });
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** The store's marker then says so: a chain that is removed whole is missed. */
function markChained(store: string): void {
  const file = join(store, MARKER);
  const marker = parseJson(readBytes(file)) as object;
  if (!("chain" in marker)) writeAtomic(file, `${JSON.stringify({ ...marker, chain: true })}\n`);
}

function isMarkedChained(store: string): boolean {
  const file = join(store, MARKER);
  const marker = existsSync(file) ? parseJson(readBytes(file)) : undefined;
  return typeof marker === "object" && marker !== null && "chain" in marker;
}
