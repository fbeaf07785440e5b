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
  function below(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let drawn = word();
    while (drawn >= limit) drawn = word();
    return drawn % bound;
  }
  return { word, below };
}
