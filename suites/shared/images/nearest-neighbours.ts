/** The nearest training image of each of some images: are samples copies of what was trained on? */
import * as tf from "@tensorflow/tfjs-core";
import type { ImageReader } from "../../../datasets/image-data.ts";
import { spreadOf } from "../../../harness/bench/spread.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { countOf, type ImageShape, imageSize, rowsBetween } from "./pixels.ts";

export interface Neighbours {
  /** Row of the nearest image for each query; of several as near, the lowest. */
  readonly rows: Int32Array;
  /** Sum over all values of the squared difference, in grey levels; exact. */
  readonly squaredDistances: Float64Array;
}

/** Images of the reader that are in memory at once. */
const BLOCK = 1000;
/** Taken off every value, so that products are small; −128 … 127 are exact in any device's number format. */
const CENTRE = 128;
/** Unit roundoff of float32. */
const ROUNDOFF = 2 ** -24;

/**
 * Nearest images of a whole split, by squared distance of the pixels. Products in float32 (‖a‖² + ‖b‖² − 2 a·b) tell which
 * images can be the nearest: those are compared in integers. An inner product of length n, in whatever order it is summed, is
 * off by at most n u / (1 − n u) · ‖a‖ ‖b‖ (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition,
 * section 3.1), so that the result is exact and the same on every engine. Memory does not grow with the split.
 * @param queries [n, height, width, channels] in grey levels
 * @throws RangeError when the queries are no whole images, or the reader has none.
 */
export async function nearestNeighbours(
  ops: Pick<Ops, "matMul">,
  queries: Uint8Array,
  reader: ImageReader,
  shape: ImageShape,
): Promise<Neighbours> {
  if (reader.count === 0) throw new RangeError("there are no images to be near to");
  const size = imageSize(shape);
  const search = new Search(queries, countOf(queries, shape), size);
  const columns = tf.tidy(() => tf.transpose(tf.tensor2d(search.centred.values, [search.count, size])) as tf.Tensor2D);
  try {
    for (let from = 0; from < reader.count; from += BLOCK) {
      const pixels = await reader.read(rowsBetween(from, Math.min(from + BLOCK, reader.count)));
      const block = centre(pixels, size);
      const products = tf.tidy(() => ops.matMul(tf.tensor2d(block.values, [block.norms.length, size]), columns));
      search.look(from, pixels, block.norms, products.dataSync() as Float32Array);
      products.dispose();
    }
  } finally {
    columns.dispose();
  }
  return search.nearest;
}

interface Centred {
  /** [n, size] */
  readonly values: Float32Array;
  /** Squared norms [n], exact. */
  readonly norms: Float64Array;
}

function centre(pixels: Uint8Array, size: number): Centred {
  const values = new Float32Array(pixels.length);
  const norms = new Float64Array(pixels.length / size);
  for (let image = 0, at = 0; image < norms.length; image++) {
    let sum = 0;
    for (const end = at + size; at < end; at++) {
      const value = pixels[at]! - CENTRE;
      values[at] = value;
      sum += value * value;
    }
    norms[image] = sum;
  }
  return { values, norms };
}

/** The nearest images so far. */
class Search {
  readonly count: number;
  readonly centred: Centred;
  readonly nearest: Neighbours;
  readonly #queries: Uint8Array;
  readonly #size: number;
  /** Of a product, relative to the norms; once more for the product of rounded norms. */
  readonly #error: number;

  constructor(queries: Uint8Array, count: number, size: number) {
    this.count = count;
    this.centred = centre(queries, size);
    this.nearest = {
      rows: new Int32Array(count).fill(-1),
      squaredDistances: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    };
    this.#queries = queries;
    this.#size = size;
    this.#error = ((size + 1) * ROUNDOFF) / (1 - (size + 1) * ROUNDOFF);
  }

  /** @param products of each image of the block with each query [images, count] */
  look(from: number, pixels: Uint8Array, norms: Float64Array, products: Float32Array): void {
    for (let query = 0; query < this.count; query++) {
      const norm = this.centred.norms[query]!;
      const length = Math.sqrt(norm);
      const about = (image: number): number => norm + norms[image]! - 2 * products[image * this.count + query]!;
      let first = 0;
      for (let image = 1; image < norms.length; image++) if (about(image) < about(first)) first = image;
      this.#compare(query, first, from, pixels); // few others can then be nearer
      for (let image = 0; image < norms.length; image++) {
        const least = about(image) - 2 * this.#error * length * Math.sqrt(norms[image]!);
        if (image !== first && least <= this.nearest.squaredDistances[query]!)
          this.#compare(query, image, from, pixels);
      }
    }
  }

  #compare(query: number, image: number, from: number, pixels: Uint8Array): void {
    const { rows, squaredDistances } = this.nearest;
    let distance = 0;
    for (let i = 0, a = query * this.#size, b = image * this.#size; i < this.#size; i++, a++, b++)
      distance += (this.#queries[a]! - pixels[b]!) ** 2;
    const best = squaredDistances[query]!;
    const row = from + image;
    if (distance > best || (distance === best && row > rows[query]!)) return;
    squaredDistances[query] = distance;
    rows[query] = row;
  }
}

export interface Nearness {
  readonly samples: Neighbours;
  readonly heldOut: Neighbours;
  /**
   * Median squared distance of the samples to their nearest training images, over that of real images that were not trained
   * on. Far below 1: the samples are nearer to the training images than new real ones are, as copies would be. Blurred or
   * plain samples too are near to everything: it is a warning, no proof. Not finite where the held-out images are mostly
   * among the training images.
   */
  readonly ratio: number;
}

const median = ({ squaredDistances }: Neighbours): number => spreadOf([...squaredDistances]).median;

/** Samples and held-out real images beside the training images, in one reading of these. @throws RangeError without either. */
export async function nearnessToTraining(
  ops: Pick<Ops, "matMul">,
  { samples, heldOut }: { readonly samples: Uint8Array; readonly heldOut: Uint8Array },
  training: ImageReader,
  shape: ImageShape,
): Promise<Nearness> {
  const both = new Uint8Array(samples.length + heldOut.length);
  both.set(samples);
  both.set(heldOut, samples.length);
  const { rows, squaredDistances } = await nearestNeighbours(ops, both, training, shape);
  const count = countOf(samples, shape);
  const of = (from: number, to?: number): Neighbours => ({
    rows: rows.slice(from, to),
    squaredDistances: squaredDistances.slice(from, to),
  });
  const parts = { samples: of(0, count), heldOut: of(count) };
  return { ...parts, ratio: median(parts.samples) / median(parts.heldOut) };
}
