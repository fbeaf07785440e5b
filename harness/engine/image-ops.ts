import * as tf from "@tensorflow/tfjs-core";
import type { Words2 } from "../random/philox.ts";
import { type Activation, batchNorm, IDENTITY, type Normalised } from "./batch-norm.ts";
import type { ConvolutionOps } from "./convolution.ts";
import { convolutions } from "./convolution.ts";
import { type Differentiated, differentiable } from "./differentiable.ts";
import { keepMask } from "./dropout.ts";
import { toFirstOfLargest } from "./max-pool.ts";
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
  /** Batch normalisation of each channel over the batch and all positions, and nothing else. */
  batchNorm(x: tf.Tensor4D, epsilon: number): Normalised<tf.Tensor4D>;
  /**
   * The largest of each 2 × 2 places, stride 2: [batch, height, width, channels] → [batch, ceil(height / 2), ceil(width / 2),
   * channels]; what is left at the border of odd maps is pooled by itself. The gradient goes to the first of equals, row by row.
   */
  maxPool2(x: tf.Tensor4D): tf.Tensor4D;
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

  batchNormLeakyRelu: (x, scale, shift, { epsilon, leak }) =>
    batchNormOfMaps(x, scale, shift, epsilon, {
      forward: (x) => tf.leakyRelu(x, leak),
      backward: (dy, y) => tf.mul(dy, tf.step(y, leak)),
    }),

  batchNorm: (x, epsilon) => batchNormOfMaps(x, tf.ones([x.shape[3]]), tf.zeros([x.shape[3]]), epsilon, IDENTITY),

  maxPool2(x) {
    return differentiable([x], (x) => {
      const y = tf.maxPool(x as tf.Tensor4D, 2, 2, "same");
      const gradient: Differentiated["gradient"] = (dy, [x, y]) => [() => toFirstOfLargest(dy, x!, y!)];
      return { value: y, saved: [x!, y], gradient };
    }) as tf.Tensor4D;
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

function batchNormOfMaps(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
  activation: Activation,
): Normalised<tf.Tensor4D> {
  const rows = tf.reshape(x, [-1, x.shape[3]]) as tf.Tensor2D;
  const { y, ...statistics } = batchNorm(rows, scale, shift, epsilon, activation);
  return { y: tf.reshape(y, x.shape), ...statistics };
}
