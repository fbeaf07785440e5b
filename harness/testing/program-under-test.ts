/** Starts a whole program as a person would, and watches it: what it says, how it ends, which processes it leaves. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** For stores that are written every few milliseconds: in memory where that is possible, as a disk takes that long to sync. */
export const FAST_TEMPORARY = process.platform === "linux" && existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
export const ROOT = join(import.meta.dirname, "..", "..");
export const MAIN = join(ROOT, "main.js");
export const MILLISECOND_MAIN = join(import.meta.dirname, "millisecond.js");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program in a process group of its own, so that a signal can be sent as a terminal does. */
export class ProgramUnderTest {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";
  private readonly mark = randomUUID();
  private readonly listeners = new Set<() => void>();

  constructor(main: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    // Outside the repository: a git that is killed with the program would leave its lock on the index there.
    const sources = main.endsWith(".ts") ? ["--import", import.meta.resolve("tsx")] : [];
    this.child = spawn(process.execPath, [...sources, main, ...args], {
      cwd: tmpdir(),
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, PROGRAM_MARK: this.mark, ...env },
    });
    this.pid = this.child.pid!;
    this.child.stdout!.setEncoding("utf8").on("data", (text: string) => this.heard(text, ""));
    this.child.stderr!.setEncoding("utf8").on("data", (text: string) => this.heard("", text));
    this.ended = new Promise((resolve) =>
      this.child.on("exit", (code, signal) => {
        // Workers that outlive it hold none of its pipes; what is still in them arrives before "close".
        const done = (): void => resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
        this.child.once("close", done);
        setTimeout(done, 2_000).unref();
        this.heard("", "");
      }),
    );
  }

  private heard(out: string, err: string): void {
    this.stdout += out;
    this.stderr += err;
    for (const listener of this.listeners) listener();
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when standard error has the text; throws when the program ends or 60 s pass without it. */
  said(text: string | RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => check("nothing like it in 60 s"), 60_000);
      const check = (late?: string): void => {
        const found = typeof text === "string" ? this.stderr.includes(text) : text.test(this.stderr);
        if (!found && this.running && !late) return;
        this.listeners.delete(check);
        clearTimeout(timer);
        if (found) resolve();
        else reject(new Error(`The program did not say ${text} (${late ?? "it ended"}). It said:\n${this.stderr}`));
      };
      this.listeners.add(check);
      check();
    });
  }

  /** To the program alone, or with `group` to all its processes, as Ctrl-C does. */
  signal(name: NodeJS.Signals, group = false): void {
    try {
      process.kill(group ? -this.pid : this.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  /** Its living processes, itself included, by what they inherited; also those whose parent has died. */
  processes(): number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => environment(pid).includes(`PROGRAM_MARK=${this.mark}`) && isAlive(pid));
  }

  /** Kills all its processes at once. Ignores a process that ended meanwhile because another was killed. */
  killAll(): void {
    for (const pid of this.processes())
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
  }

  /** Those that a job array of --executor slurm has started, on the nodes that are this machine. */
  slurmTasks(): number[] {
    return this.processes().filter((pid) => commandLine(pid).includes("slurm-task"));
  }

  workers(): number[] {
    return this.processes().filter((pid) => commandLine(pid).at(-1) === "worker");
  }

  /** Resolves when none of its processes is left; throws after the time. */
  async allGone(withinMs = 15_000): Promise<void> {
    const start = performance.now();
    while (this.processes().length > 0) {
      if (performance.now() - start > withinMs)
        throw new Error(`processes are left: ${this.processes().map((pid) => `${pid} ${commandLine(pid).join(" ")}`)}`);
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }
}

export function run(main: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new ProgramUnderTest(main, args, env).ended;
}

function environment(pid: number): string[] {
  return readProc(pid, "environ");
}
function commandLine(pid: number): string[] {
  return readProc(pid, "cmdline");
}
function readProc(pid: number, file: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8").split("\0").filter(Boolean);
  } catch {
    return [];
  }
}
function isAlive(pid: number): boolean {
  return !/^State:\s+[ZX]/m.test(readProc(pid, "status").join(""));
}

/** Every file below a folder by its path in it. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

export interface StoredFile {
  readonly sha256: string;
  readonly mtimeMs: number;
  readonly inode: number;
}

/** The run records of a store by their paths: not its own file and chain, nor what a paper run was estimated to take, nor what Slurm was given. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what records have, and their schema is under test elsewhere
export function records(store: string): Map<string, Record<string, any>> {
  return new Map(
    filesBelow(store)
      .filter((file) => file.endsWith(".json") && file !== "store.json" && !/^(chain|paper-cost|slurm)\//.test(file))
      .map((file) => [file, JSON.parse(readFileSync(join(store, file), "utf8"))]),
  );
}

/** The files of finished records: which bytes, written when. */
export function finishedFiles(store: string): Map<string, StoredFile> {
  return new Map(
    [...records(store)]
      .filter(([, record]) => record.state === "finished")
      .map(([file]) => {
        const { mtimeMs, ino } = statSync(join(store, file));
        const sha256 = createHash("sha256")
          .update(readFileSync(join(store, file)))
          .digest("hex");
        return [file, { sha256, mtimeMs, inode: ino }];
      }),
  );
}

/** What must not depend on how often a run was interrupted. */
export function results(store: string): Record<string, unknown> {
  return Object.fromEntries(
    [...records(store)].map(
      ([file, { state, key, updatesDone, metrics, curve, weightsSha256, earlyStateSha256, artifacts }]) => [
        file,
        { state, key, updatesDone, metrics, curve, weightsSha256, earlyStateSha256, artifacts },
      ],
    ),
  );
}

/** A program ended with this exit code, said all of these, and showed nobody a stack. */
export function assertEnds({ code, stdout, stderr }: Ended, expected: number, ...said: (string | RegExp)[]): void {
  const all = stdout + stderr;
  assert.equal(code, expected, all);
  for (const text of said)
    assert.ok(typeof text === "string" ? all.includes(text) : text.test(all), `${text} in:\n${all}`);
  assert.doesNotMatch(all, /This is a bug|\n {4}at /, "no stack");
}
