/** The runs that are left to be done, and which of them can be done now. */
import type { RunPlace } from "../store/store.ts";
import { canBeStacked } from "./schedule.ts";

export interface Job {
  readonly place: RunPlace;
  /** From 1. */
  readonly attempt: number;
}

export interface QueueOptions {
  readonly runs: readonly RunPlace[];
  /** Runs of one model that are handed out together, at most. */
  readonly stack: number;
  /** False when nothing more is to be handed out. */
  going(): boolean;
}

export class JobQueue {
  readonly #options: QueueOptions;
  readonly #jobs: Job[];
  /** Keys of the runs that have not ended yet: those that start from one of them wait. */
  readonly #open: Set<string>;
  /** Number of handed out stacks that are not given back. */
  #busy = 0;
  #waiting: (() => void)[] = [];

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#jobs = options.runs.map((place) => ({ place, attempt: 1 }));
    this.#open = new Set(options.runs.map(({ key }) => key));
  }

  /** Number of jobs that are not handed out. */
  get length(): number {
    return this.#jobs.length;
  }

  /**
   * The next run that can be done now, or a stack of such runs; waits for the end of others if need be. Empty when there is
   * nothing to do. A run that failed in a stack is tried again alone. Each stack is given back by `giveBack`.
   */
  async next(): Promise<readonly Job[]> {
    while (this.#options.going()) {
      const first = this.#take(() => true);
      if (first) {
        this.#busy += 1;
        return this.#stackWith(first);
      }
      if (this.#jobs.length === 0 || this.#busy === 0) return [];
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return [];
  }

  #stackWith(first: Job): Job[] {
    const atMost = first.attempt === 1 ? this.#options.stack : 1;
    const isAlike = (job: Job): boolean => job.attempt === 1 && canBeStacked(first.place.spec, job.place.spec);
    const jobs = [first];
    while (jobs.length < atMost) {
      const job = this.#take(isAlike);
      if (!job) break;
      jobs.push(job);
    }
    return jobs;
  }

  #take(isWanted: (job: Job) => boolean): Job | undefined {
    const index = this.#jobs.findIndex(
      (job) => (!job.place.needs || !this.#open.has(job.place.needs.key)) && isWanted(job),
    );
    return index < 0 ? undefined : this.#jobs.splice(index, 1)[0];
  }

  /** The stack that was handed out is no longer at work. */
  giveBack(): void {
    this.#busy -= 1;
    this.wake();
  }

  /** Puts jobs in front, to be done again. */
  putBack(...jobs: readonly Job[]): void {
    this.#jobs.unshift(...jobs);
  }

  isOpen({ key }: RunPlace): boolean {
    return this.#open.has(key);
  }

  /** The run has ended: those that start from it can be done. */
  close({ key }: RunPlace): void {
    this.#open.delete(key);
  }

  /** Lets those that wait look again. */
  wake(): void {
    const woken = this.#waiting;
    this.#waiting = [];
    for (const go of woken) go();
  }
}
