/** Where the files of a store stand: suite, budget, engine class, model, setting; then a run's record and what is beside it. */
import { type Dirent, readdirSync, statSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import type { RunSpec } from "../contract/run.ts";

/** What makes a folder a store. */
export const MARKER = "store.json";
/** The folder of the links that say what was stored (chain.ts). */
export const CHAIN_FOLDER = "chain";

/** Files next to a store's suites, written by people: its description, and the list of runs of a campaign. */
export const NOTES = ["README.md", "campaign.json"];

/** Folders of stores of their own: of candidates' runs, of runs that were done again, of times of a night. */
export const FOLDERS_OF_STORES = ["candidates", "reproductions", "times"];
/** Folders of a store that hold no runs of suites. */
const NOT_SUITES = [...FOLDERS_OF_STORES, "worktrees", "paper-cost", "slurm", CHAIN_FOLDER];

export interface RunPlace {
  readonly spec: RunSpec;
  readonly key: string;
  readonly engineClass: string;
  /** The run it starts from. */
  readonly needs?: RunPlace;
}

/** Endings of a run's files. Those of its arrays end in "f32", its weights in "weights.safetensors". */
export const ENDING = {
  record: "json",
  /** The finding of the last check against changed code. */
  revalidation: "revalidation.json",
  /** Metrics measured again from the stored arrays. */
  remeasured: "remeasured.json",
  checkpoint: "checkpoint.safetensors",
  progress: "progress",
  /** The folder of events and pictures of its training. */
  training: "training",
} as const;
/** Endings of files that only a run that is under way has, or one that was killed. */
export const UNDER_WAY: readonly string[] = [ENDING.checkpoint, ENDING.progress];

/** The path of one of a run's files in the store `folder`. */
export function runFile(folder: string, { spec, key, engineClass }: RunPlace, ending: string): string {
  const { suite, budget, model, setting, replicate } = spec;
  const name = `replicate=${replicate}.${key.slice(0, 16)}.${ending}`;
  return join(folder, suite, budget, engineClass, model, setting, name);
}

/** Folders above a run's files. */
const DEPTH = 5;
const RECORD = /^replicate=\d+\.[0-9a-f]{16}\.json$/;
const OF_RUN = /^(replicate=\d+\.[0-9a-f]{16})\../;

export const isRecordName = (name: string): boolean => RECORD.test(name);

/** All records, sorted by their paths in the store. */
export const recordFiles = (store: string): string[] => runFiles(store).filter((file) => isRecordName(basename(file)));

/** The suites with files in a store. */
export const suitesIn = (store: string): string[] =>
  namesIn(store, "folders").filter((name) => !NOT_SUITES.includes(name));

/** Records and their neighbouring files, sorted by path. Folders of runs are skipped: they may hold many files. */
export function runFiles(store: string): string[] {
  let folders = suitesIn(store);
  for (let depth = 1; depth < DEPTH; depth++)
    folders = folders.flatMap((folder) => namesIn(join(store, folder), "folders").map((name) => join(folder, name)));
  return folders.flatMap((folder) => namesIn(join(store, folder), "files").map((name) => join(folder, name))).sort();
}

/** Every file of the store's suites, and those beside its suites, in order. */
export function suiteFiles(store: string): string[] {
  return suitesIn(store)
    .flatMap((name) => filesBelow(join(store, name)))
    .concat(namesIn(store, "files").map((name) => join(store, name)))
    .sort();
}

/** What the files of a run begin with; undefined for a file that no run has. */
export function stemOf(store: string, file: string): string | undefined {
  const parts = relative(store, file).split(sep);
  const match = OF_RUN.exec(parts[DEPTH] ?? "");
  return match ? join(store, ...parts.slice(0, DEPTH), match[1]!) : undefined;
}

const filesBelow = (folder: string): string[] => [
  ...namesIn(folder, "files").map((name) => join(folder, name)),
  ...namesIn(folder, "folders").flatMap((name) => filesBelow(join(folder, name))),
];

/** Whatever is no folder counts as a file: it may not belong here, and has to be seen. A folder may be elsewhere, by a link. */
function namesIn(folder: string, what: "files" | "folders"): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => isFolder(entry) === (what === "folders"))
    .map(({ name }) => name);
}

const isFolder = (entry: Dirent): boolean =>
  entry.isDirectory() ||
  (entry.isSymbolicLink() &&
    statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.isDirectory() === true);
