/** Training data that do not fit on the device: batches are made ahead, in the background, within a bound on memory. */
import { HarnessError, messageOf } from "../errors.ts";

/** One batch on the host: typed arrays by name. */
export type HostBatch = Readonly<Record<string, ArrayBufferView>>;

/**
 * Makes the batch of update `index` (0-based), a pure function of it: a run that is resumed asks for the very stream it
 * would have got. It is not to compute long in this thread: the training loop has it. `signal` is aborted when the batch
 * is not wanted any more.
 */
export type BatchSource<Batch extends HostBatch> = (index: number, signal: AbortSignal) => Promise<Batch>;

export interface PrefetchOptions {
  /** Batches are made up to this update, exclusive. */
  readonly updates: number;
  /** Most that is held, made or in the making, by the largest batch so far; one batch is made however large it is. */
  readonly maxBytes: number;
  /**
   * Batches in the making at once, at most. The loop lets the event loop turn once an update: as many as the turns that
   * a batch takes (its file operations, one after another) let the source keep up.
   */
  readonly concurrency: number;
}

/** A batch that takes so long after it was given up is not waited for. */
const HUNG_MS = 10_000;

type Made<Batch> = { readonly batch: Batch; readonly bytes: number } | { readonly error: unknown };

/**
 * A stream of batches in the order of the updates. `ready` and `take` are what `Training.ready` and `Training.batch` are
 * made of; an update that is not the next one starts the stream anew from there. Close it when the training is over.
 */
export class Prefetch<Batch extends HostBatch> {
  readonly #source: BatchSource<Batch>;
  readonly #options: PrefetchOptions;
  /** Of this update and later ones, made or in the making. */
  #next = 0;
  #made = new Map<number, Made<Batch>>();
  #making = new Map<number, Promise<void>>();
  #abandon = new AbortController();
  #abandoned: Promise<unknown> = Promise.resolve();
  #heldBytes = 0;
  #largestBytes = 0;
  #closed = false;

  constructor(source: BatchSource<Batch>, options: PrefetchOptions) {
    for (const name of ["maxBytes", "concurrency"] as const)
      if (!(options[name] >= 1)) throw new RangeError(`prefetch: ${name} is ${options[name]}; it is 1 or more`);
    this.#source = source;
    this.#options = options;
  }

  /**
   * A promise of the batch of update `index` being there, or undefined when it is. It rejects with one error that names
   * the update when the source failed on it; batches before are still given.
   */
  ready(index: number): Promise<void> | undefined {
    if (index !== this.#next) this.#startFrom(index);
    this.#fill();
    const made = this.#made.get(index);
    if (made && "batch" in made) return undefined;
    return this.#wait(index);
  }

  /** The batch of update `index`; it is let go of here. Throws TypeError when `ready` has not been waited for. */
  take(index: number): Batch {
    const made = index === this.#next ? this.#made.get(index) : undefined;
    if (!made || "error" in made) throw new TypeError(`prefetch: the batch of update ${index} is not ready`);
    this.#made.delete(index);
    this.#heldBytes -= made.bytes;
    this.#next = index + 1;
    this.#fill();
    return made.batch;
  }

  /** Nothing is being made when it resolves, nor will be; but for what does not come to an end, as on a disk that hangs. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#startFrom(this.#next);
    let timer: NodeJS.Timeout | undefined;
    const hung = new Promise((resolve) => {
      timer = setTimeout(resolve, HUNG_MS);
    });
    await Promise.race([this.#abandoned, hung]);
    clearTimeout(timer);
  }

  async #wait(index: number): Promise<void> {
    await this.#making.get(index);
    const made = this.#made.get(index);
    if (made && "error" in made) throw failure(index, made.error);
    if (!made) throw new TypeError(`prefetch: the batch of update ${index} was given up while it was waited for`);
  }

  /** Lets go of all that is made, and of what will be. */
  #startFrom(index: number): void {
    this.#abandon.abort();
    this.#abandon = new AbortController();
    this.#abandoned = Promise.all([this.#abandoned, ...this.#making.values()]);
    this.#made = new Map();
    this.#making = new Map();
    this.#heldBytes = 0;
    this.#next = index;
  }

  #fill(): void {
    for (let index = this.#next; index < this.#options.updates; index++) {
      const known = this.#made.get(index);
      if (known && "error" in known) return; // nobody gets beyond it
      if (known || this.#making.has(index)) continue;
      if (this.#closed || !this.#hasRoom()) return;
      this.#making.set(index, this.#make(index, this.#made, this.#making, this.#abandon.signal));
    }
  }

  #hasRoom(): boolean {
    const { maxBytes, concurrency } = this.#options;
    const coming = this.#making.size;
    if (coming === 0 && this.#made.size === 0) return true;
    if (coming >= (this.#largestBytes === 0 ? 1 : concurrency)) return false; // the first one tells how large they are
    return this.#heldBytes + (coming + 1) * this.#largestBytes <= maxBytes;
  }

  /** Never rejects. `into` is the stream it belongs to, which may have been given up by the time. */
  async #make(
    index: number,
    into: Map<number, Made<Batch>>,
    making: Map<number, Promise<void>>,
    signal: AbortSignal,
  ): Promise<void> {
    let made: Made<Batch>;
    try {
      const batch = await this.#source(index, signal);
      made = { batch, bytes: Object.values(batch).reduce((sum, { byteLength }) => sum + byteLength, 0) };
    } catch (error) {
      made = { error };
    }
    if (into !== this.#made) return;
    into.set(index, made);
    making.delete(index);
    if ("bytes" in made) {
      this.#heldBytes += made.bytes;
      this.#largestBytes = Math.max(this.#largestBytes, made.bytes);
    }
    this.#fill();
  }
}

function failure(index: number, cause: unknown): Error {
  const message = `The batch of update ${index} cannot be made: ${messageOf(cause)}`;
  return cause instanceof HarnessError
    ? new HarnessError(message, cause.exitCode, { cause })
    : new Error(message, { cause });
}
