/** The code of a line: a clone of this repository at the line's revision, with its own packages. */

import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { simpleGit } from "simple-git";
import { EXIT, HarnessError, messageOf } from "../../harness/errors.ts";
import { thisProject } from "../../harness/project.ts";
import { npmCi, resolveRevision } from "../../harness/revisions/worktree.ts";

const UNFINISHED = ".unfinished";

/**
 * The folder of a revision's checkout, made if missing. A clone, unlike a worktree, does not depend on the checkout
 * that started the campaign. The folder gets its final name once its packages are installed.
 * @throws HarnessError when there is no such revision, or its packages cannot be installed
 */
export async function checkout(
  checkouts: string,
  asked: string,
  { say, signal }: { say(line: string): void; signal: AbortSignal },
): Promise<string> {
  const known = readdirSync(checkouts).filter((name) => name.startsWith(asked) && !name.endsWith(UNFINISHED));
  if (known.length === 1) return join(checkouts, known[0]!);
  const revision = await resolveRevision(asked);
  const folder = join(checkouts, revision);
  const unfinished = `${folder}${UNFINISHED}`;
  rmSync(unfinished, { recursive: true, force: true });
  say(`Checking out ${revision.slice(0, 7)}, and npm ci in it (once).`);
  try {
    await simpleGit().clone(thisProject().root, unfinished, ["--quiet", "--no-checkout"]);
    await simpleGit(unfinished).raw("checkout", "--quiet", "--detach", revision);
  } catch (error) {
    throw new HarnessError(
      `The revision ${revision.slice(0, 7)} cannot be checked out in ${unfinished}: ${messageOf(error)}`,
      EXIT.cannotJudge,
      { cause: error },
    );
  }
  try {
    await npmCi(unfinished, signal, ["--prefer-offline", "--no-audit", "--no-fund"]);
  } catch (error) {
    throw new HarnessError(
      `The packages of ${revision.slice(0, 7)} cannot be installed: ${messageOf(error).trim()}\nnpm takes them from its cache, and from the registry where the cache lacks one: start the campaign once where the registry can be reached.`,
      EXIT.cannotJudge,
      { cause: error },
    );
  }
  renameSync(unfinished, folder);
  return folder;
}
