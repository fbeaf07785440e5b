import type { Words2 } from "../random/philox.ts";
import { randomWords } from "./stateless-bits.ts";

/** Number of values that an element's 16 random bits take. */
const LEVELS = 65_536;

/**
 * Of 65,536 equally likely values of an element's random bits, those that drop it: 13,107 for a rate of 0.2, which is
 * thereby 0.2 − 3 · 10⁻⁶. @throws RangeError unless 0 ≤ rate < 1.
 */
export function droppedLevels(rate: number): number {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`a dropout rate of ${rate}: it is at least 0 and below 1`);
  return Math.min(Math.round(rate * LEVELS), LEVELS - 1);
}

/** What makes up for the dropped elements: 1 / (1 − rate), of the rate that is really drawn at. */
export const dropoutScale = (rate: number): number => LEVELS / (LEVELS - droppedLevels(rate));

/** 1 for each element that stays: its bits are the halves, low half first, of the key's random words. */
export function keepMask(size: number, rate: number, key: Words2): Uint8Array {
  const words = randomWords(Math.ceil(size / 2), key);
  const dropped = droppedLevels(rate);
  return Uint8Array.from({ length: size }, (_, i) => {
    const word = words[i >> 1]!;
    return (i & 1 ? word >>> 16 : word & 0xffff) >= dropped ? 1 : 0;
  });
}
