/** Checks stored runs against today's code, in parallel worker processes. */
import { messageOf } from "../errors.ts";
import { thisMachine } from "../provenance/this-machine.ts";
import { type Finding, type Revalidation, recordSha256 } from "../store/revalidation.ts";
import type { RunPlace, Store } from "../store/store.ts";
import type { SourcesToday } from "../verdict/standing.ts";
import type { EngineChoice, EngineInfo } from "../worker/messages.ts";
import { startWorker, type Worker, WorkerFailed } from "../worker/pool.ts";

export type RevalidateEvent =
  | { readonly type: "checked"; readonly place: RunPlace; readonly finding: Finding }
  /** The check did not come to an end: nothing is known of the run, and nothing is stored. */
  | { readonly type: "failed"; readonly place: RunPlace; readonly message: string };

export interface RevalidateOptions {
  readonly places: readonly RunPlace[];
  readonly store: Store;
  readonly engine: EngineInfo;
  readonly choice: EngineChoice;
  /** The worker that told the engine; more are started as they are needed. */
  readonly first: Worker;
  readonly workers: number;
  readonly today: SourcesToday;
  readonly signal: AbortSignal;
  onEvent(event: RevalidateEvent): void;
}

/**
 * Resolves when every run is checked, or after an abort; what was found by then is stored. No worker is left then. A run
 * that comes out differently on another kind of processor than its own is not called stale for it: nobody can say whether
 * that is the code's doing.
 */
export async function revalidate(options: RevalidateOptions): Promise<void> {
  const { store, engine, today, signal, onEvent } = options;
  const queue = [...options.places];
  const active = new Set<Worker>();
  const stopAll = (): void => active.forEach((worker) => void worker.stop());

  const perform = async (worker: Worker, place: RunPlace): Promise<void> => {
    const { spec, key, needs = null } = place;
    const task = { type: "revalidate", spec, key, needs, store: store.folder } as const;
    const end = await worker.ask(task, ["revalidated", "interrupted"]);
    if (end.type === "interrupted") return;
    const { record } = store.read(place)!;
    const [made, here] = [record.provenance.machine.cpu, thisMachine().cpu];
    if (end.finding.verdict === "stale" && made !== here) {
      const message = `${end.finding.differences[0]!.what} comes out differently on ${here}, but the run is of ${made}, which may round otherwise: check it on one like that`;
      onEvent({ type: "failed", place, message });
      return;
    }
    store.writeRevalidation(place, {
      format: "reproducibility-revalidation",
      version: 1,
      key,
      recordSha256: recordSha256(record),
      sourceSha256: today(spec),
      engine,
      at: new Date().toISOString(),
      finding: end.finding,
    } satisfies Revalidation);
    onEvent({ type: "checked", place, finding: end.finding });
  };

  /** One lane: a run after another; a worker that failed is replaced. */
  const serve = async (first: Worker | undefined): Promise<void> => {
    let worker = first;
    try {
      while (!signal.aborted) {
        const place = queue.shift();
        if (!place) break;
        worker ??= (await startWorker(options.choice, 1)).worker;
        active.add(worker);
        if (signal.aborted) break;
        try {
          await perform(worker, place);
        } catch (error) {
          if (!(error instanceof WorkerFailed)) throw error;
          active.delete(worker);
          worker.kill();
          await worker.gone();
          worker = undefined;
          if (!signal.aborted) onEvent({ type: "failed", place, message: messageOf(error) });
        }
      }
    } finally {
      worker?.stop();
      await worker?.gone();
      if (worker) active.delete(worker);
    }
  };

  signal.addEventListener("abort", stopAll);
  try {
    const lanes = Math.max(1, Math.min(options.workers, queue.length));
    const ended = await Promise.allSettled(
      Array.from({ length: lanes }, (_, lane) => serve(lane === 0 ? options.first : undefined)),
    );
    for (const lane of ended) if (lane.status === "rejected") throw lane.reason;
  } finally {
    signal.removeEventListener("abort", stopAll);
  }
}
