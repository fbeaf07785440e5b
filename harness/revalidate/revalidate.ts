/** Checks stored runs against today's code, in parallel worker processes. */
import { HarnessError, messageOf } from "../errors.ts";
import { thisProject } from "../project.ts";
import { isSameProcessor, thisMachine } from "../provenance/this-machine.ts";
import { OwnCode } from "../revisions/own-code.ts";
import { type Finding, type Revalidation, recordSha256 } from "../store/revalidation.ts";
import { canonicalJson } from "../store/run-key.ts";
import type { RunPlace, Store } from "../store/store.ts";
import type { SourcesToday } from "../verdict/standing.ts";
import { EARLY_UPDATES } from "../worker/first-updates.ts";
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
  /** The folder for worktrees of other revisions. */
  readonly worktrees: string;
  readonly signal: AbortSignal;
  say(line: string): void;
  onEvent(event: RevalidateEvent): void;
}

/**
 * Resolves when every run is checked, or after an abort; what was found by then is stored. No worker is left then. A run
 * that comes out differently on another kind of processor than its own is compared there with its own code
 * (`besideOwnCode`).
 */
export async function revalidate(options: RevalidateOptions): Promise<void> {
  const { store, engine, today, signal, onEvent } = options;
  const queue = [...options.places];
  const active = new Set<Worker>();
  const stopAll = (): void => active.forEach((worker) => void worker.stop());

  const keep = (place: RunPlace, finding: Finding): void => {
    const { record } = store.read(place)!;
    store.writeRevalidation(place, {
      format: "reproducibility-revalidation",
      version: 1,
      key: place.key,
      recordSha256: recordSha256(record),
      sourceSha256: today(place.spec),
      engine,
      at: new Date().toISOString(),
      finding,
    } satisfies Revalidation);
    onEvent({ type: "checked", place, finding });
  };
  const elsewhere: Elsewhere[] = [];

  const perform = async (worker: Worker, place: RunPlace): Promise<void> => {
    const { spec, key, needs = null } = place;
    const task = { type: "revalidate", spec, key, needs, store: store.folder } as const;
    const end = await worker.ask(task, ["revalidated", "interrupted"]);
    if (end.type === "interrupted") return;
    const { finding } = end;
    const { machine } = store.read(place)!.record.provenance;
    if (finding.verdict === "stale" && !isSameProcessor(machine, thisMachine())) elsewhere.push({ place, finding });
    else keep(place, finding);
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
    await besideOwnCode(elsewhere, options, keep);
  } finally {
    signal.removeEventListener("abort", stopAll);
  }
}

/** A run whose check found differences, on another kind of processor than the run was made on. */
interface Elsewhere {
  readonly place: RunPlace;
  readonly finding: Extract<Finding, { verdict: "stale" }>;
}

/**
 * Processors round differently, so that bits of a stored run cannot be repeated everywhere. Such a run stands if its own code,
 * in a worktree of its revision, makes the same first updates here as today's code; it is stale if its own code repeats the
 * stored ones, or makes others than today's. It stays unchecked where its own code cannot run, and where a metric differs,
 * which depends on the processor too.
 */
async function besideOwnCode(
  elsewhere: readonly Elsewhere[],
  options: RevalidateOptions,
  keep: (place: RunPlace, finding: Finding) => void,
): Promise<void> {
  const { store, onEvent, signal } = options;
  const ownCode = new OwnCode(options);
  try {
    for (const { place, finding } of elsewhere) {
      if (signal.aborted) return;
      const { record } = store.read(place)!;
      const { machine } = record.provenance;
      const [first] = finding.differences;
      const unknown = (why: string): void =>
        onEvent({
          type: "failed",
          place,
          message: `${first!.what} comes out differently here, but the run is of another kind of processor (${machine.cpu}), which may round otherwise, and ${why}: check it on one like that`,
        });
      const own = await ownCode.of(record);
      if (finding.differences.length > 1 || !first!.what.startsWith("state")) unknown("its metrics do");
      else if ("why" in own) unknown(own.why);
      else {
        options.say(`${place.spec.path}: its first updates by its own code and by today's, on this processor.`);
        try {
          const [theirs, ours] = [
            await updatesBy(ownCode, own.folder, store, place),
            await updatesBy(ownCode, thisProject().root, store, place),
          ];
          const { measuredFrom } = finding;
          if (theirs === ours)
            keep(place, { verdict: "stands", ...(measuredFrom && { measuredFrom }), processor: thisMachine().cpu });
          else keep(place, finding);
        } catch (error) {
          if (!(error instanceof HarnessError)) throw error;
          if (!signal.aborted) unknown(error.message);
        }
      }
    }
  } finally {
    await ownCode.remove();
  }
}

/** Hashes of the tensors after the first updates. */
async function updatesBy(ownCode: OwnCode, folder: string, store: Store, place: RunPlace): Promise<string> {
  const to = Math.min(EARLY_UPDATES, place.spec.updates);
  const { updates } = await ownCode.replayed(
    folder,
    store.path(place),
    { from: to - 1, to, operations: false },
    place.spec.path,
  );
  return canonicalJson(updates.at(-1)?.tensors ?? {});
}
