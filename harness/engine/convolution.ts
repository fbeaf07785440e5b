/** Convolutions without padding, as matrix products wherever the kernel meets no place of a map twice. */
import * as tf from "@tensorflow/tfjs-core";

export interface ConvolutionOps {
  /**
   * x [batch, height, width, in] * w [kernel, kernel, in, out], without padding →
   * [batch, floor((height − kernel) / stride) + 1, …, out].
   */
  conv2d(x: tf.Tensor4D, w: tf.Tensor4D, stride: number): tf.Tensor4D;
  /**
   * The transpose of `conv2d`: x [batch, height, width, in], w [kernel, kernel, out, in] →
   * [batch, (height − 1) · stride + kernel, …, out].
   */
  convTranspose2d(x: tf.Tensor4D, w: tf.Tensor4D, stride: number): tf.Tensor4D;
}

/** x [batch, in] · w [in, out], and x [batch, in] · wᵀ with w [out, in]. */
export interface Products {
  matMul(x: tf.Tensor2D, w: tf.Tensor2D): tf.Tensor2D;
  matMulTransposed(x: tf.Tensor2D, w: tf.Tensor2D): tf.Tensor2D;
}

export const convolutions = ({ matMul, matMulTransposed }: Products): ConvolutionOps => ({
  conv2d(x, w, stride) {
    const [batch, height, width] = x.shape;
    const [kernel, , inputs, outputs] = w.shape;
    if (kernel !== height || kernel !== width) return tf.conv2d(x, w, stride, "valid");
    const size = kernel * kernel * inputs;
    const y = matMul(tf.reshape(x, [batch, size]), tf.reshape(w, [size, outputs]));
    return tf.reshape(y, [batch, 1, 1, outputs]);
  },

  convTranspose2d(x, w, stride) {
    const [batch, height, width, inputs] = x.shape;
    const [kernel, , outputs] = w.shape;
    const size = (length: number): number => (length - 1) * stride + kernel;
    const shape: [number, number, number, number] = [batch, size(height), size(width), outputs];
    if (height !== 1 || width !== 1) return tf.conv2dTranspose(x, w, shape, stride, "valid");
    const y = matMulTransposed(tf.reshape(x, [batch, inputs]), tf.reshape(w, [kernel * kernel * outputs, inputs]));
    return tf.reshape(y, shape);
  },
});

/** Maps with `padding` zeros on each side. */
export function padded(x: tf.Tensor4D, padding: number): tf.Tensor4D {
  const sides: [number, number] = [padding, padding];
  return padding === 0 ? x : tf.pad(x, [[0, 0], sides, sides, [0, 0]]);
}
