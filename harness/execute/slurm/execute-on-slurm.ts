/** Does the runs of a plan as job arrays of a Slurm cluster: submits, watches, submits what was lost once more, cancels. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, HarnessError, messageOf } from "../../errors.ts";
import type { RunRecord } from "../../run.ts";
import { isResult, type RunPlace, type Store } from "../../store/store.ts";
import type { ExecuteEvent, ExecuteOptions } from "../execute.ts";
import { failedRecord, originOf } from "../failed-record.ts";
import type { EngineChoice, EngineInfo } from "../messages.ts";
import { batchesOf, batchFile, batchFolder, logOf, newName, placeFile, removeBatch, writeBatch } from "./batch.ts";
import { cancel, isAlive, isCancelled, largestArray, NoAnswer, queue, type SlurmTask, submit } from "./commands.ts";
import { ENGINE_FILE } from "./task.ts";

/** Submissions of a run before it is given up. Being preempted does not count. */
const ATTEMPTS = 2;
/** Between two looks at the queue: short at first and after a change, then longer. Slurm's guide asks for few of them. */
const POLL_MS = { first: 500, growth: 1.5, longest: 15_000 };
/** How long a network file system may take to show here what a task that ended well has stored there. */
const VISIBLE_MS = 70_000;
/** How long Slurm may be silent, e.g. while its controller is restarted. */
const SILENT_MS = 600_000;
/** How long tasks that are cancelled may take to write their checkpoints; clusters give them KillWait, mostly 30 s. */
const CANCEL_MS = 300_000;

/** The cluster, as a person chose it. */
export interface Cluster {
  /** Options of sbatch that are passed through. */
  readonly options: readonly string[];
  /** Tasks at the same time; undefined for as many as the cluster lets. */
  readonly atOnce: number | undefined;
}

export interface SlurmOptions
  extends Pick<
    ExecuteOptions,
    "runs" | "store" | "engine" | "choice" | "origins" | "checkpointMs" | "timeoutMs" | "signal" | "onEvent"
  > {
  readonly cluster: Cluster;
  readonly rootSeed: string;
  say(line: string): void;
}

interface Open {
  readonly place: RunPlace;
  attempt: number;
  /** Where it is in the queue; undefined before it is submitted. */
  at: { readonly batch: string; readonly index: number } | undefined;
  /** Start of the attempt that the store had a record of when it was submitted. */
  before: string | null;
  /** When its task was first seen to have ended, or gone. */
  endedAt: number | undefined;
}

/**
 * Resolves when every run has a record, or was cancelled by somebody, or after an abort: its jobs are gone then. Runs that
 * an earlier coordinator has in the queue still are waited for, not submitted again. Throws HarnessError when Slurm
 * refuses a job or is silent for long, or a task could not store its run.
 */
