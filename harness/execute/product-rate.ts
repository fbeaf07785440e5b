/** How fast an engine computes. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.ts";

const [SIZE, TIMES, WARM_UP] = [1_024, 5, 2];

/** Float32 operations a second (multiplications and additions) in products of matrices of 1,024 × 1,024: the median. */
export function productRate(ops: Ops): number {
  return tf.tidy(() => {
    const matrix: tf.Tensor2D = tf.fill([SIZE, SIZE], 2 ** -10);
    const times = Array.from({ length: WARM_UP + TIMES }, () => {
      const start = performance.now();
      tf.tidy(() => tf.sum(ops.matMul(matrix, matrix)).dataSync());
      return performance.now() - start;
    }).slice(WARM_UP);
    const median = times.sort((a, b) => a - b)[times.length >> 1]!;
    return (2 * SIZE ** 3) / (median / 1_000);
  });
}
