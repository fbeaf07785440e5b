/** Where baselines are kept: `<folder>/<suite>/<budget>.<engineClass>/<NNNN>-<revision7>.json`; the folder is the history. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { EXIT, HarnessError, messageOf } from "../errors.ts";
import { removeQuietly, UNFINISHED, writeAtomic } from "../files/atomic-file.ts";
import { Baseline } from "./baseline.ts";

export interface BaselinePlace {
  readonly suite: string;
  readonly budget: string;
  readonly engineClass: string;
}
export interface StoredBaseline {
  readonly file: string;
  readonly baseline: Baseline;
}

const NAME = /^(\d{4,})-([0-9a-f]{7})\.json$/;

/** Files of one history, the latest last. */
function historyIn(folder: string): string[] {
  const numberOf = (name: string): number => Number(NAME.exec(name)![1]);
  return namesIn(folder)
    .filter((name) => NAME.test(name))
    .sort((a, b) => numberOf(a) - numberOf(b))
    .map((name) => join(folder, name));
}

export const folderOf = (root: string, { suite, budget, engineClass }: BaselinePlace): string =>
  join(root, suite, `${budget}.${engineClass}`);

/** The current baseline, or undefined. Throws HarnessError when its file cannot be trusted. */
export function currentBaseline(root: string, place: BaselinePlace): StoredBaseline | undefined {
  const file = historyIn(folderOf(root, place)).at(-1);
  return file === undefined ? undefined : readBaseline(file);
}

/** The current baseline of every budget and engine class of a suite. Throws as `currentBaseline`. */
export function currentBaselines(root: string, suite: string): StoredBaseline[] {
  return namesIn(join(root, suite)).flatMap((name) => {
    const file = historyIn(join(root, suite, name)).at(-1);
    return file === undefined ? [] : [readBaseline(file)];
  });
}

/** Every history of a suite: of a budget and engine class, the latest baseline last. Throws as `currentBaseline`. */
export function baselineHistories(root: string, suite: string): StoredBaseline[][] {
  return namesIn(join(root, suite))
    .map((name) => historyIn(join(root, suite, name)).map(readBaseline))
    .filter((history) => history.length > 0);
}

export function readBaseline(file: string): StoredBaseline {
  const fail = (why: string): HarnessError =>
    new HarnessError(
      `${file} is not a baseline of this program: ${why}. It was left as it is. Restore it from git, or move it away.`,
      EXIT.cannotJudge,
    );
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw fail(messageOf(error));
  }
  const head = z.object({ format: z.string(), version: z.number() }).safeParse(json);
  if (head.success && head.data.format === "reproducibility-baseline" && head.data.version !== 1)
    throw fail(`it is of version ${head.data.version}, this program reads version 1`);
  const parsed = Baseline.safeParse(json);
  if (!parsed.success) throw fail(z.prettifyError(parsed.error).split("\n").slice(0, 2).join(" "));
  return { file, baseline: parsed.data };
}

/** Writes a baseline as the next of its history, whole or not at all. Under a lock no other can have its number. Returns its file. */
export function writeBaseline(root: string, baseline: Baseline): string {
  const folder = folderOf(root, baseline);
  const text = `${JSON.stringify(Baseline.parse(baseline), null, 1)}\n`;
  const last = historyIn(folder).at(-1);
  const number = last === undefined ? 1 : Number(NAME.exec(basename(last))![1]) + 1;
  const file = join(folder, `${String(number).padStart(4, "0")}-${baseline.provenance.revision.slice(0, 7)}.json`);
  for (const name of namesIn(folder)) if (name.endsWith(UNFINISHED)) removeQuietly(join(folder, name));
  writeAtomic(file, text);
  return file;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw new HarnessError(`Cannot read ${folder}: ${messageOf(error)}.`, EXIT.cannotJudge, { cause: error });
  }
}
