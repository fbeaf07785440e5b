/** What a coordinator deals with besides the store: Slurm, and time that passes. */
import { setTimeout } from "node:timers/promises";
import { HarnessError, messageOf } from "../../errors.ts";
import { NoAnswer, SLURM, type Slurm, type SlurmTask } from "./commands.ts";

export interface World {
  readonly slurm: Slurm;
  /** Milliseconds that only grow. */
  now(): number;
  /** Resolves after the time, or at once when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const WORLD: World = {
  slurm: SLURM,
  now: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, signal && { signal }).catch(() => {}),
};

/** Between two looks at the queue: short at first and after a change, then longer. Slurm's guide asks for few of them. */
const POLL_MS = { first: 500, growth: 1.5, longest: 15_000 };

/** How long to wait before the next look. */
export class Pace {
  #ms = POLL_MS.first;

  next(changed: boolean): number {
    this.#ms = changed ? POLL_MS.first : Math.min(POLL_MS.longest, this.#ms * POLL_MS.growth);
    return this.#ms;
  }
}

/** How long a network file system may take to show here what a task that ended well has stored there. */
export const VISIBLE_MS = 70_000;

/** How long Slurm may be silent, e.g. while its controller is restarted. */
export const PATIENCE_MS = 600_000;

/** Bears that Slurm is silent, for a time: its jobs go on meanwhile. */
export class Patience {
  readonly #world: World;
  readonly #say: (line: string) => void;
  #since: number | undefined;
  #said = "";

  constructor(world: World, say: (line: string) => void) {
    this.#world = world;
    this.#say = say;
  }

  /** What the queue has of these batches; undefined while there is no answer. @throws NoAnswer after the time. */
  async queue(names: readonly string[]): Promise<SlurmTask[] | undefined> {
    try {
      const tasks = await this.#world.slurm.queue(names);
      if (this.#since !== undefined) this.#say("Slurm answers again.");
      [this.#since, this.#said] = [undefined, ""];
      return tasks;
    } catch (error) {
      // It has answered before: whatever it says now, in whatever words, it is asked for the same thing again.
      if (!(error instanceof HarnessError)) throw error;
      this.bear(new NoAnswer(error.message, error.exitCode));
      return undefined;
    }
  }

  /** @throws what is no silence, and a NoAnswer after the time. */
  bear(error: unknown): void {
    if (!(error instanceof NoAnswer)) throw error;
    const words = messageOf(error);
    this.#since ??= this.#world.now();
    const silentMs = this.#world.now() - this.#since;
    if (silentMs > PATIENCE_MS)
      throw new NoAnswer(
        `Slurm has not answered for ${Math.round(silentMs / 60_000)} minutes: ${words} Its jobs go on. Run the same command again when it does: it finds them.`,
        error.exitCode,
      );
    if (words !== this.#said) this.#say(`${words} Its jobs go on; it is asked again.`);
    this.#said = words;
  }
}
