import { philox4x32, type Words2, type Words4 } from "../random/philox.ts";

/**
 * Random 32-bit words of a key of two int32, at least `count`: the stream that TensorFlow's stateless operations of the
 * first version draw from (tensorflow/core/kernels/stateless_random_ops.cc): the key is mixed by one Philox block, then
 * each Philox block gives four words. As int32 they are what StatelessRandomUniformFullInt gives.
 */
export function randomWords(count: number, [seed0, seed1]: Words2): Uint32Array {
  const mixed = new Uint32Array(4);
  const sign = (word: number): number => (word < 0 ? 0xffffffff : 0);
  const start: Words4 = [seed0 >>> 0, sign(seed0 | 0), seed1 >>> 0, sign(seed1 | 0)];
  philox4x32(start, [0x3ec8f720, 0x02461e29], mixed);
  const key: Words2 = [mixed[0]!, mixed[1]!];
  const blocks = Math.ceil(count / 4);
  const words = new Uint32Array(4 * blocks);
  for (let block = 0; block < blocks; block++) philox4x32([block, 0, mixed[2]!, mixed[3]!], key, words, 4 * block);
  return words;
}
