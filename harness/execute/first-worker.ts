/** What is known before runs are started: how long they take, and whether somebody wants that. */
import { EXIT, HarnessError } from "../errors.ts";
import { begunUpdates, estimate } from "../plan/estimate.ts";
import type { RunPlace, Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import { duration } from "../terminal/progress.ts";
import type { SignalWatch } from "../terminal/signals.ts";
import { startWorker, type Worker, WorkerFailed } from "../worker/pool.ts";
import type { OpenEngine } from "./open-engine.ts";
import type { Schedule } from "./schedule.ts";

/** From here on runs take long. */
const LONG_MS = 3_600_000;

export interface Start {
  readonly opened: OpenEngine;
  readonly picked: Schedule;
  readonly runs: readonly RunPlace[];
  readonly store: Store;
  readonly seed: string;
  readonly signals: SignalWatch;
}
export interface FirstWorker {
  /** Undefined when it is gone. */
  readonly worker: Worker | undefined;
  /** How long the runs take; undefined where that is not known. */
  readonly ms: number | undefined;
}

/**
 * A worker of the schedule's threads that has told how long the runs take; others may be at the runs meanwhile. The one
 * that told the engine, if its threads fit: they are read when an engine loads.
 */
export async function firstWorker(start: Start): Promise<FirstWorker> {
  const { opened, picked, runs, signals } = start;
  if (picked.threads > 1) opened.worker.stop();
  const worker = picked.threads > 1 ? (await startWorker(opened.choice, picked.threads)).worker : opened.worker;
  const stop = (): void => worker.stop();
  if (signals.signal.aborted) stop();
  signals.signal.addEventListener("abort", stop);
  const trains = runs.some(({ spec }) => spec.updates > 0);
  const ms = trains && !signals.signal.aborted ? await tellTime(worker, start) : undefined;
  return { worker: worker.alive ? worker : undefined, ms };
}

/** An estimate is a courtesy: a model that fails in it is met again, and recorded, when its runs are done. */
async function tellTime(worker: Worker, { picked, runs, store, seed, signals }: Start): Promise<number | undefined> {
  try {
    const ms = await estimate(worker, runs, seed, picked.workers, begunUpdates(store, runs));
    say(`About ${duration(ms)} of training; what is measured of a trained model comes on top.`);
    return ms;
  } catch (error) {
    if (!(error instanceof WorkerFailed)) throw error;
    if (!signals.received) say(`The time it takes cannot be estimated: ${error.message}.`);
    return undefined;
  }
}

/** Throws HarnessError when the runs take long and the answer is not yes. */
export async function requireConfirmed(
  first: Promise<FirstWorker>,
  confirm: (ms: number) => Promise<boolean>,
): Promise<void> {
  const { worker, ms } = await first;
  if (ms === undefined || ms <= LONG_MS || (await confirm(ms))) return;
  worker?.stop();
  await worker?.gone();
  throw new HarnessError(
    "Not started: the answer was not yes. Nothing was stored. Take a smaller --profile or fewer --replicates, or start it with --yes.",
    EXIT.interrupted,
  );
}