export async function executeOnSlurm(options: SlurmOptions): Promise<void> {
  const { store, signal, onEvent, cluster } = options;
  const open = new Map<string, Open>(
    options.runs.map((place) => [place.key, { place, attempt: 1, at: undefined, before: null, endedAt: undefined }]),
  );
  const names = new Set<string>();
  const arraySize = await largestArray();
  let shown = "";

  const adopt = async (): Promise<void> => {
    const batches = batchesOf(store.folder).filter(({ tasks }) => tasks.some(({ place }) => open.has(place.key)));
    const alive = (await queue(batches.map(({ name }) => name))).filter(isAlive);
    let adopted = 0;
    for (const { batch, index } of alive) {
      const task = batches.find(({ name }) => name === batch)?.tasks[index];
      const run = task && open.get(task.place.key);
      if (!task || !run || run.at) continue;
      Object.assign(run, { at: { batch, index }, attempt: task.attempt, before: task.before });
      names.add(batch);
      adopted++;
    }
    if (adopted > 0) options.say(`${adopted} of them are in the queue of Slurm already.`);
    for (const { name } of batches) if (!alive.some(({ batch }) => batch === name)) removeBatch(store.folder, name);
  };

  const close = (run: Open, state?: RunRecord["state"]): void => {
    open.delete(run.place.key);
    if (state) onEvent({ type: "ended", spec: run.place.spec, state });
  };

  /** What follows from a task that is no longer in the queue, if anything does yet. */
  const settle = (run: Open, task: SlurmTask | undefined): boolean => {
    const { place } = run;
    const record = store.read(place)?.record;
    if (record && record.provenance.startedAt !== run.before) {
      close(run, record.state);
      return true;
    }
    run.endedAt ??= performance.now();
    const endedWell = !task || (task.state === "COMPLETED" && task.exitCode === 0);
    if (endedWell && performance.now() - run.endedAt < VISIBLE_MS) return false;
    const message = lost(store, run, task);
    if (task && isCancelled(task)) {
      onEvent({ type: "warning", spec: place.spec, message: `${message} It was cancelled, and is left out.` });
      close(run);
    } else if (task?.exitCode === EXIT.cannotJudge) throw new HarnessError(message, EXIT.cannotJudge);
    else if (run.attempt < ATTEMPTS || task?.state === "PREEMPTED") {
      onEvent({ type: "retried", spec: place.spec, message });
      if (task?.state !== "PREEMPTED") run.attempt++;
      Object.assign(run, { at: undefined, endedAt: undefined });
    } else {
      const state = task?.state === "TIMEOUT" ? "timed-out" : "crashed";
      const origin = originOf(options.origins, place);
      const failure = { message, stack: null };
      const { engine } = options;
      store.write(place, failedRecord({ place, state, failure, origin, engine, attempts: run.attempt }));
      close(run, state);
    }
    return true;
  };

  /** Submits what can be done now. Of a throttled plan only when nothing waits, so that the limit holds over all arrays. */
  const submitReady = async (tasks: readonly SlurmTask[]): Promise<boolean> => {
    const running = tasks.filter(isAlive).length;
    if (cluster.atOnce !== undefined) {
      const waits = tasks.some(({ state }) => state === "PENDING");
      if (waits || running >= cluster.atOnce) return false;
    }
    const ready = [...open.values()].filter(({ at, place }) => !at && (!place.needs || !open.has(place.needs.key)));
    const part = ready.slice(0, arraySize);
    if (part.length === 0) return false;
    const name = newName(part[0]!.place.spec.suite);
    for (const run of part) run.before = store.read(run.place)?.record.provenance.startedAt ?? null;
    await submitBatch(options, {
      name,
      tasks: part.map(({ place, attempt, before }) => ({ place: placeFile(place), attempt, before })),
      indexes: part.map((_, index) => index),
      atOnce: cluster.atOnce === undefined ? undefined : cluster.atOnce - running,
    });
    names.add(name);
    for (const [index, run] of part.entries()) run.at = { batch: name, index };
    return true;
  };

  const tell = (tasks: readonly SlurmTask[]): void => {
    for (const { spec, updates } of progressOf(options, open)) onEvent({ type: "progress", spec, updates });
    const running = tasks.filter(({ state }) => state === "RUNNING" || state === "COMPLETING").length;
    const waiting = tasks.filter(({ state }) => state === "PENDING");
    const reasons = [...new Set(waiting.map(({ reason }) => reason))].filter((reason) => reason !== "None").join(", ");
    const line = `Slurm: ${running} at work, ${waiting.length} in the queue${reasons === "" ? "" : ` (${reasons})`}.`;
    if (line !== shown && running + waiting.length > 0) options.say(line);
    shown = line;
  };

  try {
    await adopt();
    let [pollMs, silentSince] = [POLL_MS.first, undefined as number | undefined];
    while (open.size > 0 && !signal.aborted) {
      let changed = false;
      try {
        const tasks = await queue([...names]);
        silentSince = undefined;
        const found = new Map(tasks.map((task) => [`${task.batch} ${task.index}`, task]));
        for (const run of [...open.values()]) {
          if (!run.at) continue;
          const task = found.get(`${run.at.batch} ${run.at.index}`);
          if (!task || !isAlive(task)) changed = settle(run, task) || changed;
        }
        changed = (await submitReady(tasks)) || changed;
        tell(tasks.filter(isAlive));
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        silentSince ??= performance.now();
        if (performance.now() - silentSince > SILENT_MS) throw error;
        options.say(`${messageOf(error)} Its jobs go on; it is asked again.`);
      }
      pollMs = changed ? POLL_MS.first : Math.min(POLL_MS.longest, pollMs * POLL_MS.growth);
      await sleep(open.size > 0 ? pollMs : 0, undefined, { signal }).catch(() => {});
    }
  } catch (error) {
    await cancelAll([...names], options.say).catch(() => {});
    throw error;
  }
  if (signal.aborted) await cancelAll([...names], options.say);
  else for (const name of names) if (!hasFailures(store, name)) removeBatch(store.folder, name);
}

