/** A suite's runs as another revision does them: by its own program, in a worktree, into a store of their own. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { Profile, RunRecord } from "../contract/run.ts";
import { withTensorflowBits } from "../engine/tensorflow/environment.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { holderOf, inUse, lockFolder } from "../files/lock.ts";
import { thisProject } from "../project.ts";
import { isResult, Store } from "../store/store.ts";
import { CHANGED_MODEL } from "../worker/changed-model.ts";
import { adopt, type Code, candidateFolder, codeOf, codeSha256 } from "./candidate.ts";
import { addWorktree, RevisionUnusable, WAIT, type Worktree } from "./worktree.ts";

export interface RevisionAsk {
  /** Full hash. */
  readonly revision: string;
  readonly suite: string;
  /** The plan's: of a literal suite `paper`, whichever was asked for. */
  readonly profile: Profile;
  readonly engine: string;
  readonly engineClass: string;
  readonly seed: string;
  readonly workers: number | undefined;
  /** The only slot to run; undefined for all. */
  readonly slot: string | undefined;
  /** Folder of the main store. */
  readonly store: string;
  readonly signal: AbortSignal;
  say(line: string): void;
}
export interface RevisionRuns {
  /** Of the revision, which makes the suite's runs there. */
  readonly code: Code;
  /** Results only; at least one. */
  readonly records: readonly RunRecord[];
}

export interface RevisionOptions {
  /** By `codeSha256`: where the revision's is among them, nothing is run. */
  readonly known?: ReadonlyMap<string, RevisionRuns>;
  /** Looks at the first run of each arm before the others are done; throws where those would be of no use. */
  look?(first: RevisionRuns): void;
  /** The code of a run of the revision, hashed by its own program: results of this code are copied from the main store. */
  readonly own?: (run: { readonly model: string }) => Code;
}

/**
 * The first so many runs of each arm of a revision's suite; those that are stored are not done again. Its worktree is gone
 * afterwards, also after Ctrl-C; undefined then.
 *
 * @throws RevisionUnusable where its code cannot do them
 * @throws HarnessError when another process is at the same revision or store
 * @throws what `look` does
 */
export async function revisionRuns(
  ask: RevisionAsk,
  replicates: number,
  options: RevisionOptions = {},
): Promise<RevisionRuns | undefined> {
  if (ask.signal.aborted) return undefined;
  try {
    const worktree = await addWorktree(join(ask.store, "worktrees"), ask.revision, ask);
    try {
      return await runsIn(worktree, ask, replicates, options);
    } finally {
      await worktree.remove();
    }
  } catch (error) {
    // Ctrl-C reaches git, npm and the revision's program too: that says nothing of the revision.
    if (error instanceof RevisionUnusable && ask.signal.aborted) return undefined;
    throw error;
  }
}

async function runsIn(
  worktree: Worktree,
  ask: RevisionAsk,
  replicates: number,
  { known, look, own }: RevisionOptions,
): Promise<RevisionRuns | undefined> {
  const code = codeThere(worktree, ask.suite);
  const same = known?.get(codeSha256(code));
  if (same) return same;
  const short = ask.revision.slice(0, 7);
  const program = join(worktree.folder, relative(thisProject().root, process.argv[1]!));
  if (!existsSync(program))
    throw new RevisionUnusable(`The revision ${short} has no program of this name: ${program}.`);
  const folder = candidateFolder(ask.store, code, null);
  await requireFree(folder);
  if (own) await takeOver(ask, folder, own, replicates);
  await worktree.givePackages();
  ask.say(`Revision ${short}: ${replicates} runs of each arm of ${ask.suite}, by its own code.`);
  const runs = async (count: number): Promise<RevisionRuns | undefined> => {
    const { exitCode, result } = await runSuite(program, worktree.folder, folder, count, ask);
    if (ask.signal.aborted) return undefined;
    // A verdict on the paper, for or against, is a suite that was done; Node's own code of a crash is 1 too.
    if (!result || (exitCode !== EXIT.done && exitCode !== EXIT.judgedAgainst)) {
      await requireFree(folder);
      throw new RevisionUnusable(`The revision ${short} cannot do the runs of ${ask.suite}: exit code ${exitCode}.`);
    }
    return { code, records: resultsIn(folder, ask, count) };
  };
  if (look && replicates > 1 && !hasMoreThanFirst(folder, ask)) {
    const first = await runs(1);
    if (!first) return undefined;
    look(first);
  }
  return runs(replicates);
}

