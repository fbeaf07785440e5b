/** Does the runs of a plan that are not done yet, in parallel worker processes, and survives their deaths. */
import type { RunRecord, RunSpec } from "../contract/run.ts";
import { type ExitCode, HarnessError, messageOf } from "../errors.ts";
import type { Origins } from "../provenance/provenance.ts";
import { isResult, type RunPlace, type Store } from "../store/store.ts";
import type { EngineChoice, EngineInfo, RunTask } from "../worker/messages.ts";
import { startWorker, type Worker, WorkerFailed } from "../worker/pool.ts";
import { failedRecord, originOf } from "./failed-record.ts";
import { canBeStacked } from "./schedule.ts";

/** Attempts before a run is stored as crashed. */
const ATTEMPTS = 2;
/** A worker that says nothing for so long hangs, where no limit of a run's time says less: one step takes minutes at most. */
const SILENT_MS = 3_600_000;

export type ExecuteEvent =
  | { readonly type: "started"; readonly spec: RunSpec }
  | { readonly type: "progress"; readonly spec: RunSpec; readonly updates: number }
  | { readonly type: "ended"; readonly spec: RunSpec; readonly state: RunRecord["state"] }
  | { readonly type: "retried"; readonly spec: RunSpec; readonly message: string }
  | { readonly type: "warning"; readonly spec: RunSpec; readonly message: string };

export interface ExecuteOptions {
  readonly runs: readonly RunPlace[];
  readonly store: Store;
  readonly engine: EngineInfo;
  readonly choice: EngineChoice;
  /** A worker that is there already, or will be; more are started as they are needed. */
  readonly first: Promise<Worker | undefined>;
  readonly workers: number;
  /** Of each worker. */
  readonly threads: number;
  /** Runs of one model that a worker does at the same time, at most; more than 1 with an engine that stacks them. */
  readonly stack?: number;
  /** Of each suite that has runs here, by its id. */
  readonly origins: Origins;
  readonly checkpointMs: number;
  readonly timeoutMs: number | null;
  /** Aborted when the suite is to stop: workers write their checkpoints and end. */
  readonly signal: AbortSignal;
  onEvent(event: ExecuteEvent): void;
}

interface Job {
  readonly place: RunPlace;
  readonly attempt: number;
}

/**
 * Resolves when every run has a record, or after an abort; no worker is left then, nor when it throws: HarnessError when
 * nothing can be stored any more, or no worker can be started.
 */
