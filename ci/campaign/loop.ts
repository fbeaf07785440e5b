/** The main loop of a campaign: executes its lines in turn, each with the program of its revision. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withTensorflowBits } from "../../harness/engine/tensorflow/environment.ts";
import { EXIT, type ExitCode, HarnessError, messageOf } from "../../harness/errors.ts";
import { acquireLock, holderOf } from "../../harness/files/lock.ts";
import { Store } from "../../harness/store/store.ts";
import { watchSignals } from "../../harness/terminal/signals.ts";
import { checkout } from "./checkout.ts";
import { idleMs } from "./idle.ts";
import { Journal } from "./journal.ts";
import { keyOf, type Line, nameOf, optionsOf, readLines } from "./lines.ts";
import { type CampaignPlace, LINES } from "./place.ts";
import { keepPlan, keptPlan, leftOf, nextLine, Planned, resultsOf } from "./planned.ts";

/** Interval between checks whether the store is free. */
const LOOK_MS = 2_000;

const WHAT = "bash ci/campaign.sh start";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
}

export interface CampaignOptions {
  /** Number of concurrent runs. */
  readonly workers: number;
  /** Whether finished lines are checked again. */
  readonly again: boolean;
  say(line: string): void;
}

export async function campaign(place: CampaignPlace, options: CampaignOptions): Promise<ExitCode> {
  const lock = await acquireLock(place.folder, WHAT);
  if ("heldBy" in lock) {
    options.say(`The campaign in ${place.folder} is running already (process ${lock.heldBy.pid}).`);
    return EXIT.done;
  }
  // Closing the terminal does not stop the campaign: `start` has left that terminal.
  process.on("SIGHUP", () => {});
  const signals = watchSignals("the runs under way write their checkpoints");
  try {
    return await new Loop(place, options, signals.signal).run();
  } finally {
    signals.stop();
    await lock.release();
  }
}

class Loop {
  readonly #place: CampaignPlace;
  readonly #workers: number;
  readonly #say: (line: string) => void;
  readonly #signal: AbortSignal;
  readonly #journal: Journal;
  /** Lines that failed since the start; the next start tries them again. */
  readonly #failed = new Set<string>();
  readonly #planned = new Set<string>();
  /** Finished lines to check again. */
  readonly #again = new Set<string>();

