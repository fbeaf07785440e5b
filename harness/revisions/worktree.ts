/** The code of another revision beside the one that is worked on: a git worktree, which touches no file of that one. */

import { spawn } from "node:child_process";
import { mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type SimpleGit, simpleGit } from "simple-git";
import { EXIT, HarnessError, messageOf } from "../errors.ts";
import { lockFolder } from "../files/lock.ts";
import { thisProject } from "../project.ts";
import { lockfileSha256 } from "../provenance/provenance.ts";

/** A revision whose code cannot be had or cannot run: a bisection passes over it. */
export class RevisionUnusable extends HarnessError {
  constructor(message: string, cause?: unknown) {
    super(message, EXIT.cannotJudge, { cause });
  }
}

/** A checkout that is this process's own until it removes it. */
export interface Worktree {
  readonly folder: string;
  /** The full hash. */
  readonly revision: string;
  /**
   * Packages are those of the project where its lockfile is the same, else they are installed.
   * @throws RevisionUnusable
   */
  givePackages(): Promise<void>;
  /** With its packages. */
  remove(): Promise<void>;
}

/** The full hash of a commit. Throws HarnessError when there is no such one here. */
export async function resolveRevision(asked: string, root = thisProject().root): Promise<string> {
  try {
    return (await simpleGit(root).revparse(["--verify", "--end-of-options", `${asked}^{commit}`])).trim();
  } catch (error) {
    throw new HarnessError(
      `There is no revision "${asked}" here. Give a hash, branch, tag or e.g. HEAD~3; a shallow clone has few: git fetch --unshallow.`,
      EXIT.wrongUse,
      { cause: error },
    );
  }
}

/** Whether git is installed and the project is a git repository. */
export const hasGit = (root = thisProject().root): Promise<boolean> =>
  simpleGit(root)
    .checkIsRepo()
    .catch(() => false);

/**
 * Checks a revision out, without packages, below `<place>/<first 12 of its hash>`; what a killed process left there goes
 * first.
 * @throws RevisionUnusable
 * @throws HarnessError when another process is at this revision there
 */
export async function addWorktree(
  place: string,
  revision: string,
  { say, signal }: { say(line: string): void; signal: AbortSignal },
): Promise<Worktree> {
  const git = simpleGit(thisProject().root);
  const own = join(place, revision.slice(0, 12));
  mkdirSync(place, { recursive: true });
  const what = `runs of the revision ${revision.slice(0, 7)}`;
  const lock = await lockFolder(own, "The checkout", what, WAIT);
  const remove = async (): Promise<void> => {
    try {
      // Ctrl-C may end git itself in the middle of it.
      await removeWorktrees(git, own).catch(() => removeWorktrees(git, own));
    } finally {
      await lock.release();
    }
  };
  const folder = join(own, "code");
  try {
    await removeWorktrees(git, own);
    await git.raw("worktree", "add", "--detach", "--quiet", folder, revision);
  } catch (error) {
    await remove();
    throw new RevisionUnusable(
      `The revision ${revision.slice(0, 7)} cannot be checked out: ${messageOf(error)}`,
      error,
    );
  }
  return { folder, revision, givePackages: () => givePackages(own, folder, say, signal), remove };
}

/** What to do where another process is at a revision, or at its store. */
export const WAIT = "Wait until it is done, or use another folder with --store.";

/**
 * Removes a folder, and git's entries of worktrees in it. Entries of other worktrees stay (`git worktree prune` would take
 * those whose disk is not mounted now). Twice forced: one that was killed as it was made is left locked.
 */
async function removeWorktrees(git: SimpleGit, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  // Git lists them by their real paths.
  const real = join(realpathSync(dirname(folder)), basename(folder));
  const listed = (await git.raw("worktree", "list", "--porcelain")).match(/(?<=^worktree ).+$/gm) ?? [];
  for (const entry of listed)
    if (entry === real || entry.startsWith(join(real, "/"))) await git.raw("worktree", "remove", "-f", "-f", entry);
}

/** Node looks for packages in the folders above too: a link beside the checkout leaves the checkout itself clean. */
async function givePackages(
  own: string,
  folder: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (lockfileSha256(folder) === lockfileSha256(thisProject().root))
    return symlinkSync(join(thisProject().root, "node_modules"), join(own, "node_modules"));
  say(`Its packages are others than today's: npm ci in ${folder}`);
  await npmCi(folder, signal);
}

/**
 * Settles when npm has ended, also after an abort: otherwise npm could write into its folder after the removal.
 * @throws RevisionUnusable
 */
export function npmCi(folder: string, signal: AbortSignal, options: readonly string[] = []): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", ["ci", ...options], { cwd: folder, stdio: ["ignore", "ignore", "pipe"], signal });
    const failed = (why: string, cause?: Error): void =>
      reject(new RevisionUnusable(`npm ci failed in ${folder}${why}`, cause));
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-2_000);
    });
    child.on("error", (error) => {
      if (child.pid === undefined) failed(`: ${error.message}`, error); // it never began
    });
    child.on("close", (code) => (code === 0 ? resolve() : failed(` (exit code ${code}): ${said}`)));
  });
}
