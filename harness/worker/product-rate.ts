/** How fast an engine computes. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.ts";

/** Rows and columns of the largest matrices, and of the smallest. */
const [LARGEST, SMALLEST] = [1_024, 128];
/** A product of so many milliseconds is long enough to be timed: larger matrices would only take longer. */
const LONG_MS = 20;
const [WARM_UP, TIMES] = [2, 5];

/**
 * Float32 operations a second (multiplications and additions) in products of square matrices: the median of five products
 * that take 20 ms or more each, or of 1,024 × 1,024. The first two products of each size do not count.
 */
export function productRate(ops: Ops): number {
  let size = SMALLEST;
  let ms = productMs(ops, size);
  while (ms < LONG_MS && size < LARGEST) {
    size *= 2;
    ms = productMs(ops, size);
  }
  return (2 * size ** 3) / (ms / 1_000);
}

/** Median of the milliseconds of a product, its result read. */
function productMs(ops: Ops, size: number): number {
  return tf.tidy(() => {
    const matrix: tf.Tensor2D = tf.fill([size, size], 1 / size);
    const time = (): number => {
      const start = performance.now();
      tf.tidy(() => tf.sum(ops.matMul(matrix, matrix)).dataSync());
      return performance.now() - start;
    };
    const times = Array.from({ length: WARM_UP + TIMES }, time).slice(WARM_UP);
    return times.sort((a, b) => a - b)[TIMES >> 1]!;
  });
}
