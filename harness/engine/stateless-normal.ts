import type { Words2 } from "../random/philox.ts";
import { randomWords } from "./stateless-bits.ts";

/** 23 random bits as a float32 in [0, 1). */
const toUnit = (word: number): number => (word & 0x7fffff) / 0x800000;

/** Smallest uniform that the logarithm is taken of. */
const FLOOR = 1e-7;

/**
 * `count` standard normal numbers from a key of two int32, the algorithm of TensorFlow's StatelessRandomNormal
 * (tensorflow/core/lib/random/random_distributions.h): each pair of random words gives two normals by Box–Muller. Equal
 * to TensorFlow's within float32 rounding.
 */
export function standardNormal(count: number, key: Words2): Float32Array {
  const words = randomWords(count, key);
  const out = new Float32Array(count);
  for (let at = 0; at < count; at += 2) {
    const radius = Math.sqrt(-2 * Math.log(Math.max(toUnit(words[at]!), FLOOR)));
    const angle = 2 * Math.PI * toUnit(words[at + 1]!);
    out[at] = Math.sin(angle) * radius;
    if (at + 1 < count) out[at + 1] = Math.cos(angle) * radius;
  }
  return out;
}
