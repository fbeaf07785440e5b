/** The Ladder's images: contrast normalised, then whitened (CuriousAI/ladder, nn.py: ContrastNorm, ZCA). */
import * as tf from "@tensorflow/tfjs-core";
import type { HostState } from "../../../harness/engine/host-state.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { type Zca, zcaWhitening } from "../../../harness/statistics/zca.ts";

/** Length of an image that is contrast normalised. */
const LENGTH = 55;
/** Added to the covariance's diagonal. */
const ADDED = 0.1;
/** Least squared length of a centred image of pixels in [0, 1]; one grey level in one pixel is 1.5e-5. */
const LEAST = 1e-8;

const MEAN = "zca/mean";
const MATRIX = "zca/matrix";

/** The whitening of n training images of `size` numbers in [0, 1], row by row: 3,072 numbers take many minutes. Fit it once and keep it. */
export function fitWhitening(images: Float32Array, n: number, size: number): Zca {
  const normal = new Float32Array(images.length);
  for (let from = 0; from < images.length; from += size) {
    const image = images.subarray(from, from + size);
    const mean = image.reduce((sum, value) => sum + value, 0) / size;
    const squared = image.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const factor = LENGTH / Math.sqrt(Math.max(squared, LEAST));
    for (let i = 0; i < size; i++) normal[from + i] = (image[i]! - mean) * factor;
  }
  return zcaWhitening(normal, n, size, ADDED);
}

/** The whitening as a part of the state. @throws RangeError when it is of images of another size. */
export function frozenZca(
  { mean, matrix }: Zca,
  [height, width, channels]: readonly [number, number, number],
): HostState {
  const size = height * width * channels;
  if (mean.length !== size || matrix.length !== size ** 2)
    throw new RangeError(
      `The Ladder is built for images of ${size} numbers, the whitening is of ${mean.length}: fit it to the same images.`,
    );
  return { [MEAN]: { shape: [size], data: mean }, [MATRIX]: { shape: [size, size], data: matrix } };
}

/**
 * Images x [n, height, width, channels] with values in [0, 1], each less its mean, of length 55; whitened, where the state has a
 * whitening.
 */
export function prepared(state: Tensors, x: tf.Tensor4D, ops: Ops): tf.Tensor4D {
  const flat = tf.reshape(x, [x.shape[0], -1]);
  const centred = tf.sub(flat, tf.mean(flat, 1, true));
  const squared = tf.maximum(tf.sum(tf.square(centred), 1, true), LEAST);
  const normal = tf.mul(centred, tf.mul(tf.rsqrt(squared), LENGTH)) as tf.Tensor2D;
  const matrix = state[MATRIX] as tf.Tensor2D | undefined;
  const white = matrix ? ops.matMul(tf.sub(normal, state[MEAN]!), matrix) : normal;
  return tf.reshape(white, x.shape);
}
