/** Stored runs done again by the code that made them: today's, or that of their revision in a worktree. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { RunRecord } from "../contract/run.ts";
import { withTensorflowBits } from "../engine/tensorflow/environment.ts";
import { HarnessError } from "../errors.ts";
import { thisProject } from "../project.ts";
import { sourceSha256 } from "../provenance/sources.ts";
import type { ReplayAsk, Replayed } from "../worker/messages.ts";
import { addWorktree, type Worktree } from "./worktree.ts";

export interface OwnCodeOptions {
  /** The folder for worktrees of other revisions. */
  readonly worktrees: string;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** One worktree for each revision, until `remove`. */
export class OwnCode {
  readonly #options: OwnCodeOptions;
  readonly #worktrees = new Map<string, Worktree>();

  constructor(options: OwnCodeOptions) {
    this.#options = options;
  }

  /** The checkout with a run's code, or the reason why there is none. */
  async of({
    spec,
    provenance: { revision, dirty, sourceSha256: made },
  }: RunRecord): Promise<{ readonly folder: string } | { readonly why: string }> {
    if (made === sourceSha256(thisProject().root, spec)) return { folder: thisProject().root };
    if (revision === null) return { why: "its code is not today's, and no revision is known" };
    if (dirty) return { why: `its code had changes that were not committed to ${revision.slice(0, 7)}` };
    try {
      const known = this.#worktrees.get(revision);
      if (known) return { folder: known.folder };
      const worktree = await addWorktree(this.#options.worktrees, revision, this.#options);
      this.#worktrees.set(revision, worktree);
      await worktree.givePackages();
      return { folder: worktree.folder };
    } catch (error) {
      if (error instanceof HarnessError) return { why: error.message };
      throw error;
    }
  }

  /**
   * The updates of a stored run by the program in a checkout. Throws HarnessError when that fails.
   * @param file of the run's record
   * @param name of the run in errors
   */
  replayed(folder: string, file: string, ask: ReplayAsk, name: string): Promise<Replayed> {
    const { signal } = this.#options;
    const program = join(folder, relative(thisProject().root, process.argv[1]!));
    if (!existsSync(program)) throw new HarnessError(`${name}: its code has no program of this name: ${program}.`);
    const args = ["replay-run", file, "--from", String(ask.from), "--to", String(ask.to)];
    if (ask.operations) args.push("--operations");
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
        cwd: folder,
        env: withTensorflowBits(process.env),
        stdio: ["ignore", "pipe", "pipe"],
      });
      let [out, err] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        err = (err + text).slice(-2_000);
      });
      const stop = (): void => void child.kill("SIGTERM");
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop);
      child.on("error", reject);
      child.on("close", (code) => {
        signal.removeEventListener("abort", stop);
        if (code === 0) return resolve(JSON.parse(out) as Replayed);
        const last = err.trim().split("\n").at(-1) ?? "";
        reject(new HarnessError(`${name} cannot be done again here: exit code ${code}. ${last}`));
      });
    });
  }

  /** Removes the worktrees. */
  async remove(): Promise<void> {
    for (const worktree of this.#worktrees.values()) await worktree.remove();
  }
}
