/** Doing runs that are not results yet: what the verbs that run something share. */
import { availableParallelism } from "node:os";
import { type ExitCode, HarnessError } from "../errors.ts";
import { type Lock, lockFolder } from "../files/lock.ts";
import { withNeeded } from "../plan/plan-of.ts";
import { readOrigins } from "../provenance/provenance.ts";
import { Chain } from "../store/chain.ts";
import { isResult, type RunPlace, type Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import { type SignalWatch, watchSignals } from "../terminal/signals.ts";
import type { EngineChoice, EngineInfo } from "../worker/messages.ts";
import type { WantedEngine } from "./engine-choice.ts";
import { execute } from "./execute.ts";
import { firstWorker, requireConfirmed } from "./first-worker.ts";
import type { OpenEngine } from "./open-engine.ts";
import { type RunProgress, runProgress } from "./run-progress.ts";
import { schedule } from "./schedule.ts";
import { type Hold, holdForSlurm } from "./slurm/coordinator-file.ts";
import { engineOfNodes } from "./slurm/engine-of-nodes.ts";
import { executeOnSlurm } from "./slurm/execute-on-slurm.ts";
import type { Cluster } from "./slurm/submit-batch.ts";

/** A kill costs so much at most; writing one costs the loop up to 0.1 s (60 MB of state). */
export const CHECKPOINT_MS = 30_000;

export const lockStore = (folder: string, what: string, option = "--store"): Promise<Lock> =>
  lockFolder(folder, "The store", what, `Wait until it is done, or use another folder with ${option}.`);

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

/** A cluster whose nodes have told their engine. */
export interface OpenCluster {
  readonly cluster: Cluster;
  readonly engine: EngineInfo;
  readonly choice: EngineChoice;
  readonly hold: Hold;
}

/**
 * Asks a node of the cluster for its engine, and keeps coordinators of other machines from the store for the time of
 * `use`. What is installed on this machine does not matter.
 */
export async function withCluster<T>(
  { requested }: WantedEngine,
  { cluster, store, seed, signals }: { cluster: Cluster; store: Store; seed: string; signals: SignalWatch },
  use: (opened: OpenCluster) => Promise<T>,
): Promise<T> {
  const choice: EngineChoice = { requested };
  const { signal } = signals;
  const hold = holdForSlurm(store.folder);
  try {
    const { beat } = hold;
    const engine = await engineOfNodes({ choice, store, cluster, rootSeed: seed, signal, say, beat });
    say(`Engine of the nodes: ${engine.class} (${engine.device}; ${engine.reason}).`);
    return await use({ cluster, engine, choice, hold });
  } finally {
    hold.release();
  }
}

export interface RunsToDo {
  readonly opened: OpenEngine | OpenCluster;
  readonly store: Store;
  readonly wanted: readonly RunPlace[];
  /** What is told of them before the count of those that are stored: "Modes: 4 of 8 runs of the quick budget". */
  readonly what: string;
  readonly seed: string;
  /** Processes that a person asked for. */
  readonly workers: number | undefined;
  /** Runs of one model that are stacked, at most, on an engine that was opened for it. */
  readonly stack?: number | undefined;
  readonly checkpointMs: number;
  readonly timeoutMs: number | null;
  readonly signals: SignalWatch;
  /** Whether runs that take long, as measured, are to be started. Without it they are. */
  confirm?(ms: number): Promise<boolean>;
}

/**
 * Does the runs that are not results yet, and those that they start from. Resolves after an abort too; what is stored
 * is in the store's chain then. Throws HarnessError when they are not to be started, or nothing can be stored.
 */
export async function doRuns({
  opened,
  store,
  wanted,
  what,
  seed,
  workers,
  stack = 1,
  ...options
}: RunsToDo): Promise<void> {
  const { engine, choice } = opened;
  const { signal } = options.signals;
  const undone = wanted.filter((place) => !isDone(store, place));
  const pending = withNeeded(undone).filter((place) => undone.includes(place) || !isDone(store, place));
  const needed = pending.length - undone.length;
  say(
    `${what}, ${wanted.length - undone.length} already stored.${needed > 0 ? ` ${needed} runs that they start from are done first.` : ""}`,
  );
  const specs = pending.map((place) => place.spec);
  const chain = chainBefore(store, pending);
  const origins = await readOrigins(specs, seed);
  const all = { ...options, runs: pending, store, engine, choice, origins, signal };
  /** What it shows would hide a question. */
  const withProgress = async (work: (onEvent: RunProgress["on"]) => Promise<void>): Promise<void> => {
    const progress = runProgress(specs, wanted.length - undone.length, say);
    try {
      await work(progress.on);
    } finally {
      progress.stop();
    }
  };
  if ("cluster" in opened) {
    const { cluster, hold } = opened;
    if (pending.length === 0) return;
    await withProgress((onEvent) => executeOnSlurm({ ...all, cluster, rootSeed: seed, say, onEvent, beat: hold.beat }));
    chain.takeUp();
    return;
  }
  const cores = availableParallelism();
  const picked = schedule({ runs: pending, cores, wanted: workers, engineClass: engine.class, stack });
  if (pending.length > 0) say(picked.line);
  const first = firstWorker({ opened, picked, runs: pending, store, seed, signals: options.signals });
  if (options.confirm) await requireConfirmed(first, options.confirm);
  const { workers: lanes, threads } = picked;
  await withProgress((onEvent) =>
    execute({ ...all, first: first.then(({ worker }) => worker), workers: lanes, threads, stack, onEvent }),
  );
  if (pending.length > 0) chain.takeUp();
}

/**
 * The store's chain with all that is stored before these runs are done. Where there are none to do, a store that cannot be
 * written is no reason to stop.
 */
function chainBefore(store: Store, pending: readonly RunPlace[]): Chain {
  const chain = Chain.read(store.folder);
  try {
    chain.takeUp(pending.map((place) => store.name(place)));
  } catch (error) {
    if (pending.length > 0 || !(error instanceof HarnessError)) throw error;
    say(`Warning: ${error.message}`);
  }
  return chain;
}

/** Says what is left after a signal; the exit code of it. */
export function tellStopped(store: Store, wanted: readonly RunPlace[], signals: SignalWatch): ExitCode {
  const left = wanted.filter((place) => !isDone(store, place)).length;
  say(
    `Stopped by ${signals.received}: ${left} of ${wanted.length} runs are left. Nothing is lost; run the same command again to go on.`,
  );
  return signals.exitCode;
}

/** Whether a run has its result; what a kill left of it beside that is of no more use. */
function isDone(store: Store, place: RunPlace): boolean {
  const stored = store.read(place);
  if (!stored || !isResult(stored.record)) return false;
  store.dropUnderWay(place);
  return true;
}
