/** Reconstructions and samples of a trained model, and how far reconstructions are from their originals. */
import * as tf from "@tensorflow/tfjs-core";
import type { ImageData, ImageReader } from "../../../datasets/image-data.ts";
import type { BuiltModel } from "../../../harness/contract/model.ts";
import { standardNormal } from "../../../harness/engine/stateless-normal.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import type { Words2 } from "../../../harness/random/philox.ts";
import { rowsBetween, unitImages } from "./pixels.ts";

/** The smallest normal float32: a standard deviation below it is 0, which has no logarithm. */
const SMALLEST = 2 ** -126;
/** Images that go through a network at once. */
const BLOCK = 100;

export type ImageModelAtWork = BuiltModel<tf.Tensor4D>;

/** Standard normal draws [count, latent]. The caller disposes of them, or calls inside tf.tidy. */
export const normals = (count: number, latent: number, key: Words2): tf.Tensor2D =>
  tf.tensor2d(standardNormal(count * latent, key), [count, latent]);

/** x̃ = Gx(z) of z ~ N(0, I): [count, height, width, channels] in [0, 1], flat. */
export function sampleImages(
  { decode }: ImageModelAtWork,
  state: Tensors,
  { count, latent, key }: { readonly count: number; readonly latent: number; readonly key: Words2 },
): Float32Array {
  if (!decode) throw new TypeError("the model cannot sample: it has no decoder");
  const z = standardNormal(count * latent, key);
  const blocks: Float32Array[] = [];
  for (let from = 0; from < count; from += BLOCK) {
    const n = Math.min(BLOCK, count - from);
    blocks.push(values(() => decode(state, tf.tensor2d(z.slice(from * latent, (from + n) * latent), [n, latent]))));
  }
  return joined(blocks);
}

/** Mean over images, positions and channels of the squared distance to the images' own mean [images, size] flat. */
export function varianceAboutMean(images: Float32Array, size: number): number {
  const count = images.length / size;
  let sum = 0;
  for (let place = 0; place < size; place++) {
    let total = 0;
    for (let i = place; i < images.length; i += size) total += images[i]!;
    const mean = total / count;
    for (let i = place; i < images.length; i += size) sum += (images[i]! - mean) ** 2;
  }
  return sum / images.length;
}

export interface Reconstructed {
  /** Originals and reconstructions [count, height, width, channels] in [0, 1], flat. */
  readonly originals: Float32Array;
  readonly reconstructions: Float32Array;
  /** Mean over images, positions and channels of (x − x̂)². */
  readonly mse: number;
  /** `mse` over that of the same reconstructions against the next image each: 1 where codes tell images not apart. */
  readonly matchedShare: number;
  /** Mean over images and dimensions of the logarithm of q(z | x)'s standard deviation; absent without a posterior. */
  readonly posteriorLogSd?: number;
}

/** x̂ = Gx(ẑ), ẑ ~ q(z | x), of the first `count` images that the reader has. */
export function reconstruct(
  model: ImageModelAtWork,
  state: Tensors,
  {
    data,
    reader,
    count,
    latent,
    key,
  }: {
    readonly data: ImageData;
    readonly reader: ImageReader;
    readonly count: number;
    readonly latent: number;
    readonly key: Words2;
  },
): Reconstructed {
  const { encode, decode, posterior } = model;
  if (!encode || !decode) throw new TypeError("the model cannot reconstruct: it needs an encoder and a decoder");
  const wanted = Math.min(count, reader.count);
  const epsilon = standardNormal(wanted * latent, key);
  const originals: Float32Array[] = [];
  const reconstructions: Float32Array[] = [];
  let logSum = 0;
  for (let from = 0; from < wanted; from += BLOCK) {
    const n = Math.min(BLOCK, wanted - from);
    const x = unitImages(reader.readSync(rowsBetween(from, from + n)), data.shape);
    const noise = epsilon.slice(from * latent, (from + n) * latent);
    originals.push((x.dataSync() as Float32Array).slice());
    reconstructions.push(values(() => decode(state, encode(state, x, tf.tensor2d(noise, [n, latent])))));
    if (posterior) logSum += values(() => tf.sum(tf.log(tf.maximum(posterior(state, x).sd, SMALLEST))))[0]!;
    x.dispose();
  }
  const [all, made] = [joined(originals), joined(reconstructions)];
  return {
    originals: all,
    reconstructions: made,
    ...matching(all, made, all.length / wanted),
    ...(posterior ? { posteriorLogSd: logSum / (wanted * latent) } : {}),
  };
}

/** Errors of reconstructions [images, size] against their own originals, and those as a share of errors against others. */
export function matching(originals: Float32Array, reconstructions: Float32Array, size: number) {
  const mse = meanSquaredError(originals, reconstructions);
  const others = joined([originals.subarray(size), originals.subarray(0, size)]);
  const unmatched = meanSquaredError(others, reconstructions);
  return { mse, matchedShare: unmatched > 0 ? mse / unmatched : 1 };
}

/** Mean of the squared differences of two arrays of one length. */
export function meanSquaredError(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length || a.length === 0) throw new RangeError(`${a.length} values against ${b.length}`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}

/** Computes a tensor and copies it to the host; what it took is disposed of. */
export function values(compute: () => tf.Tensor): Float32Array {
  const tensor = tf.tidy(compute); // a typed array that a tidy returns would be walked through, value by value
  const copy = (tensor.dataSync() as Float32Array).slice();
  tensor.dispose();
  return copy;
}

export function joined(blocks: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

/** a₁, b₁, a₂, b₂, …: images of `size` values each, in turns. */
export function interleaved(a: Float32Array, b: Float32Array, size: number): Float32Array {
  const both = new Float32Array(a.length + b.length);
  for (let i = 0; i < a.length / size; i++) {
    both.set(a.subarray(i * size, (i + 1) * size), 2 * i * size);
    both.set(b.subarray(i * size, (i + 1) * size), (2 * i + 1) * size);
  }
  return both;
}

/** Values in [0, 1] as pixels 0 to 255, for pictures. */
export const asPixels = (values: Float32Array): Uint8Array =>
  Uint8Array.from(values, (value) => Math.round(255 * Math.min(Math.max(value, 0), 1)));
