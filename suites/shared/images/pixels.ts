/** Pixels as bytes, and as what networks take. */
import * as tf from "@tensorflow/tfjs-core";

export type ImageShape = readonly [height: number, width: number, channels: number];

export const imageSize = ([height, width, channels]: ImageShape): number => height * width * channels;

/** Grey levels [n, height, width, channels] → the same from 0 to 1. @throws RangeError when they are no whole images. */
export function unitImages(images: Uint8Array, shape: ImageShape): tf.Tensor4D {
  const count = countOf(images, shape);
  const values = new Float32Array(images.length);
  for (let i = 0; i < values.length; i++) values[i] = images[i]! / 255;
  return tf.tensor4d(values, [count, ...shape]);
}

/** @throws RangeError when they are no whole images. */
export function countOf(images: Uint8Array, shape: ImageShape): number {
  const count = images.length / imageSize(shape);
  if (!Number.isInteger(count)) throw new RangeError(`${images.length} bytes are no images of ${shape.join(" × ")}`);
  return count;
}

/** Row numbers from `from` to before `to`. */
export const rowsBetween = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, i) => from + i);
