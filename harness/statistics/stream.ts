/** Seeded draws for Monte Carlo tests: a Philox stream, so that the same data always give the same p. */
import { philox4x32, type Words2 } from "../philox.ts";

/** Key of every Monte Carlo test unless the caller gives another ("perm", "test" in ASCII). */
export const DEFAULT_KEY: Words2 = [0x7065726d, 0x74657374];

export interface Stream {
  /** Next unsigned 32-bit word. */
  word(): number;
  /** Uniform integer in [0, bound), without modulo bias. */
  below(bound: number): number;
}

export function stream(key: Words2 = DEFAULT_KEY): Stream {
  const block = new Uint32Array(4);
  let counter = 0;
  let used = 4;
  function word(): number {
    if (used === 4) {
      philox4x32([counter >>> 0, Math.floor(counter / 2 ** 32), 0, 0], key, block);
      counter++;
      used = 0;
    }
    return block[used++]!;
  }
  /** The largest multiple of each bound up to 2³², kept: a test asks for it some 100,000 times. */
  const limits = new Map<number, number>();
  function below(bound: number): number {
    let limit = limits.get(bound);
    if (limit === undefined) {
      limit = 2 ** 32 - (2 ** 32 % bound);
      limits.set(bound, limit);
    }
    let drawn = word();
    while (drawn >= limit) drawn = word();
    // The remainder, exact below 2⁵³, and several times faster than % on doubles.
    return drawn - Math.floor(drawn / bound) * bound;
  }
  return { word, below };
}
