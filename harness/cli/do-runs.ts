/** Doing runs that are not results yet: what the verbs that run something share. */
import type { EngineId } from "../engine/engine.ts";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { execute } from "../execute/execute.ts";
import type { EngineChoice, EngineInfo } from "../execute/messages.ts";
import { startWorker, type Worker, WorkerFailed } from "../execute/pool.ts";
import { acquireLock, type Lock } from "../lock.ts";
import { readOrigins } from "../provenance.ts";
import { isResult, type RunPlace, type Store } from "../store/store.ts";
import { chooseEngine } from "./engine-choice.ts";
import { estimate } from "./estimate.ts";
import { withNeeded } from "./plan-of.ts";
import { duration, runProgress } from "./progress.ts";
import { type SignalWatch, watchSignals } from "./signals.ts";

export const CHECKPOINT_MS = 10_000;

export const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Throws HarnessError that says who uses the folder, "The store runs". */
export async function lockFolder(folder: string, name: string, what: string, instead: string): Promise<Lock> {
  const lock = await acquireLock(folder, what);
  if (!("heldBy" in lock)) return lock;
  const { pid, since, what: held } = lock.heldBy;
  const who = pid === 0 ? "another process" : `"${held}" (process ${pid}, since ${since})`;
  throw new HarnessError(`${name} ${folder} is in use by ${who}. ${instead}`, EXIT.cannotJudge);
}

export const lockStore = (folder: string, what: string): Promise<Lock> =>
  lockFolder(folder, "The store", what, "Wait until it is done, or use another folder with --store.");

/** Work that the first Ctrl-C stops cleanly; resolves to the exit code. */
export async function interruptible(work: (signals: SignalWatch) => Promise<ExitCode>): Promise<ExitCode> {
  const signals = watchSignals();
  try {
    return await work(signals);
  } catch (error) {
    // Ctrl-C reaches children too (a compiler, a worker that is starting): their failure is its consequence.
    if (!signals.received || !(error instanceof HarnessError)) throw error;
    say(`Stopped by ${signals.received}. Nothing is lost; run the same command again to go on. (${error.message})`);
    return signals.exitCode;
  } finally {
    signals.stop();
  }
}

export interface OpenEngine {
  readonly worker: Worker;
  readonly engine: EngineInfo;
  /** `choice.reason`: why it is not the engine that was to be. */
  readonly choice: EngineChoice;
}

/** Opens the engine in a worker for the time of `use`. Leaves no worker behind, whatever happens. */
export async function withEngine<T>(
  requested: EngineId | undefined,
  use: (opened: OpenEngine) => Promise<T>,
): Promise<T> {
  const choice = await chooseEngine(requested, say);
  const { worker, engine } = await startWorker(choice, 1);
  try {
    say(`Engine: ${engine.class} (${engine.device}; ${engine.reason}).`);
    return await use({ worker, engine, choice });
  } finally {
    worker.stop();
    await worker.gone();
  }
}

export interface RunsToDo {
  readonly opened: OpenEngine;
  readonly store: Store;
  readonly wanted: readonly RunPlace[];
  /** What is told of them before the count of those that are stored: "Modes: 4 of 8 runs of the quick budget". */
  readonly what: string;
  readonly seed: string;
  readonly workers: number;
  readonly checkpointMs: number;
  readonly timeoutMs: number | null;
  readonly signals: SignalWatch;
}

/** Does the runs that are not results yet, and those that they start from. Resolves after an abort too. */
export async function doRuns({ opened, store, wanted, what, seed, workers, ...options }: RunsToDo): Promise<void> {
  const { worker, engine, choice } = opened;
  const { signals } = options;
  const undone = wanted.filter((place) => !isDone(store, place));
  const pending = withNeeded(undone).filter((place) => undone.includes(place) || !isDone(store, place));
  const needed = pending.length - undone.length;
  say(
    `${what}, ${wanted.length - undone.length} already stored.${needed > 0 ? ` ${needed} runs that they start from are done first.` : ""}`,
  );
  const specs = pending.map((place) => place.spec);
  const origins = await readOrigins(specs, seed);
  signals.signal.addEventListener("abort", () => worker.stop());
  if (specs.some(({ updates }) => updates > 0) && !signals.signal.aborted)
    await tellTime(worker, pending, seed, workers, signals);
  const progress = runProgress(specs, wanted.length - undone.length, say);
  try {
    await execute({
      runs: pending,
      store,
      engine,
      choice,
      first: worker.alive ? worker : undefined,
      workers,
      origins,
      checkpointMs: options.checkpointMs,
      timeoutMs: options.timeoutMs,
      signal: signals.signal,
      onEvent: progress.on,
    });
  } finally {
    progress.stop();
  }
}

/** Says what is left after a signal; the exit code of it. */
export function tellStopped(store: Store, wanted: readonly RunPlace[], signals: SignalWatch): ExitCode {
  const left = wanted.filter((place) => !isDone(store, place)).length;
  say(
    `Stopped by ${signals.received}: ${left} of ${wanted.length} runs are left. Nothing is lost; run the same command again to go on.`,
  );
  return signals.exitCode;
}

/** Whether a run has its result; a checkpoint that a kill left beside it is of no more use. */
function isDone(store: Store, place: RunPlace): boolean {
  const stored = store.read(place);
  if (!stored || !isResult(stored.record)) return false;
  store.dropCheckpoint(place);
  return true;
}

/** An estimate is a courtesy: a model that fails in it is met again, and recorded, when its runs are done. */
async function tellTime(
  worker: Worker,
  runs: readonly RunPlace[],
  seed: string,
  workers: number,
  signals: SignalWatch,
): Promise<void> {
  try {
    const ms = await estimate(worker, runs, seed, workers);
    say(`About ${duration(ms)} on ${Math.min(workers, runs.length)} workers.`);
  } catch (error) {
    if (!(error instanceof WorkerFailed)) throw error;
    if (!signals.received) say(`The time it takes cannot be estimated: ${error.message}.`);
  }
}
