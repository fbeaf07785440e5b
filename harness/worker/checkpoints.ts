/** The checkpoints of a training: taken between updates, written in the background. */
import type { Program } from "../engine/program.ts";
import { LatestWriter } from "../files/latest-writer.ts";
import type { Checkpoint } from "../store/checkpoint.ts";
import type { RunPlace, Store } from "../store/store.ts";
import type { Course } from "./course.ts";
import type { Watch } from "./watch.ts";

/** A training of so long since its last checkpoint has one at its end. */
const WORTH_KEEPING_MS = 2_000;

export interface Checkpointed {
  readonly store: Store;
  readonly place: RunPlace;
  readonly program: Program;
  readonly course: Course;
  readonly watch: Watch;
  /** Milliseconds between checkpoints. */
  readonly everyMs: number;
}

export class Checkpoints {
  readonly #of: Checkpointed;
  readonly #writer: LatestWriter<Checkpoint>;
  #takenAt = performance.now();

  constructor(of: Checkpointed) {
    const { store, place, watch } = of;
    this.#of = of;
    this.#writer = new LatestWriter(async (checkpoint: Checkpoint) => {
      await store.writeCheckpoint(place, checkpoint);
      watch.saved(checkpoint.updates);
    });
  }

  /** @param now performance.now() */
  isDue(now: number): boolean {
    return now - this.#takenAt >= this.#of.everyMs;
  }

  /** Whether the training since the last one would be missed if the process were killed while the run is measured. */
  isWorthIt(): boolean {
    return performance.now() - this.#takenAt >= Math.min(WORTH_KEEPING_MS, this.#of.everyMs);
  }

  /** Takes one of the training as it is. Throws the error of a checkpoint that could not be written before. */
  take(): void {
    const { place, program, course } = this.#of;
    const { updates, curve, trainMs, resumes, earlyStateSha256, sourceSha256, earlierSources, trail } = course;
    this.#writer.put({
      key: place.key,
      updates,
      state: program.read(),
      curve: structuredClone(curve), // it may be written when the training has gone on
      trainMs,
      resumes,
      earlyStateSha256,
      sourceSha256,
      earlierSources,
      trail: structuredClone(trail),
    });
    this.#takenAt = performance.now();
  }

  /** Resolves when the last one is written. Rejects with the error of one that could not be written. */
  settle(): Promise<void> {
    return this.#writer.settle();
  }

  /** Resolves when nothing is being written. */
  idle(): Promise<void> {
    return this.#writer.idle();
  }
}
