/** Writes values in the background, one at a time: of those that come meanwhile only the newest is written. */
export class LatestWriter<T> {
  readonly #write: (value: T) => Promise<void>;
  #waiting: { readonly value: T } | undefined;
  #working: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(write: (value: T) => Promise<void>) {
    this.#write = write;
  }

  /** Throws what writing an earlier value failed with; nothing is written after a failure. */
  put(value: T): void {
    this.#throwIfFailed();
    this.#waiting = { value };
    this.#working ??= this.#work();
  }

  /** Resolves when nothing is being written, nor will be. */
  async idle(): Promise<void> {
    await this.#working;
  }

  /** Resolves when the value put last is written; rejects with what writing failed with. */
  async settle(): Promise<void> {
    await this.idle();
    this.#throwIfFailed();
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  async #work(): Promise<void> {
    try {
      for (let next = this.#waiting; next; next = this.#waiting) {
        this.#waiting = undefined;
        await this.#write(next.value);
      }
    } catch (error) {
      this.#waiting = undefined;
      this.#failure = { error };
    } finally {
      this.#working = undefined;
    }
  }
}
