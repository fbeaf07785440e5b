/** The files of a store's chain: links, each with the hash of the one before, and a head that names the last. */
import { join } from "node:path";
import { z } from "zod";
import { writeAtomic, writeNewAtomic } from "../files/atomic-file.ts";
import { CHAIN_FOLDER, MARKER } from "./layout.ts";
import { bytesIfThere, namesIn, parseJson, textIfThere } from "./reading.ts";
import { sha256 } from "./sealed.ts";

/** What became of a record, by its path in the store. */
export const Entry = z.discriminatedUnion("what", [
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
export type Head = z.infer<typeof Head>;

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

interface FoundLink {
  readonly sequence: number;
  /** From the store's folder. */
  readonly file: string;
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
export function readLinks(store: string): Links {
  for (let attempt = 1; ; attempt++) {
    const before = headText(store);
    const links = readLinksOnce(store);
    if (headText(store) === before || attempt === ATTEMPTS) return links;
  }
}

function readLinksOnce(store: string): Links {
  const isMarked = isMarkedChained(store);
  const links = linkNames(store).flatMap((name): FoundLink[] => {
    const bytes = bytesIfThere(join(store, CHAIN_FOLDER, name));
    if (!bytes) return [];
    const link = Link.safeParse(parseJson(bytes.toString("utf8"))).data;
    return [{ sequence: sequenceOf(name), file: join(CHAIN_FOLDER, name), sha256: sha256(bytes), link }];
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

/** Undefined for a head that is not there, or is none. */
function readHead(store: string): Head | undefined {
  const text = headText(store);
  return text === undefined ? undefined : Head.safeParse(parseJson(text)).data;
}

const headText = (store: string): string | undefined => textIfThere(join(store, CHAIN_FOLDER, HEAD));

const linkNames = (store: string): string[] =>
  namesIn(join(store, CHAIN_FOLDER))
    .filter((name) => LINK.test(name))
    .sort((a, b) => sequenceOf(a) - sequenceOf(b));
const sequenceOf = (name: string): number => Number.parseInt(name, 10);

/**
 * Writes the link after the one that `tip` names, and the head. Undefined where there is such a link already. Throws
 * HarnessError when nothing can be written.
 */
export function writeLink(
  store: string,
  tip: Head | undefined,
  entries: readonly Entry[],
): { readonly head: Head; readonly at: string } | undefined {
  const sequence = (tip?.links ?? 0) + 1;
  const at = new Date().toISOString();
  const link: Link = {
    format: "reproducibility-chain",
    version: 1,
    sequence,
    at,
    previousSha256: tip?.sha256 ?? (isMarkedChained(store) ? GONE : null),
    entries: [...entries],
  };
  const text = `${JSON.stringify(link, null, 1)}\n`;
  if (!writeNewAtomic(join(store, CHAIN_FOLDER, linkName(sequence)), text)) return undefined;
  const head = { links: sequence, sha256: sha256(text) };
  writeAtomic(join(store, CHAIN_FOLDER, HEAD), `${JSON.stringify(head)}\n`);
  markChained(store);
  return { head, at };
}

/** The store's marker then says so: a chain that is removed whole is missed. */
function markChained(store: string): void {
  const marker = markerOf(store);
  if (marker && !("chain" in marker))
    writeAtomic(join(store, MARKER), `${JSON.stringify({ ...marker, chain: true })}\n`);
}

const isMarkedChained = (store: string): boolean => "chain" in (markerOf(store) ?? {});

function markerOf(store: string): object | undefined {
  const marker = parseJson(textIfThere(join(store, MARKER)) ?? "");
  return typeof marker === "object" && marker !== null ? marker : undefined;
}
