import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../harness/engine/ops.ts";
import { standardNormal } from "../../harness/engine/stateless-normal.ts";
import type { Words2 } from "../../harness/random/philox.ts";

const PRODUCTS = 8;

/**
 * The unit of time: eight products of square matrices [size, size] by the engine, one after the other, and a number read
 * of the last. It takes what a step takes most of, and nothing of how a step is put together. It must never change.
 */
export function calibrationLoop(size: number, ops: Ops, key: Words2): { once(): void; dispose(): void } {
  // Rows of about unit length: products of products neither grow nor vanish.
  const values = standardNormal(size * size, key).map((value) => value / Math.sqrt(size));
  const matrix = tf.tensor2d(values, [size, size]);
  return {
    once() {
      tf.tidy(() => {
        let product = matrix;
        for (let i = 0; i < PRODUCTS; i++) product = ops.matMul(product, matrix);
        tf.max(product).dataSync();
      });
    },
    dispose: () => matrix.dispose(),
  };
}