/** Opens the engine on a node of the cluster: it decides what is planned. @throws HarnessError when none opens there. */
export async function engineOfNodes({
  choice,
  store,
  cluster,
  rootSeed,
  signal,
  say,
}: Omit<SlurmOptions, "runs" | "engine" | "origins" | "checkpointMs" | "timeoutMs" | "onEvent">): Promise<EngineInfo> {
  const name = newName("engine");
  say("Slurm: asking a node which engine it has.");
  const options = { choice, store, cluster, rootSeed, checkpointMs: 0, timeoutMs: null };
  try {
    await submitBatch(options, { name, tasks: [], indexes: [0] });
    const file = join(batchFolder(store.folder, name), ENGINE_FILE);
    let [pollMs, endedAt, shown] = [POLL_MS.first, undefined as number | undefined, ""];
    for (;;) {
      if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as EngineInfo;
      const [task] = await queue([name]);
      if (signal.aborted) throw new HarnessError("Stopped while a node was asked.", EXIT.interrupted);
      if (!task || !isAlive(task)) {
        endedAt ??= performance.now();
        const endedWell = task?.state === "COMPLETED";
        if (!endedWell || performance.now() - endedAt > VISIBLE_MS)
          throw new HarnessError(
            `No engine opened on a node: its job ended as ${task?.state ?? "unknown"}${task?.nodes ? ` on ${task.nodes}` : ""}. ${tailOf(logOf(store.folder, name, 0))}`.trim(),
            EXIT.cannotJudge,
          );
      } else if (task.state === "PENDING" && task.reason !== shown && task.reason !== "None") {
        say(`Slurm: the question is in the queue (${task.reason}).`);
        shown = task.reason;
      }
      await sleep(pollMs, undefined, { signal }).catch(() => {});
      pollMs = Math.min(POLL_MS.longest, pollMs * POLL_MS.growth);
    }
  } finally {
    await cancelAll([name], () => {}).catch(() => {});
    removeBatch(store.folder, name);
  }
}

type BatchOptions = Pick<SlurmOptions, "choice" | "store" | "cluster" | "rootSeed" | "checkpointMs" | "timeoutMs">;

interface NewBatch {
  readonly name: string;
  readonly tasks: Parameters<typeof writeBatch>[1]["tasks"];
  readonly indexes: readonly number[];
  readonly atOnce?: number | undefined;
}

/** The file goes first: a coordinator that dies between the two finds the batch by its name, in the queue or not. */
async function submitBatch(
  { choice, store, cluster, rootSeed, checkpointMs, timeoutMs }: BatchOptions,
  { name, tasks, indexes, atOnce }: NewBatch,
): Promise<void> {
  const engine: EngineChoice = choice.requested === undefined ? {} : { requested: choice.requested };
  writeBatch(store.folder, { name, engine, rootSeed, checkpointMs, timeoutMs, tasks });
  const program = [
    process.execPath,
    ...process.execArgv,
    process.argv[1]!,
    "slurm-task",
    batchFile(store.folder, name),
  ];
  await submit({
    name,
    indexes,
    atOnce,
    script: `#!/bin/sh\nexec ${program.map(quoted).join(" ")} "$SLURM_ARRAY_TASK_ID"\n`,
    output: join(batchFolder(store.folder, name), "%a.log"),
    options: cluster.options,
  });
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Cancels jobs and waits until they are gone. */
async function cancelAll(names: readonly string[], say: (line: string) => void): Promise<void> {
  if (names.length === 0) return;
  await cancel(names);
  const since = performance.now();
  for (let told = false; ; told = true) {
    const alive = (await queue(names)).filter(isAlive);
    if (alive.length === 0) return;
    if (performance.now() - since > CANCEL_MS)
      return say(`Slurm still has ${alive.length} of the jobs; it was told to end them.`);
    if (!told) say(`Slurm: ${alive.length} jobs are cancelled; those at work write their checkpoints.`);
    await sleep(POLL_MS.first);
  }
}

function lost(store: Store, { at, attempt }: Open, task: SlurmTask | undefined): string {
  const how = task ? `ended as ${task.state}` : "is not known to Slurm any more";
  const code = task?.exitCode ? `, exit code ${task.exitCode}` : "";
  const where = task?.nodes ? ` on ${task.nodes}` : "";
  const log = at ? tailOf(logOf(store.folder, at.batch, at.index)) : "";
  return `its job ${how}${code}${where} and stored nothing (attempt ${attempt}).${log === "" ? "" : ` ${log}`}`;
}

/** The last words of a job. */
function tailOf(log: string): string {
  if (!existsSync(log)) return "";
  const lines = readFileSync(log, "utf8").trim().split("\n").slice(-5).join("\n").slice(-1_000);
  return lines === "" ? "" : `Its log ends: ${lines}`;
}

function* progressOf({ store }: SlurmOptions, open: ReadonlyMap<string, Open>): Generator<Progressed> {
  const suites = new Set([...open.values()].map(({ place }) => place.spec.suite));
  for (const suite of suites)
    for (const { key, spec, updates } of store.listProgress(suite)) if (open.get(key)?.at) yield { spec, updates };
}
type Progressed = Pick<Extract<ExecuteEvent, { type: "progress" }>, "spec" | "updates">;

function hasFailures(store: Store, name: string): boolean {
  return batchesOf(store.folder).some(
    (batch) =>
      batch.name === name &&
      batch.tasks.some(({ place }) => {
        const record = store.read(place)?.record;
        return !record || !isResult(record);
      }),
  );
}
