/** Does the runs of a plan that are not done yet, in parallel worker processes, and survives their deaths. */
import { type ExitCode, HarnessError, messageOf } from "../errors.ts";
import type { RunRecord, RunSpec } from "../run.ts";
import { isResult, type RunPlace, type Store } from "../store/store.ts";
import type { EngineChoice, EngineInfo, Origin, RunTask } from "./messages.ts";
import { startWorker, type Worker, WorkerFailed } from "./pool.ts";
import { thisMachine } from "./this-machine.ts";

/** Attempts before a run is stored as crashed. */
const ATTEMPTS = 2;

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
  /** Of each suite that has runs here, by its id. */
  readonly origins: ReadonlyMap<string, Origin>;
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

  const originOf = ({ suite }: RunSpec): Origin => {
    const origin = options.origins.get(suite);
    if (!origin) throw new TypeError(`no origin is given for the runs of suite "${suite}"`);
    return origin;
  };

  let busy = 0;
  /** The next run that can be done now; waits for the end of others if need be. Undefined when there is nothing to do. */
  const next = async (): Promise<Job | undefined> => {
    while (going()) {
      const index = queue.findIndex(({ place: { needs } }) => !needs || !open.has(needs.key));
      if (index >= 0) return queue.splice(index, 1)[0];
      if (queue.length === 0 || busy === 0) return undefined;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    return undefined;
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
      for (let job = await next(); job; job = await next()) {
        busy += 1;
        try {
          worker ??= await start(job);
          if (!worker) break;
          active.add(worker);
          if (!going()) break;
          await perform(worker, job);
        } catch (error) {
          if (!worker) throw error;
          active.delete(worker);
          worker.kill();
          await worker.gone();
          worker = undefined;
          if (!(error instanceof WorkerFailed)) throw error;
          settle(job, error);
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

  /** A worker for this job. When none can be started the others go on, and the job waits for them. */
  const start = async (job: Job): Promise<Worker | undefined> => {
    try {
      return (await startWorker(options.choice, options.threads)).worker;
    } catch (error) {
      notStarted = error;
      queue.unshift(job);
      const message = `a worker could not be started, the others go on: ${messageOf(error)}`;
      if (going() && active.size > 0) onEvent({ type: "warning", spec: job.place.spec, message });
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
      store.write(place, crashed(place, attempt, error));
      ended(place, "crashed");
    }
  };

  const perform = async (worker: Worker, { place, attempt }: Job): Promise<void> => {
    const { spec, key, needs = null } = place;
    onEvent({ type: "started", spec });
    const { checkpointMs, timeoutMs } = options;
    const origin = originOf(spec);
    const task: RunTask = {
      type: "run",
      spec,
      key,
      needs,
      store: store.folder,
      origin,
      attempt,
      checkpointMs,
      timeoutMs,
    };
    const end = await worker.ask(task, ["done", "interrupted"], (message) => {
      if (message.type === "progress") onEvent({ type: "progress", spec, updates: message.updates });
      if (message.type === "warning") onEvent({ type: "warning", spec, message: message.message });
    });
    if (end.type === "done") ended(place, end.state);
  };

  const crashed = ({ spec, key }: RunPlace, attempt: number, error: WorkerFailed): RunRecord => ({
    format: "reproducibility-run",
    version: 1,
    key,
    spec,
    state: "crashed",
    updatesDone: 0,
    curve: {},
    failure: { message: error.message, stack: error.details },
    provenance: {
      ...originOf(spec),
      engine: options.engine,
      step: null,
      machine: thisMachine(),
      startedAt: new Date().toISOString(),
      durationMs: 0,
      trainMs: 0,
      peakMemoryBytes: 0,
      resumes: 0,
      attempts: attempt,
    },
  });

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
