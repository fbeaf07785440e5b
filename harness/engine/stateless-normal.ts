import { philox4x32, type Words2, type Words4 } from "../philox.ts";

/** 23 random bits as a float32 in [0, 1). */
const toUnit = (word: number): number => (word & 0x7fffff) / 0x800000;

/** Smallest uniform that the logarithm is taken of. */
const FLOOR = 1e-7;

/**
 * `count` standard normal numbers from a key of two int32, the algorithm of TensorFlow's StatelessRandomNormal
 * (tensorflow/core/kernels/stateless_random_ops.cc and core/lib/random/random_distributions.h): the key is mixed by one
 * Philox block, then each Philox block gives four normals by Box–Muller. Equal to TensorFlow's within float32 rounding.
 */
export function standardNormal(count: number, [seed0, seed1]: Words2): Float32Array {
  const words = new Uint32Array(4);
  const sign = (word: number): number => (word < 0 ? 0xffffffff : 0);
  const start: Words4 = [seed0 >>> 0, sign(seed0 | 0), seed1 >>> 0, sign(seed1 | 0)];
  philox4x32(start, [0x3ec8f720, 0x02461e29], words);
  const key: Words2 = [words[0]!, words[1]!];
  const [upper2, upper3] = [words[2]!, words[3]!];
  const out = new Float32Array(count);
  for (let block = 0; block * 4 < count; block++) {
    philox4x32([block, 0, upper2, upper3], key, words);
    for (let pair = 0; pair < 4; pair += 2) {
      const radius = Math.sqrt(-2 * Math.log(Math.max(toUnit(words[pair]!), FLOOR)));
      const angle = 2 * Math.PI * toUnit(words[pair + 1]!);
      const at = block * 4 + pair;
      if (at < count) out[at] = Math.sin(angle) * radius;
      if (at + 1 < count) out[at + 1] = Math.cos(angle) * radius;
    }
  }
  return out;
}
