/** Does the runs of a plan that are not done yet, in parallel worker processes, and survives their deaths. */
import { type ExitCode, HarnessError } from "../errors.ts";
import type { RunRecord, RunSpec } from "../run.ts";
import type { RunPlace, Store } from "../store/store.ts";
import type { EngineChoice, EngineInfo, Origin, RunTask } from "./messages.ts";
import { startWorker, type Worker, WorkerFailed } from "./pool.ts";

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
  /** The worker that told the engine; more are started as they are needed. */
  readonly first: Worker;
  readonly workers: number;
  readonly origin: Origin;
  readonly checkpointMs: number;
  readonly timeoutMs: number | null;
  /** Aborted when the suite is to stop: workers write their checkpoints and end. */
  readonly signal: AbortSignal;
  onEvent(event: ExecuteEvent): void;
}

/** Resolves when every run has a record, or after an abort. Throws HarnessError when nothing can be stored any more. */
export async function execute(options: ExecuteOptions): Promise<void> {
  const queue = options.runs.map((place) => ({ place, attempt: 1 }));
  const active = new Set<Worker>();
  let fatal: HarnessError | undefined;
  const stopAll = (): void => active.forEach((worker) => void worker.stop());
  options.signal.addEventListener("abort", stopAll);

  const serve = async (first: Worker | undefined): Promise<void> => {
    let worker = first;
    while (queue.length > 0 && !options.signal.aborted && !fatal) {
      const { place, attempt } = queue.shift()!;
      worker ??= (await startWorker(options.choice, 1)).worker;
      active.add(worker);
      try {
        if (options.signal.aborted) break;
        await perform(worker, place, attempt);
      } catch (error) {
        if (!(error instanceof WorkerFailed)) throw error;
        active.delete(worker);
        worker.kill();
        worker = undefined;
        if (options.signal.aborted) break;
        if (error.exitCode !== null) {
          fatal ??= new HarnessError(error.message, error.exitCode as ExitCode);
          stopAll();
        } else if (attempt < ATTEMPTS) {
          options.onEvent({ type: "retried", spec: place.spec, message: error.message });
          queue.unshift({ place, attempt: attempt + 1 });
        } else {
          options.store.write(place, crashed(place, attempt, error));
          options.onEvent({ type: "ended", spec: place.spec, state: "crashed" });
        }
      }
    }
    if (worker) {
      worker.stop();
      await worker.gone();
      active.delete(worker);
    }
  };

  const perform = async (worker: Worker, { spec, key }: RunPlace, attempt: number): Promise<void> => {
    options.onEvent({ type: "started", spec });
    const { origin, checkpointMs, timeoutMs, store } = options;
    const task: RunTask = { type: "run", spec, key, store: store.folder, origin, attempt, checkpointMs, timeoutMs };
    const end = await worker.ask(task, ["done", "interrupted"], (message) => {
      if (message.type === "progress") options.onEvent({ type: "progress", spec, updates: message.updates });
      if (message.type === "warning") options.onEvent({ type: "warning", spec, message: message.message });
    });
    if (end.type === "done") options.onEvent({ type: "ended", spec, state: end.state });
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
      ...options.origin,
      engine: options.engine,
      machine: {
        platform: `${process.platform}-${process.arch}`,
        cpu: "unknown",
        cores: 0,
        memoryBytes: 0,
        node: process.version,
      },
      startedAt: new Date().toISOString(),
      durationMs: 0,
      trainMs: 0,
      peakMemoryBytes: 0,
      resumes: 0,
      attempts: attempt,
    },
  });

  const lanes = Math.max(1, Math.min(options.workers, queue.length));
  await Promise.all(Array.from({ length: lanes }, (_, lane) => serve(lane === 0 ? options.first : undefined)));
  options.signal.removeEventListener("abort", stopAll);
  if (fatal) throw fatal;
}

/** Records of these states are results; others are tried again by the next invocation. */
export function isResult(record: RunRecord): boolean {
  return record.state === "finished" || record.state === "diverged";
}
