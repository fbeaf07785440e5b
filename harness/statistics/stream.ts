/** Seeded draws for Monte Carlo tests: a Philox stream, so that the same data always give the same p. */
import { philox4x32, type Words2 } from "../random/philox.ts";

/** Key of every Monte Carlo test unless the caller gives another ("perm", "test" in ASCII). */
export const DEFAULT_KEY: Words2 = [0x7065726d, 0x74657374];

export interface Stream {
  /** Next unsigned 32-bit word. */
  word(): number;
  /** Uniform integer in [0, bound), without modulo bias. */
  below(bound: number): number;
}

/** Words of the default stream that are kept, at most (8 MB): every test of a report begins with the same ones. */
const MOST_KEPT = 2 ** 21;
let kept = new Uint32Array(2 ** 12);
let made = 0;

/** Makes the default stream's words up to and with the block of word `position`. */
function make(position: number): void {
  if (position >= kept.length) {
    const longer = new Uint32Array(2 * kept.length);
    longer.set(kept);
    kept = longer;
  }
  for (; made <= position; made += 4) philox4x32([made / 4, 0, 0, 0], DEFAULT_KEY, kept, made);
}

export function stream(key: Words2 = DEFAULT_KEY): Stream {
  const block = new Uint32Array(4);
  const mostKept = key[0] === DEFAULT_KEY[0] && key[1] === DEFAULT_KEY[1] ? MOST_KEPT : 0;
  let position = 0;
  function word(): number {
    const at = position++;
    if (at < mostKept) {
      if (at >= made) make(at);
      return kept[at]!;
    }
    if (at % 4 === 0) {
      const counter = at / 4;
      philox4x32([counter >>> 0, Math.floor(counter / 2 ** 32), 0, 0], key, block);
    }
    return block[at % 4]!;
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
