/** Slurm by its own commands: what is submitted, asked and cancelled. */
import { spawn } from "node:child_process";
import { EXIT, HarnessError } from "../../errors.ts";

/** One element of a job array, as the queue has it. */
export interface SlurmTask {
  readonly batch: string;
  readonly index: number;
  /** Slurm's own name of its state: PENDING, RUNNING, COMPLETED, FAILED, TIMEOUT, NODE_FAIL, … */
  readonly state: string;
  /** Of an ended one; null when a signal ended it. */
  readonly exitCode: number | null;
  readonly nodes: string;
  /** Why it waits, or ended. */
  readonly reason: string;
}

export interface Submission {
  readonly name: string;
  /** Indexes of the array's tasks. */
  readonly indexes: readonly number[];
  /** How many of them may run at the same time; undefined for as many as the cluster lets. */
  readonly atOnce?: number | undefined;
  readonly script: string;
  /** Pattern of the log files. */
  readonly output: string;
  /** What is passed through, e.g. `--partition=gpu`. */
  readonly options: readonly string[];
}

/** States of a task that has not ended. */
const ALIVE = new Set([
  "PENDING",
  "RUNNING",
  "SUSPENDED",
  "COMPLETING",
  "CONFIGURING",
  "RESIZING",
  "REQUEUED",
  "REQUEUE_HOLD",
  "REQUEUE_FED",
  "RESV_DEL_HOLD",
  "SPECIAL_EXIT",
  "SIGNALING",
  "STAGE_OUT",
  "STOPPED",
]);
export const isAlive = ({ state }: SlurmTask): boolean => ALIVE.has(state);

/** Slurm ended it, of itself or at somebody's word: not what it ran. */
export const isCancelled = ({ state }: SlurmTask): boolean => state === "CANCELLED";

/** @throws Refused with Slurm's own words, or NoAnswer, when it may have the jobs or not. */
async function submit({ name, indexes, atOnce, script, output, options }: Submission): Promise<void> {
  const array = `${ranges(indexes)}${atOnce === undefined ? "" : `%${atOnce}`}`;
  const args = [
    ...options,
    "--parsable",
    "--no-requeue", // a lost run is submitted again by us, once
    `--job-name=${name}`,
    `--array=${array}`,
    `--output=${output}`,
    "--open-mode=append",
  ];
  await slurm("sbatch", args, script);
}

/** "0-3,7" of 0, 1, 2, 3, 7. */
export function ranges(indexes: readonly number[]): string {
  const found: [number, number][] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && index === last[1] + 1) last[1] = index;
    else found.push([index, index]);
  }
  return found.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(",");
}

const FIELDS = ["Name", "ArrayTaskID", "State", "exit_code", "NodeList", "Reason"];

/** The tasks of batches that Slurm knows of, ended ones too for some minutes. */
async function queue(names: readonly string[]): Promise<SlurmTask[]> {
  if (names.length === 0) return [];
  const format = FIELDS.map((field) => `${field}:|`).join(",");
  const args = ["--noheader", "--array", "--states=all", `--name=${names.join(",")}`, `--Format=${format}`];
  return parseQueue(await slurm("squeue", args));
}

export function parseQueue(text: string): SlurmTask[] {
  return text.split("\n").flatMap((line): SlurmTask[] => {
    const [batch = "", index = "", state = "", status = "", nodes = "", reason = ""] = line.split("|");
    if (!/^\d+$/.test(index)) return [];
    // As wait(2) tells it: the exit code above eight bits of the signal.
    const signalled = (Number(status) & 0xff) !== 0;
    const exitCode = signalled ? null : Number(status) >> 8;
    return [{ batch, index: Number(index), state, exitCode, nodes: nodes.trim(), reason: reason.trim() }];
  });
}

/** Tasks that wait are dropped; those at work get SIGTERM, and SIGKILL after the cluster's KillWait. */
async function cancel(names: readonly string[]): Promise<void> {
  for (const name of names) await slurm("scancel", [`--name=${name}`]);
}

/** The most tasks that an array may have here. */
async function largestArray(): Promise<number> {
  const found = /^MaxArraySize\s*=\s*(\d+)/m.exec(await slurm("scontrol", ["show", "config"]));
  return Math.max(1, Number(found?.[1] ?? 1001) - 1);
}

/** Slurm cannot be asked now: its controller does not answer. What it was told may have reached it all the same. */
export class NoAnswer extends HarnessError {}
/** Slurm answers that it does not do what it is told, e.g. as no more jobs may be there. */
export class Refused extends HarnessError {}

/** Slurm's words for a controller that is busy, restarted or moved, or whose keys are. */
const SILENT =
  /Unable to contact slurm controller|Socket timed out|Connection (refused|timed out|reset)|backup controller|Zero Bytes were transmitted|Unexpected message|Communication connection failure|Transport endpoint|Insane message length|munge|authentication|Invalid credential|Resource temporarily unavailable|temporarily unable|Message (send|receive) failure/i;
/** Apart from this process's group: Ctrl-C in a terminal must not end a submission half way. */
function slurm(command: string, args: readonly string[], stdin = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { detached: true, stdio: "pipe" });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") return reject(new NoAnswer(`${command} failed: ${error.message}`, EXIT.cannotJudge));
      reject(
        new HarnessError(
          `There is no ${command} on the PATH: --executor slurm is for a machine from which a Slurm cluster takes jobs. Start it there, or leave out --executor.`,
          EXIT.cannotJudge,
        ),
      );
    });
    child.on("close", (code, signal) => {
      if (code === 0) resolve(stdout);
      else if (signal) reject(new NoAnswer(`${command} was ended by ${signal}.`, EXIT.cannotJudge));
      else {
        const words = stderr.trim() || `exit code ${code}`;
        const Failure = SILENT.test(words) ? NoAnswer : Refused;
        reject(new Failure(`${command} failed: ${words}`, EXIT.cannotJudge));
      }
    });
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
  });
}

/** What is asked of a cluster. */
export interface Slurm {
  submit(submission: Submission): Promise<void>;
  queue(names: readonly string[]): Promise<SlurmTask[]>;
  cancel(names: readonly string[]): Promise<void>;
  largestArray(): Promise<number>;
}
export const SLURM: Slurm = { submit, queue, cancel, largestArray };
