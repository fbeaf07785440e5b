/** What a person can see of a training while it runs: progress, events for TensorBoard, pictures. No part of its result. */
import type { Curve } from "../contract/run.ts";
import type { Training } from "../contract/training.ts";
import type { Tensors } from "../engine/step.ts";
import { LatestWriter } from "../files/latest-writer.ts";
import { EventFile } from "../store/event-file.ts";
import type { EventRow } from "../store/event-records.ts";
import { isPictured, writePictures } from "../store/pictures.ts";
import type { Progress } from "../store/progress.ts";
import type { RunPlace, Store } from "../store/store.ts";

/** Between two writings of the progress. */
const PROGRESS_MS = 5_000;

export interface WatchedTraining {
  readonly store: Store;
  readonly place: RunPlace;
  readonly rootSeed: string;
  readonly training: Training;
}

export class Watch {
  readonly #of: WatchedTraining;
  readonly #folder: string;
  readonly #events: EventFile;
  /** Rows that wait for the checkpoint that holds them: no reader then sees one that is made again. */
  #rows: EventRow[] = [];
  readonly #progress: LatestWriter<Progress>;
  readonly #since = performance.now();
  #written = this.#since;
  readonly #from: number;

  /** @param from where the training goes on from; undefined for one that starts, of which nothing earlier is kept */
  constructor(of: WatchedTraining, from: { readonly updates: number; readonly curve: Curve } | undefined) {
    const { store, place } = of;
    this.#of = of;
    this.#from = from?.updates ?? 0;
    this.#folder = store.trainingFolder(place);
    if (!from) store.dropTrainingFolder(place);
    this.#events = new EventFile(this.#folder, this.#from);
    this.#progress = new LatestWriter((progress: Progress) => store.writeProgress(place, progress));
    const curve = from?.curve ?? { update: [] };
    // A kill may have come between a checkpoint and its events; when those rows were made nobody knows any more.
    if (from) this.#events.append(rowsOf(curve, Date.now()));
    this.tell(this.#from, curve);
  }

  /** Takes a row of the learning curve. */
  row(update: number, values: EventRow["values"]): void {
    this.#rows.push({ update, wallTimeMs: Date.now(), values });
  }

  /** A checkpoint at this update is written. */
  saved(update: number): void {
    this.#events.append(this.#rows.filter((row) => row.update <= update));
    this.#rows = this.#rows.filter((row) => row.update > update);
  }

  /** Writes the pictures of an update that has some. */
  picture(update: number, state: () => Tensors): void {
    const { training } = this.#of;
    if (training.pictures && isPictured(update, training.updates))
      writePictures(this.#folder, update, training.pictures(state()));
  }

  /** Tells where the training stands, every few seconds. */
  at(update: number, curve: Curve): void {
    if (performance.now() - this.#written >= PROGRESS_MS) this.tell(update, curve);
  }

  /** The training has ended, one way or another, and is not gone on with from an earlier checkpoint. */
  ended(): void {
    this.saved(this.#of.training.updates);
  }

  /** Resolves when nothing is being written. */
  idle(): Promise<void> {
    return this.#progress.idle();
  }

  /** Tells where the training stands. */
  tell(updates: number, curve: Curve): void {
    const { place, rootSeed, training } = this.#of;
    this.#written = performance.now();
    const paceMs = (this.#written - this.#since) / (updates - this.#from);
    this.#progress.put({
      format: "reproducibility-progress 1",
      key: place.key,
      spec: place.spec,
      engineClass: place.engineClass,
      rootSeed,
      updates,
      curve: structuredClone(curve), // it may be written when the training has gone on
      leftMs: updates > this.#from ? paceMs * (training.updates - updates) : null,
      writtenAt: new Date().toISOString(),
    });
  }
}

/** The rows of a curve, all made at one time. */
function rowsOf({ update = [], ...columns }: Curve, wallTimeMs: number): EventRow[] {
  return update.map((at, row) => ({
    update: at!,
    wallTimeMs,
    values: Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[row] ?? null])),
  }));
}
