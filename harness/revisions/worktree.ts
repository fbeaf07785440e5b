/** The code of another revision beside the one that is worked on: a git worktree, which touches no file of that one. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type SimpleGit, simpleGit } from "simple-git";
import { EXIT, HarnessError, messageOf } from "../errors.ts";
import { lockfileSha256 } from "../provenance.ts";
import { PROJECT } from "../sources.ts";

/** A revision whose code cannot be had or cannot run: a bisection passes over it. */
export class RevisionUnusable extends HarnessError {
  constructor(message: string, cause?: unknown) {
    super(message, EXIT.cannotJudge, { cause });
  }
}

export interface Worktree {
  readonly folder: string;
  /** The full hash. */
  readonly revision: string;
  remove(): Promise<void>;
}

/** The full hash of a commit. Throws HarnessError when there is no such one here. */
export async function resolveRevision(asked: string, root = PROJECT): Promise<string> {
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

/**
 * Checks a revision out into `<place>/<first 12 of its hash>`, which must be nobody else's; what a killed process left
 * there goes first. Packages are those of the project where its lockfile is the same, else they are installed. Throws
 * RevisionUnusable.
 */
export async function addWorktree(
  place: string,
  revision: string,
  { say, signal }: { say(line: string): void; signal: AbortSignal },
): Promise<Worktree> {
  const git = simpleGit(PROJECT);
  const folder = join(place, revision.slice(0, 12));
  await removeWorktree(git, folder);
  mkdirSync(place, { recursive: true });
  const worktree = { folder, revision, remove: () => removeWorktree(git, folder) };
  try {
    await git.raw("worktree", "add", "--detach", "--quiet", folder, revision);
    await givePackages(place, folder, say, signal);
  } catch (error) {
    await worktree.remove();
    if (error instanceof HarnessError) throw error;
    throw new RevisionUnusable(
      `The revision ${revision.slice(0, 7)} cannot be checked out: ${messageOf(error)}`,
      error,
    );
  }
  return worktree;
}

async function removeWorktree(git: SimpleGit, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await git.raw("worktree", "prune");
}

/** Node looks for packages in the folders above too: a link beside the worktree leaves the worktree itself clean. */
async function givePackages(
  place: string,
  folder: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (lockfileSha256(folder) !== lockfileSha256(PROJECT)) {
    say(`Its packages are others than today's: npm ci in ${folder}`);
    return npmCi(folder, signal);
  }
  const link = join(place, "node_modules");
  if (!existsSync(link)) {
    rmSync(link, { force: true });
    symlinkSync(join(PROJECT, "node_modules"), link);
  }
}

function npmCi(folder: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", ["ci"], { cwd: folder, stdio: ["ignore", "ignore", "pipe"], signal });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-2_000);
    });
    child.on("error", (error) => reject(new RevisionUnusable(`npm ci failed in ${folder}: ${error.message}`, error)));
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new RevisionUnusable(`npm ci failed in ${folder} (exit code ${code}): ${said}`)),
    );
  });
}
