/** Where results come from: revision, uncommitted changes, dependencies, sources. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { simpleGit } from "simple-git";
import type { Provenance } from "../contract/run.ts";
import { thisProject } from "../project.ts";
import { type RunOf, sourceSha256 } from "./sources.ts";

/** Provenance that is the same for every run of an invocation. */
export type Origin = Pick<
  Provenance,
  "revision" | "dirty" | "diffSha256" | "lockfileSha256" | "sourceSha256" | "rootSeed"
>;

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** Origins by the arms of runs (`armKeyOf`). */
export type Origins = ReadonlyMap<string, Origin>;

/** The arm of a run, as text. */
export const armKeyOf = ({ suite, model }: RunOf): string => JSON.stringify([suite, model]);

/** The origins of these runs. */
export async function readOrigins(
  runs: readonly RunOf[],
  rootSeed: string,
  root = thisProject().root,
): Promise<Origins> {
  const arms = new Map(runs.map((run) => [armKeyOf(run), run]));
  if (arms.size === 0) return new Map();
  const shared = await readShared(root, rootSeed);
  return new Map([...arms].map(([key, arm]) => [key, { ...shared, sourceSha256: sourceSha256(root, arm) }]));
}

/** The origin of all runs of a suite, by the hash of all its code. Outside a git repository revision and dirty are null. */
export async function readOrigin(root: string, rootSeed: string, suite: string): Promise<Origin> {
  return { ...(await readShared(root, rootSeed)), sourceSha256: sourceSha256(root, { suite }) };
}

/** What is the same for every suite. */
async function readShared(root: string, rootSeed: string): Promise<Omit<Origin, "sourceSha256">> {
  return { ...(await readGit(root)), lockfileSha256: lockfileSha256(root), rootSeed };
}

/** Null where a project has no lockfile. */
export function lockfileSha256(root: string): string | null {
  const lockfile = join(root, "package-lock.json");
  return existsSync(lockfile) ? sha256(readFileSync(lockfile)) : null;
}

async function readGit(root: string): Promise<Pick<Origin, "revision" | "dirty" | "diffSha256">> {
  try {
    const git = simpleGit(root);
    const revision = (await git.revparse(["HEAD"])).trim();
    // Without its optional lock: a status that is killed would leave it, and block every commit.
    const dirty = (await git.raw("--no-optional-locks", "status", "--porcelain")).trim() !== "";
    return { revision, dirty, diffSha256: dirty ? sha256(await git.diff(["HEAD"])) : null };
  } catch {
    return { revision: null, dirty: null, diffSha256: null }; // no git, no repository or no commit yet
  }
}
