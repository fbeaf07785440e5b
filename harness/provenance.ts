/** Where results come from: revision, uncommitted changes, dependencies, sources. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { simpleGit } from "simple-git";
import type { Origin } from "./execute/messages.ts";

/** Folders whose TypeScript files decide what a run computes. */
const SOURCES = ["harness", "baselines", "datasets", "suites"];

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** Read once per invocation. Outside a git repository revision and dirty are null. */
export async function readOrigin(root: string, rootSeed: string): Promise<Origin> {
  const lockfile = join(root, "package-lock.json");
  return {
    ...(await readGit(root)),
    lockfileSha256: existsSync(lockfile) ? sha256(readFileSync(lockfile)) : null,
    sourceSha256: sourceSha256(root),
    rootSeed,
  };
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

function sourceSha256(root: string): string {
  const hash = createHash("sha256");
  for (const folder of SOURCES.filter((name) => existsSync(join(root, name)))) {
    const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const file of files) hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}
