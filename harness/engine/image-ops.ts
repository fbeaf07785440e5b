import * as tf from "@tensorflow/tfjs-core";
import type { Words2 } from "../philox.ts";
import { batchNorm, type Normalised } from "./batch-norm.ts";
import type { ConvolutionOps } from "./convolution.ts";
import { convolutions } from "./convolution.ts";
import { differentiable } from "./differentiable.ts";
import { keepMask } from "./dropout.ts";
import { randomWords } from "./stateless-bits.ts";

/** What convolutional networks need beside the operations of `Ops`; the same rules hold. Maps are [batch, height, width, channels]. */
export interface ImageOps extends ConvolutionOps {
  /** x where x > 0, leak · x elsewhere. */
  leakyRelu<X extends tf.Tensor>(x: X, leak: number): X;
  /**
   * Batch normalisation of each channel over the batch and all positions, then leaky ReLU; scale and shift [channels].
   */
  batchNormLeakyRelu(
    x: tf.Tensor4D,
    scale: tf.Tensor1D,
    shift: tf.Tensor1D,
    settings: { readonly epsilon: number; readonly leak: number },
  ): Normalised<tf.Tensor4D>;
  /**
   * x with elements set to 0 at random, each with probability `rate` (in steps of 1/65536: droppedLevels); a function of
   * (key, x), the same elements on every engine. What stays is not scaled up: `dropoutScale` in the weights that follow
   * does that for less.
   */
  dropout<X extends tf.Tensor>(x: X, rate: number, key: tf.Tensor1D): X;
  /** Random int32 numbers, all 32 bits, that are a function of (key, shape) alone; key int32 [2]. Not differentiable. */
  randomBits(shape: readonly number[], key: tf.Tensor1D): tf.Tensor;
}

const wordsOf = (key: tf.Tensor1D): Words2 => [...(key.dataSync() as Int32Array)] as unknown as Words2;

/** The composites: plain tfjs operations, for every backend. */
export const compositeImageOps: ImageOps = {
  ...convolutions({ matMul: (x, w) => tf.matMul(x, w), matMulTransposed: (x, w) => tf.matMul(x, w, false, true) }),

  leakyRelu: (x, leak) => tf.leakyRelu(x, leak),

  batchNormLeakyRelu(x, scale, shift, { epsilon, leak }) {
    const channels = x.shape[3];
    const rows = tf.reshape(x, [-1, channels]) as tf.Tensor2D;
    const { y, ...statistics } = batchNorm(rows, scale, shift, epsilon, {
      forward: (x) => tf.leakyRelu(x, leak),
      backward: (dy, y) => tf.mul(dy, tf.step(y, leak)),
    });
    return { y: tf.reshape(y, x.shape), ...statistics };
  },

  dropout(x, rate, key) {
    return differentiable([x], (x) => {
      const stays = tf.tensor(keepMask(x!.size, rate, wordsOf(key)), x!.shape, "bool");
      const dropped = (x: tf.Tensor): tf.Tensor => tf.where(stays, x, tf.zerosLike(x));
      return {
        value: dropped(x!),
        saved: [stays],
        gradient: (dy, [stays]) => [() => tf.where(stays!, dy, tf.zerosLike(dy))],
      };
    }) as typeof x;
  },

  randomBits(shape, key) {
    const size = shape.reduce((a, b) => a * b, 1);
    const words = randomWords(size, wordsOf(key)).subarray(0, size);
    return tf.tensor(new Int32Array(words), [...shape], "int32");
  },
};
