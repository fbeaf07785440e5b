/** Takes bytes from a stream in the amounts that a format asks for, holding no more than those. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next `count` bytes; fewer only at the end of the stream. For amounts that are safe to hold. */
  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let wanted = count; wanted > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) break;
      const part = this.#rest.subarray(0, wanted);
      this.#rest = this.#rest.subarray(part.length);
      wanted -= part.length;
      parts.push(part);
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  /** Passes over what is left, and says how much that was. */
  async drain(): Promise<number> {
    let passed = this.#rest.length;
    this.#rest = Buffer.alloc(0);
    while (await this.#more()) {
      passed += this.#rest.length;
      this.#rest = Buffer.alloc(0);
    }
    return passed;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done) return false;
    this.#rest = value;
    return true;
  }
}