function codeThere({ folder, revision }: Worktree, suite: string): Code {
  try {
    return codeOf(folder, { suite });
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    throw new RevisionUnusable(`The revision ${revision.slice(0, 7)} is not whole: ${error.message}`, error);
  }
}

/** Copies results of this code from the main store into the revision's own, to avoid repeating them. */
async function takeOver(
  ask: RevisionAsk,
  folder: string,
  own: NonNullable<RevisionOptions["own"]>,
  replicates: number,
): Promise<void> {
  const lock = await lockFolder(folder, "The store", `runs of the revision ${ask.revision.slice(0, 7)}`, WAIT);
  try {
    const [main, to] = [Store.open(ask.store, { create: true }), Store.open(folder, { create: true })];
    for (const { record } of main.list(ask.suite).runs)
      if (isAsked(record, ask) && record.spec.replicate < replicates) {
        const { spec, key, provenance } = record;
        adopt(main, to, { spec, key, engineClass: provenance.engine.class }, own(spec));
      }
  } finally {
    await lock.release();
  }
}

/** Another revision of the same code has the same store. That it is in use says nothing of the revision. */
async function requireFree(folder: string): Promise<void> {
  const holder = await holderOf(folder);
  if (holder) throw inUse(folder, "The store", holder, WAIT);
}

function runSuite(
  program: string,
  cwd: string,
  store: string,
  replicates: number,
  { suite, profile, engine, seed, workers, slot, signal }: RevisionAsk,
): Promise<{ readonly exitCode: number | null; readonly result: boolean }> {
  const { [CHANGED_MODEL]: _, ...env } = withTensorflowBits(process.env);
  const args = [
    ...["suite", suite, "--profile", profile, "--engine", engine, "--seed", seed, "--store", store, "--yes", "--json"],
    ...["--out", join(cwd, "reports", "out"), "--replicates", String(replicates)],
    ...(workers === undefined ? [] : ["--workers", String(workers)]),
    ...(slot === undefined ? [] : ["--model", slot]),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const stop = (): void => void child.kill("SIGTERM");
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    child.on("error", (error) =>
      reject(new RevisionUnusable(`${program} could not be started: ${error.message}.`, error)),
    );
    child.on("close", (exitCode) => {
      signal.removeEventListener("abort", stop);
      resolve({ exitCode, result: said.trim() !== "" });
    });
  });
}

function resultsIn(folder: string, ask: RevisionAsk, replicates: number): RunRecord[] {
  const results = storedResults(folder, ask).filter(({ spec }) => spec.replicate < replicates);
  if (results.length === 0)
    throw new RevisionUnusable(
      `The revision ${ask.revision.slice(0, 7)} did no runs of ${ask.suite} that can be compared (${ask.profile}, ${ask.engineClass}).`,
    );
  return results;
}

/** Then the first ones have been looked at. */
const hasMoreThanFirst = (folder: string, ask: RevisionAsk): boolean =>
  storedResults(folder, ask).some(({ spec }) => spec.replicate > 0);

/** Those that `ask` is about. None where there is no store yet. */
function storedResults(folder: string, ask: RevisionAsk): RunRecord[] {
  const { runs, problems } = Store.openIfThere(folder)?.list(ask.suite) ?? { runs: [], problems: [] };
  if (problems.length > 0) throw new RevisionUnusable(problems[0]!.message);
  return runs.map(({ record }) => record).filter((record) => isAsked(record, ask) && isResult(record));
}

const isAsked = ({ spec, provenance }: RunRecord, { profile, engineClass, seed, slot }: RevisionAsk): boolean =>
  spec.profile === profile &&
  provenance.engine.class === engineClass &&
  provenance.rootSeed === seed &&
  (slot === undefined || spec.model === slot);
