/** Copies a campaign's finished runs into the store in git and checks them against today's code. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { simpleGit } from "simple-git";
import { z } from "zod";
import { evidenceFolder } from "../../harness/cli/kept-runs.ts";
import { collectedText } from "../../harness/collect/text.ts";
import { EXIT, type ExitCode, HarnessError } from "../../harness/errors.ts";
import { thisProject } from "../../harness/project.ts";
import type { Collected } from "../../harness/store/collect.ts";
import { suitesIn } from "../../harness/store/layout.ts";
import type { CampaignPlace } from "./place.ts";

/** The store in git, relative to the checkout. */
const shown = (): string => relative(thisProject().root, evidenceFolder());

/** Output of this checkout's `npm run collect -- --json`. */
const Brought = z.custom<Collected>((value) => typeof value === "object" && value !== null && "taken" in value);

export interface CollectedHere {
  readonly collected: Collected;
  /** Exit code of the revalidation of each suite. */
  readonly revalidated: Readonly<Record<string, number>>;
  /** Files to commit, relative to the root of the checkout. */
  readonly files: readonly string[];
  readonly exitCode: ExitCode;
}

/** @throws HarnessError when nothing can be collected */
export async function collectHere(place: CampaignPlace, say: (line: string) => void): Promise<CollectedHere> {
  if (!existsSync(place.store))
    throw new HarnessError(
      `The campaign in ${place.folder} has no store yet: bash ci/campaign.sh start.`,
      EXIT.cannotJudge,
    );
  const brought = await program(place, [
    ...["collect", "--from", place.store, "--into", evidenceFolder(), "--profile", "paper"],
    ...["--without-weights", "--captured", "--json"],
  ]);
  const parsed = Brought.safeParse(brought.stdout === "" ? null : JSON.parse(brought.stdout));
  if (!parsed.success)
    throw new HarnessError("The runs were not collected; the reason is above.", (brought.code ?? EXIT.bug) as ExitCode);
  for (const { path } of parsed.data.taken) say(`Collected: ${path}`);
  for (const line of collectedText(parsed.data, place.store, evidenceFolder())) say(line);
  const revalidated: Record<string, number> = {};
  for (const suite of suitesIn(evidenceFolder())) {
    const { code, stdout } = await program(place, ["revalidate", suite, "--profile", "paper", "--store", shown()]);
    say(`${suite}: ${stdout}`);
    revalidated[suite] = code ?? EXIT.bug;
  }
  const codes = [brought.code ?? EXIT.bug, ...Object.values(revalidated)];
  return {
    collected: parsed.data,
    revalidated,
    files: await changedFiles(),
    exitCode: (codes.find((code) => code !== EXIT.done) ?? EXIT.done) as ExitCode,
  };
}

/** New and changed files of the store according to git. */
async function changedFiles(): Promise<string[]> {
  const asked = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", shown()];
  const text = await simpleGit(thisProject().root).raw("--no-optional-locks", ...asked);
  return text
    .split("\0")
    .filter(Boolean)
    .map((entry) => entry.slice(3));
}

/** Runs a command of the checkout's program; its standard error is passed through. */
function program(
  { temporary }: CampaignPlace,
  args: readonly string[],
): Promise<{ code: number | null; stdout: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ["main.js", ...args], {
      cwd: thisProject().root,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, TMPDIR: temporary },
    });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.on("error", fail);
    child.on("close", (code) => done({ code, stdout: stdout.trim() }));
  });
}