  constructor(place: CampaignPlace, { workers, again, say }: CampaignOptions, signal: AbortSignal) {
    this.#place = place;
    this.#workers = workers;
    this.#say = (line) => say(`${new Date().toISOString()} ${line}`);
    this.#signal = signal;
    this.#journal = new Journal(place.journal);
    if (again) for (const line of this.#journal.ended().keys()) this.#again.add(line);
  }

  /** @throws HarnessError when the lines cannot be read */
  async run(): Promise<ExitCode> {
    // Read before a long wait, during which the file or the whole checkout may disappear.
    let lines: readonly Line[] = readLines(LINES);
    this.#journal.note({ what: "started", process: process.pid, workers: this.#workers, lines: LINES });
    this.#say(`The campaign starts, ${this.#workers} runs at once.`);
    for (;;) {
      await this.#untilStoreIsFree();
      if (this.#signal.aborted) return this.#end("stopped", EXIT.interrupted);
      lines = this.#linesNow(lines);
      const done = this.#journal.ended();
      const isDone = (key: string): boolean => done.get(key)?.outcome === "done" && !this.#again.has(key);
      const open = lines.filter((line) => !isDone(keyOf(line)) && !this.#failed.has(keyOf(line)));
      if (open.length === 0) {
        const failed = this.#failed.size;
        return failed === 0
          ? this.#end("all lines are done", EXIT.done)
          : this.#end(`${failed} lines failed`, EXIT.cannotJudge);
      }
      const line = await this.#choose(open);
      if (line && !this.#signal.aborted) await this.#perform(line);
    }
  }

  #end(why: string, code: ExitCode): ExitCode {
    this.#journal.note({ what: "ended", why });
    this.#say(`The campaign ends: ${why}.`);
    return code;
  }

  /** Rereads the lines, since the file may have changed; keeps `before` while the file cannot be read. */
  #linesNow(before: readonly Line[]): readonly Line[] {
    try {
      return readLines(LINES);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      this.#say(`${error.message} The lines that were read before are done.`);
      return before;
    }
  }

  /** Waits for a suite that was started by hand or by a killed campaign. */
  async #untilStoreIsFree(): Promise<void> {
    let told = false;
    while (!this.#signal.aborted) {
      const holder = await holderOf(this.#place.store);
      if (!holder) return;
      if (!told) this.#say(`The store is in use by "${holder.what}" (process ${holder.pid}): waiting for its end.`);
      told = true;
      await sleep(LOOK_MS, undefined, { signal: this.#signal }).catch(() => {});
    }
  }

  /** The next line, planned by its own revision. */
  async #choose(open: readonly Line[]): Promise<Line | undefined> {
    const first = Math.min(...open.map(({ priority }) => priority));
    for (const line of open.filter(({ priority }) => priority === first))
      if (!this.#signal.aborted && !this.#planned.has(keyOf(line))) await this.#plan(line);
    const results = resultsOf(Store.openIfThere(this.#place.store));
    return nextLine(
      open.filter((line) => !this.#failed.has(keyOf(line))),
      (line) => {
        const plan = keptPlan(this.#place.plans, line);
        return plan && leftOf(line, plan, results);
      },
    );
  }

  /** A line that cannot be planned could not be run either: it fails. */
  async #plan(line: Line): Promise<void> {
    const { plans, store } = this.#place;
    this.#planned.add(keyOf(line));
    try {
      const args = ["plan", line.suite, ...optionsOf(line, "plan"), "--store", store, "--json"];
      const { code, stdout } = await this.#command(line, args);
      if (this.#signal.aborted) return;
      if (code !== EXIT.done)
        throw new HarnessError(`npm run plan ended with exit code ${code}: ${this.#lastWords(line)}`);
      keepPlan(plans, line, Planned.parse(JSON.parse(stdout)));
    } catch (error) {
      if (!this.#signal.aborted) this.#fail(line, null, messageOf(error));
    }
  }

  #fail(line: Line, code: number | null, message: string, idle: number | null = null): void {
    this.#failed.add(keyOf(line));
    this.#say(`${nameOf(line)} failed: ${message}`);
    this.#journal.note({ what: "line-ended", line: keyOf(line), outcome: "failed", code, message, idleMs: idle });
  }

  async #perform(line: Line): Promise<void> {
    const { store, reports } = this.#place;
    const began = Date.now();
    this.#say(`${nameOf(line)} begins.`);
    this.#journal.note({ what: "line-started", line: keyOf(line) });
    let code: number | null = null;
    try {
      ({ code } = await this.#command(line, [
        ...["suite", line.suite, ...optionsOf(line, "suite"), "--workers", `${this.#workers}`],
        ...["--store", store, "--out", reports, "--yes"],
      ]));
    } catch (error) {
      if (!this.#signal.aborted) return this.#fail(line, null, messageOf(error));
    }
    const idle = idleMs(Store.openIfThere(store), line.suite, began, this.#workers);
    if (code === EXIT.done || code === EXIT.judgedAgainst) {
      this.#say(`${nameOf(line)} is done.`);
      this.#again.delete(keyOf(line));
      const ended = { outcome: "done", code, message: "", idleMs: idle } as const;
      this.#journal.note({ what: "line-ended", line: keyOf(line), ...ended });
    } else if (this.#signal.aborted) {
      const ended = { outcome: "stopped", code, message: "", idleMs: null } as const;
      this.#journal.note({ what: "line-ended", line: keyOf(line), ...ended });
    } else if (code === EXIT.cannotJudge && (await holderOf(store))) {
      this.#say("Another program took the store first."); // the line is tried again when it is free
    } else this.#fail(line, code, this.#lastWords(line), idle);
  }

  #logOf(line: Line): string {
    return join(this.#place.logs, `${nameOf(line).replace(/[^\w.=-]+/g, "-")}.log`);
  }

  /** The last error message in a line's log, else its last line. */
  #lastWords(line: Line): string {
    const words = readFileSync(this.#logOf(line), "utf8").trim().split("\n");
    return words.findLast((text) => text.startsWith("Error: ")) ?? words.at(-1)!;
  }

  /** Runs a command of the line's program, with output to the line's log; the output of `plan` is returned instead. */
  async #command(line: Line, args: readonly string[]): Promise<Ended> {
    const { checkouts, temporary } = this.#place;
    const folder = await checkout(checkouts, line.revision, { say: this.#say, signal: this.#signal });
    const log = openSync(this.#logOf(line), "a");
    try {
      return await new Promise((done, fail) => {
        const child = spawn(process.execPath, ["main.js", ...args], {
          cwd: folder,
          stdio: ["ignore", args[0] === "plan" ? "pipe" : log, log],
          env: { ...withTensorflowBits(process.env), TMPDIR: temporary },
        });
        let stdout = "";
        child.stdout?.setEncoding("utf8").on("data", (text: string) => {
          stdout += text;
        });
        const stop = (): void => void child.kill("SIGINT");
        if (this.#signal.aborted) stop();
        this.#signal.addEventListener("abort", stop);
        child.on("error", fail);
        child.on("close", (code) => {
          this.#signal.removeEventListener("abort", stop);
          done({ code, stdout });
        });
      });
    } finally {
      closeSync(log);
    }
  }
}
