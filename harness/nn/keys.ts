import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.ts";
import type { Key } from "../engine/step.ts";

/** The key of one purpose (0, 1, …) within a step: the purpose's pair of random words of the step's key. */
export function keyFor(ops: Pick<Ops, "randomBits">, key: Key, purpose: number): Key {
  return tf.slice(ops.randomBits([2 * purpose + 2], key) as tf.Tensor1D, [2 * purpose], [2]);
}

/** The keys of the purposes 0, 1, … one after the other: one for each dropout of a step. */
export function keySequence(ops: Pick<Ops, "randomBits">, key: Key, from = 0): () => Key {
  let purpose = from;
  return () => keyFor(ops, key, purpose++);
}