export async function execute(options: ExecuteOptions): Promise<void> {
  const { store, signal, onEvent } = options;
  const queue: Job[] = options.runs.map((place) => ({ place, attempt: 1 }));
  /** Keys of the runs that have not ended yet: those that start from one of them wait. */
  const open = new Set(queue.map(({ place }) => place.key));
  let waiting: (() => void)[] = [];
  const active = new Set<Worker>();
  let fatal: { readonly error: unknown } | undefined;
  let notStarted: unknown;
  const going = (): boolean => !signal.aborted && !fatal;
  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const go of woken) go();
  };
  const stopAll = (): void => {
    active.forEach((worker) => void worker.stop());
    wake();
  };
  const giveUp = (error: unknown): void => {
    fatal ??= { error };
    stopAll();
  };

  let busy = 0;
  const take = (wanted: (job: Job) => boolean): Job | undefined => {
    const index = queue.findIndex((job) => (!job.place.needs || !open.has(job.place.needs.key)) && wanted(job));
    return index < 0 ? undefined : queue.splice(index, 1)[0];
  };
  /**
   * The next run that can be done now, or a stack of such; waits for the end of others if need be. None when there is
   * nothing to do. What failed in a stack is tried again alone.
   */
  const next = async (): Promise<readonly Job[]> => {
    while (going()) {
      const first = take(() => true);
      if (first) {
        const like = (job: Job): boolean => job.attempt === 1 && canBeStacked(first.place.spec, job.place.spec);
        const atMost = first.attempt === 1 ? (options.stack ?? 1) : 1;
        const jobs = [first];
        while (jobs.length < atMost) {
          const job = take(like);
          if (!job) break;
          jobs.push(job);
        }
        return jobs;
      }
      if (queue.length === 0 || busy === 0) return [];
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    return [];
  };
  const ended = ({ spec, key }: RunPlace, state: RunRecord["state"]): void => {
    open.delete(key);
    onEvent({ type: "ended", spec, state });
  };

  /** One lane: a worker after another if need be, a run after another. Never rejects. */
  const serve = async (first?: Promise<Worker | undefined>): Promise<void> => {
    let worker: Worker | undefined;
    try {
      worker = await first;
      for (let jobs = await next(); jobs.length > 0; jobs = await next()) {
        busy += 1;
        try {
          worker ??= await start(jobs);
          if (!worker) break;
          active.add(worker);
          if (!going()) break;
          await perform(worker, jobs);
        } catch (error) {
          if (!worker) throw error;
          active.delete(worker);
          worker.kill();
          await worker.gone();
          worker = undefined;
          if (!(error instanceof WorkerFailed)) throw error;
          for (const job of jobs) if (open.has(job.place.key)) settle(job, error);
        } finally {
          busy -= 1;
          wake();
        }
      }
    } catch (error) {
      giveUp(error);
    }
    if (!worker) return;
    worker.stop();
    await worker.gone();
    active.delete(worker);
  };

  /** A worker for these jobs. When none can be started the others go on, and the jobs wait for them. */
  const start = async (jobs: readonly Job[]): Promise<Worker | undefined> => {
    try {
      return (await startWorker(options.choice, options.threads)).worker;
    } catch (error) {
      notStarted = error;
      queue.unshift(...jobs);
      const message = `a worker could not be started, the others go on: ${messageOf(error)}`;
      if (going() && active.size > 0) onEvent({ type: "warning", spec: jobs[0]!.place.spec, message });
      return undefined;
    }
  };

  /** What follows from a worker's death or error: the run was done all the same, is tried again, or is stored as crashed. */
  const settle = ({ place, attempt }: Job, error: WorkerFailed): void => {
    const { spec } = place;
    const stored = store.read(place)?.record;
    if (stored && isResult(stored)) {
      ended(place, stored.state);
    } else if (!going()) {
      // A worker that is stopped may die of it; what it has to say of the disk matters.
      if (error.exitCode !== null) onEvent({ type: "warning", spec, message: error.message });
    } else if (error.exitCode !== null) {
      giveUp(new HarnessError(error.message, error.exitCode as ExitCode));
    } else if (attempt < ATTEMPTS) {
      onEvent({ type: "retried", spec, message: error.message });
      queue.unshift({ place, attempt: attempt + 1 });
    } else {
      store.write(
        place,
        failedRecord({
          place,
          state: "crashed",
          failure: { message: error.message, stack: error.details },
          origin: originOf(options.origins, place),
          engine: options.engine,
          attempts: attempt,
        }),
      );
      ended(place, "crashed");
    }
  };

  const perform = async (worker: Worker, jobs: readonly Job[]): Promise<void> => {
    const { checkpointMs, timeoutMs } = options;
    const runs = jobs.map(({ place, attempt }): RunTask => {
      const { spec, key, needs = null } = place;
      const origin = originOf(options.origins, place);
      onEvent({ type: "started", spec });
      return { spec, key, needs, store: store.folder, origin, attempt, checkpointMs, timeoutMs };
    });
    const asked = worker.ask({ type: "run", runs }, ["done", "interrupted"], (message) => {
      if (!("run" in message)) return;
      const { place } = jobs[message.run]!;
      if (message.type === "progress") onEvent({ type: "progress", spec: place.spec, updates: message.updates });
      if (message.type === "warning") onEvent({ type: "warning", spec: place.spec, message: message.message });
      if (message.type === "ended") ended(place, message.state);
    });
    await worker.endWhenSilent(timeoutMs === null ? SILENT_MS : 2 * timeoutMs, asked);
  };

  signal.addEventListener("abort", stopAll);
  try {
    const lanes = Math.max(1, Math.min(options.workers, queue.length));
    await Promise.all(Array.from({ length: lanes }, (_, lane) => serve(lane === 0 ? options.first : undefined)));
  } finally {
    signal.removeEventListener("abort", stopAll);
  }
  if (fatal) throw fatal.error;
  if (queue.length > 0 && going()) throw notStarted;
}
