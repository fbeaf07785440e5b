import { createHash } from "node:crypto";
import { philox4x32, type Words2 } from "./philox.ts";

/**
 * Key of one random stream: SHA-256 over (root seed, path, purpose), first 64 bits. Streams are named, not counted, so
 * adding a run or a purpose shifts no other.
 */
export function streamKey(rootSeed: string, path: string, purpose: string): Words2 {
  const digest = createHash("sha256")
    .update(JSON.stringify([rootSeed, path, purpose]))
    .digest();
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}

/** Uniform numbers and integers from one stream, by position. */
export class Stream {
  private readonly words = new Uint32Array(4);
  private block = -1;
  private position = 0;
  private readonly key: Words2;
  private readonly substream: number;
  /** `substream` separates, say, epochs within one key. */
  constructor(key: Words2, substream = 0) {
    this.key = key;
    this.substream = substream;
  }

  /** Next unsigned 32-bit word. */
  word(): number {
    const block = this.position >>> 2;
    if (block !== this.block) {
      philox4x32([block, 0, this.substream, 0], this.key, this.words);
      this.block = block;
    }
    return this.words[this.position++ & 3]!;
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    return this.word() / 0x1_0000_0000;
  }

  /** Uniform integer in [0, n), without bias (Lemire 2019, by rejection). Throws RangeError unless 1 ≤ n ≤ 2³². */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 0x1_0000_0000) throw new RangeError(`a random integer below ${n}`);
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % n);
    let word = this.word();
    while (word >= limit) word = this.word();
    return word % n;
  }

  /** A random order of 0 … n − 1 (Fisher–Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const swap = order[i]!;
      order[i] = order[j]!;
      order[j] = swap;
    }
    return order;
  }
}
