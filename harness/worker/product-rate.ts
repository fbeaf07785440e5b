/** How fast an engine computes. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.ts";

const [SIZE, TIMES, WARM_UP] = [1_024, 5, 2];

/** One product that takes so long is told as it is: what an engine does at its first use is little beside it. */
const LONG_MS = 1_000;

/** Float32 operations a second (multiplications and additions) in products of matrices of 1,024 × 1,024: the median. */
export function productRate(ops: Ops): number {
  return tf.tidy(() => {
    const matrix: tf.Tensor2D = tf.fill([SIZE, SIZE], 2 ** -10);
    const time = (): number => {
      const start = performance.now();
      tf.tidy(() => tf.sum(ops.matMul(matrix, matrix)).dataSync());
      return performance.now() - start;
    };
    const perSecond = (ms: number): number => (2 * SIZE ** 3) / (ms / 1_000);
    const first = time();
    if (first > LONG_MS) return perSecond(first);
    const times = Array.from({ length: WARM_UP - 1 + TIMES }, time).slice(WARM_UP - 1);
    return perSecond(times.sort((a, b) => a - b)[times.length >> 1]!);
  });
}
