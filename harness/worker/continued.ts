/** What a training goes on from, and whose work that is. */
import type { Training } from "../contract/training.ts";
import type { Engine } from "../engine/engine.ts";
import type { Checkpoint } from "../store/checkpoint.ts";
import type { RunPlace, Store } from "../store/store.ts";
import { Interrupted } from "./ends.ts";
import { EARLY_UPDATES, replayEarly } from "./first-updates.ts";

export interface ContinuedOptions {
  readonly engine: Engine;
  readonly store: Store;
  readonly place: RunPlace;
  /** Hash of the sources at work. */
  readonly sourceSha256: string;
  stopping(): boolean;
  warn(message: string): void;
}

/**
 * The checkpoint to go on from. One that other code made is gone on from only if today's code makes the same bits of the
 * first updates: no run is then a mixture that a revalidation of the whole would refuse. Otherwise it is set aside
 * (`.stale`) and the run starts anew; so it does after fewer updates than are compared, which are soon made again.
 */
export async function continued(training: Training, options: ContinuedOptions): Promise<Checkpoint | undefined> {
  const { store, place, engine, stopping, warn, sourceSha256 } = options;
  const from = store.readCheckpoint(place, warn);
  if (!from || from.sourceSha256 === sourceSha256) return from;
  if (from.earlyStateSha256 === null) {
    store.dropCheckpoint(place);
    return undefined;
  }
  const today = await replayEarly(training, engine, stopping);
  if (today === undefined) throw new Interrupted("stopped before the first update");
  if (today === from.earlyStateSha256) return from;
  const updates = Math.min(EARLY_UPDATES, training.updates);
  const aside = store.setCheckpointAside(place, "stale");
  warn(
    `Today's code makes another state of the first ${updates} updates than the code that wrote the checkpoint. It was set aside as ${aside}; the run starts anew.`,
  );
  return undefined;
}

/** All sources that trained a checkpoint but these, in order; "unknown" for a checkpoint that does not tell. */
export function sourcesBefore(from: Checkpoint | undefined, sourceSha256: string): string[] {
  if (!from) return [];
  const before = [...(from.earlierSources ?? []), from.sourceSha256 ?? "unknown"];
  return [...new Set(before)].filter((source) => source !== sourceSha256);
}
