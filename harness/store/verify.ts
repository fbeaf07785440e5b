/** Looks at every file of a store: is it what was stored, whole, in its place, and of a run that is known? Only reads. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { z } from "zod";
import { messageOf } from "../errors.ts";
import { Revalidation, recordSha256 } from "../revalidating/revalidation.ts";
import { RunRecord } from "../run.ts";
import { UNFINISHED } from "./atomic-file.ts";
import { runKey, specSha256 } from "./run-key.ts";

export const PROBLEMS = ["altered", "missing", "foreign", "unreadable"] as const;
export interface Problem {
  readonly kind: (typeof PROBLEMS)[number];
  /** From the store's folder. */
  readonly file: string;
  readonly message: string;
}
export interface Verified {
  readonly runs: number;
  readonly files: number;
  /** Records by an older version, which have no checksum. */
  readonly unsealed: number;
  /** Files of runs that are under way or were killed, or that were set aside: no results, and no harm. */
  readonly noResults: number;
  readonly problems: readonly Problem[];
}

/** Folders of a store that hold no runs of suites; those of candidates are stores of their own. */
const NOT_SUITES = ["candidates", "worktrees", "paper-cost", "slurm", "reproductions"];
const RECORD = /^replicate=\d+\.[0-9a-f]{16}$/;
const UNDER_WAY = ["checkpoint.safetensors", "progress"];
const ASIDE = /\.(stale|corrupt)$/;

interface FoundRecord {
  readonly file: string;
  readonly record: RunRecord;
}

export function verifyStore(folder: string): Verified {
  const problems: Problem[] = [];
  const found: FoundRecord[] = [];
  const others: string[] = [];
  let [unsealed, noResults] = [0, 0];
  const tell = (kind: Problem["kind"], file: string, message: string): void => {
    problems.push({ kind, file: relative(folder, file), message });
  };
  const files = filesBelow(folder).filter((file) => !NOT_SUITES.includes(relative(folder, file).split(sep)[0]!));
  for (const file of files) {
    const name = basename(file);
    if (relative(folder, file) === "store.json") continue;
    if (name.endsWith(UNFINISHED) || ASIDE.test(name)) noResults++;
    else if (RECORD.test(name.slice(0, -".json".length)) && name.endsWith(".json")) {
      const read = readRecord(file);
      if ("problem" in read) tell(read.kind, file, read.problem);
      else {
        found.push({ file, record: read.record });
        if (!read.sealed) unsealed++;
      }
    } else others.push(file);
  }
  const specs = new Set(found.map(({ record }) => specSha256(record.spec)));
  const artifacts = new Set<string>();
  for (const { file, record } of found) {
    const { spec, key, provenance } = record;
    if (runKey(spec, provenance.engine.class, provenance.rootSeed) !== key)
      tell("altered", file, "its key is not that of its specification, engine class and root seed");
    const place = placeOf(folder, record);
    if (place !== file) tell("foreign", file, `it is of a run whose place is ${relative(folder, place)}`);
    if (spec.needs && !specs.has(spec.needs.specSha256))
      tell("missing", file, `the run that it starts from is not here: ${spec.needs.path}`);
    if (record.state !== "finished") continue;
    for (const [name, artifact] of Object.entries(record.artifacts)) {
      const path = join(dirname(file), basename(artifact.file));
      artifacts.add(path);
      const bytes = bytesOf(path);
      if (!bytes) tell("missing", file, `its ${name} is not here: ${artifact.file}`);
      else if (bytes.length !== artifact.sizeBytes || sha256(bytes) !== artifact.sha256)
        tell("altered", path, "it is not what was stored: its SHA-256 differs");
    }
  }
  const stems = new Map(found.map(({ file, record }) => [file.slice(0, -".json".length), record]));
  for (const file of others) {
    if (artifacts.has(file)) continue;
    const stem = stemOf(folder, file);
    if (stem === undefined) tell("foreign", file, "no file of a store has this name here");
    else {
      const rest = file.slice(stem.length + 1);
      const record = stems.get(stem);
      if (rest === "revalidation.json") {
        const why = revalidationProblem(file, record);
        if (why !== undefined) tell("altered", file, why);
      } else if (rest.startsWith(`training${sep}`) && record) continue;
      else if (UNDER_WAY.includes(rest) || record?.state !== "finished") noResults++;
      else tell("foreign", file, "its run does not name it");
    }
  }
  return { runs: found.length, files: files.length, unsealed, noResults, problems };
}

type Read =
  | { readonly record: RunRecord; readonly sealed: boolean }
  | (Pick<Problem, "kind"> & { readonly problem: string });

function readRecord(file: string): Read {
  let json: Record<string, unknown> | null;
  try {
    json = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown> | null;
  } catch (error) {
    return { kind: "unreadable", problem: messageOf(error) };
  }
  const { checksum, ...rest } = json ?? {};
  const parsed = RunRecord.safeParse(rest);
  if (!parsed.success)
    return { kind: "unreadable", problem: z.prettifyError(parsed.error).split("\n").slice(0, 2).join(" ") };
  if (checksum !== undefined && checksum !== recordSha256(parsed.data))
    return { kind: "altered", problem: "it is not what was stored: its checksum differs" };
  return { record: parsed.data, sealed: checksum !== undefined };
}

function revalidationProblem(file: string, record: RunRecord | undefined): string | undefined {
  const parsed = Revalidation.safeParse(jsonOf(file));
  if (!parsed.success) return "it does not say what a check of its run found";
  return record && parsed.data.key !== record.key ? "it is of another run" : undefined;
}

/** What the files of a run begin with; undefined for a file that no run has. */
function stemOf(folder: string, file: string): string | undefined {
  const parts = relative(folder, file).split(sep);
  // suite, budget, engine class, model, setting
  const at = 5;
  const match = /^(replicate=\d+\.[0-9a-f]{16})\../.exec(parts[at] ?? "");
  return match ? join(folder, ...parts.slice(0, at), match[1]!) : undefined;
}

function placeOf(folder: string, { spec, key, provenance }: RunRecord): string {
  const { suite, budget, model, setting, replicate } = spec;
  const name = `replicate=${replicate}.${key.slice(0, 16)}.json`;
  return join(folder, suite, budget, provenance.engine.class, model, setting, name);
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function bytesOf(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}
function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
