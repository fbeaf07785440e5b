/** Minibatches of images as a stream: shuffled epochs, read ahead in the background. */
import * as tf from "@tensorflow/tfjs-core";
import type { ImageData, ImageReader } from "../../../datasets/image-data.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { Prefetch } from "../../../harness/files/prefetch.ts";
import type { Words2 } from "../../../harness/random/philox.ts";
import { Stream } from "../../../harness/random/seeds.ts";
import { unitImages } from "./pixels.ts";

const AHEAD_BYTES = 64 * 1024 ** 2;
const READS_AT_ONCE = 4;

/**
 * Updates in an epoch: every image once, the last batch with what is left (the authors' scheme), but not a single image,
 * which batch norm has no variance of. @throws RangeError where there are fewer than two images, or batches of fewer.
 */
export function updatesPerEpoch(count: number, batchSize: number): number {
  if (!(count >= 2 && batchSize >= 2)) throw new RangeError(`batches of ${batchSize} from ${count} images`);
  return Math.floor(count / batchSize) + (count % batchSize >= 2 ? 1 : 0);
}

/** Rows of the minibatch of update `index`: a pure function of it, in a new random order each epoch. */
export function epochRows(count: number, batchSize: number, key: Words2): (index: number) => Uint32Array {
  const perEpoch = updatesPerEpoch(count, batchSize);
  let epoch = -1;
  let order: Uint32Array = new Uint32Array(0);
  return (index) => {
    const wanted = Math.floor(index / perEpoch);
    if (wanted !== epoch) {
      order = new Stream(key, wanted).permutation(count);
      epoch = wanted;
    }
    const start = (index % perEpoch) * batchSize;
    return order.slice(start, Math.min(start + batchSize, count));
  };
}

/** What of `Training` comes from the data, and the end of it. */
export interface ImageStream {
  ready(index: number): Promise<void> | undefined;
  batch(index: number): Tensors;
  close(): Promise<void>;
}

/**
 * Batches `x` [batch, height, width, channels] in [0, 1]; with `labelled`, also `y` [batch, attributes] in 0 and 1.
 * The reader stays open.
 */
export function imageStream(
  { shape, attributes }: ImageData,
  reader: ImageReader,
  options: { readonly batchSize: number; readonly updates: number; readonly key: Words2; readonly labelled?: boolean },
): ImageStream {
  const rowsOf = epochRows(reader.count, options.batchSize, options.key);
  const labels = options.labelled ? reader.labels() : null;
  const each = attributes?.length ?? 0;
  const source = async (index: number) => {
    const rows = rowsOf(index);
    const y = new Uint8Array(labels ? rows.length * each : 0);
    if (labels) rows.forEach((row, i) => void y.set(labels.subarray(row * each, (row + 1) * each), i * each));
    return { x: await reader.read(rows), y };
  };
  const prefetch = new Prefetch(source, {
    updates: options.updates,
    maxBytes: AHEAD_BYTES,
    concurrency: READS_AT_ONCE,
  });
  return {
    ready: (index) => prefetch.ready(index),
    batch(index) {
      const { x, y } = prefetch.take(index);
      return {
        x: unitImages(x, shape),
        ...(labels ? { y: tf.tensor2d(Float32Array.from(y), [y.length / each, each]) } : {}),
      };
    },
    close: () => prefetch.close(),
  };
}
