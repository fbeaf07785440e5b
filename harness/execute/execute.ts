/** Does the runs of a plan that are not done yet, in parallel worker processes, and survives their deaths. */
import type { RunRecord, RunSpec } from "../contract/run.ts";
import { type ExitCode, HarnessError, messageOf } from "../errors.ts";
import type { Origins } from "../provenance/provenance.ts";
import { isResult, type RunPlace, type Store } from "../store/store.ts";
import type { EngineChoice, EngineInfo, RunTask } from "../worker/messages.ts";
import { startWorker, type Worker, WorkerFailed } from "../worker/pool.ts";
import { failedRecord, originOf } from "./failed-record.ts";
import { type Job, JobQueue } from "./job-queue.ts";

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

/**
 * Resolves when every run has a record, or after an abort; no worker is left then, nor when it throws: HarnessError when
 * nothing can be stored any more, or no worker can be started.
 */
export const execute = (options: ExecuteOptions): Promise<void> => new Execution(options).run();

class Execution {
  readonly #options: ExecuteOptions;
  readonly #queue: JobQueue;
  readonly #active = new Set<Worker>();
  #fatal: { readonly error: unknown } | undefined;
  #notStarted: unknown;

  constructor(options: ExecuteOptions) {
    const { runs, stack = 1 } = options;
    this.#options = options;
    this.#queue = new JobQueue({ runs, stack, going: () => this.#isGoing() });
  }

  async run(): Promise<void> {
    const { signal, workers, first } = this.#options;
    const stopAll = (): void => this.#stopAll();
    signal.addEventListener("abort", stopAll);
    try {
      const lanes = Math.max(1, Math.min(workers, this.#queue.length));
      await Promise.all(Array.from({ length: lanes }, (_, lane) => this.#serve(lane === 0 ? first : undefined)));
    } finally {
      signal.removeEventListener("abort", stopAll);
    }
    if (this.#fatal) throw this.#fatal.error;
    if (this.#queue.length > 0 && this.#isGoing()) throw this.#notStarted;
  }

  #isGoing(): boolean {
    return !this.#options.signal.aborted && !this.#fatal;
  }

  #stopAll(): void {
    for (const worker of this.#active) worker.stop();
    this.#queue.wake();
  }

  #giveUp(error: unknown): void {
    this.#fatal ??= { error };
    this.#stopAll();
  }

  /** One lane: a worker after another if need be, a run after another. Never rejects. */
  async #serve(first?: Promise<Worker | undefined>): Promise<void> {
    let worker: Worker | undefined;
    try {
      worker = await first;
      for (let jobs = await this.#queue.next(); jobs.length > 0; jobs = await this.#queue.next()) {
        try {
          worker ??= await this.#start(jobs);
          if (!worker) break;
          this.#active.add(worker);
          if (!this.#isGoing()) break;
          await this.#perform(worker, jobs);
        } catch (error) {
          if (!worker) throw error;
          await this.#end(worker);
          worker = undefined;
          if (!(error instanceof WorkerFailed)) throw error;
          for (const job of jobs) if (this.#queue.isOpen(job.place)) this.#settle(job, error);
        } finally {
          this.#queue.giveBack();
        }
      }
    } catch (error) {
      this.#giveUp(error);
    }
    if (!worker) return;
    worker.stop();
    await worker.gone();
    this.#active.delete(worker);
  }

  /** Ends a worker that failed. */
  async #end(worker: Worker): Promise<void> {
    this.#active.delete(worker);
    worker.kill();
    await worker.gone();
  }

  /** A worker for these jobs. When none can be started the others go on, and the jobs wait for them. */
  async #start(jobs: readonly Job[]): Promise<Worker | undefined> {
    const { choice, threads, onEvent } = this.#options;
    try {
      return (await startWorker(choice, threads)).worker;
    } catch (error) {
      this.#notStarted = error;
      this.#queue.putBack(...jobs);
      const message = `a worker could not be started, the others go on: ${messageOf(error)}`;
      if (this.#isGoing() && this.#active.size > 0) onEvent({ type: "warning", spec: jobs[0]!.place.spec, message });
      return undefined;
    }
  }

  async #perform(worker: Worker, jobs: readonly Job[]): Promise<void> {
    const { timeoutMs, onEvent } = this.#options;
    const runs = jobs.map((job) => this.#taskOf(job));
    const asked = worker.ask({ type: "run", runs }, ["done", "interrupted"], (message) => {
      if (!("run" in message)) return;
      const { place } = jobs[message.run]!;
      if (message.type === "progress") onEvent({ type: "progress", spec: place.spec, updates: message.updates });
      if (message.type === "warning") onEvent({ type: "warning", spec: place.spec, message: message.message });
      if (message.type === "ended") this.#ended(place, message.state);
    });
    await worker.endWhenSilent(timeoutMs === null ? SILENT_MS : 2 * timeoutMs, asked);
  }

  #taskOf({ place, attempt }: Job): RunTask {
    const { store, origins, checkpointMs, timeoutMs, onEvent } = this.#options;
    const { spec, key, needs = null } = place;
    const origin = originOf(origins, place);
    onEvent({ type: "started", spec });
    return { spec, key, needs, store: store.folder, origin, attempt, checkpointMs, timeoutMs };
  }

  #ended(place: RunPlace, state: RunRecord["state"]): void {
    this.#queue.close(place);
    this.#options.onEvent({ type: "ended", spec: place.spec, state });
  }

  /** What follows from a worker's death or error: the run was done all the same, is tried again, or is stored as crashed. */
  #settle(job: Job, error: WorkerFailed): void {
    const { place, attempt } = job;
    const { spec } = place;
    const { store, onEvent } = this.#options;
    const stored = store.read(place)?.record;
    if (stored && isResult(stored)) {
      this.#ended(place, stored.state);
    } else if (!this.#isGoing()) {
      // A worker that is stopped may die of it; what it has to say of the disk matters.
      if (error.exitCode !== null) onEvent({ type: "warning", spec, message: error.message });
    } else if (error.exitCode !== null) {
      this.#giveUp(new HarnessError(error.message, error.exitCode as ExitCode));
    } else if (attempt < ATTEMPTS) {
      onEvent({ type: "retried", spec, message: error.message });
      this.#queue.putBack({ place, attempt: attempt + 1 });
    } else this.#crashed(job, error);
  }

  #crashed({ place, attempt }: Job, error: WorkerFailed): void {
    const { store, origins, engine } = this.#options;
    const failure = { message: error.message, stack: error.details };
    const origin = originOf(origins, place);
    store.write(place, failedRecord({ place, state: "crashed", failure, origin, engine, attempts: attempt }));
    this.#ended(place, "crashed");
  }
}
