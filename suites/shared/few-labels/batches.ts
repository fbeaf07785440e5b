/** Batches of labelled and unlabelled images, read ahead. */
import * as tf from "@tensorflow/tfjs-core";
import type { ImageData, ImageReader } from "../../../datasets/image-data.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { Prefetch } from "../../../harness/files/prefetch.ts";
import { minibatchRows } from "../../../harness/random/minibatches.ts";
import type { Words2 } from "../../../harness/random/philox.ts";
import type { ImageStream } from "../images/minibatches.ts";
import { unitImages } from "../images/pixels.ts";

const AHEAD_BYTES = 64 * 1024 ** 2;
const READS_AT_ONCE = 4;

/** Images of each kind in a step's batch; none unlabelled where a model takes labelled ones alone. */
export interface BatchSizes {
  readonly labelled: number;
  readonly unlabelled: number;
}
export interface TwoKinds {
  /** Rows of the labelled images, and of those that are taken without a label. */
  readonly labelled: Uint32Array;
  readonly unlabelled: Uint32Array;
  readonly sizes: BatchSizes;
  readonly updates: number;
  key(purpose: string): Words2;
}

/** One-hot classes [rows, classes] of these rows. */
export function oneHot(rows: ArrayLike<number>, classOf: Uint8Array, classes: number): tf.Tensor2D {
  const y = new Float32Array(rows.length * classes);
  for (let i = 0; i < rows.length; i++) y[i * classes + classOf[rows[i]!]!] = 1;
  return tf.tensor2d(y, [rows.length, classes]);
}

/**
 * Batches `x` [labelled, height, width, channels] in [0, 1] with their classes `y` [labelled, classes], one-hot, and `u` [unlabelled, …];
 * no `u` where its size is 0. Each kind is passed through in a new random order each time, as often as the updates take; what
 * is less than a batch at the end of a pass is left out. The reader stays open.
 * @throws RangeError where there are fewer images of a kind than a batch takes.
 */
export function twoKindsStream(
  { shape, classes }: ImageData,
  reader: ImageReader,
  { labelled, unlabelled, sizes, updates, key }: TwoKinds,
): ImageStream {
  const classOf = reader.labels();
  const labelledOf = minibatchRows(labelled.length, sizes.labelled, key("labelled order"));
  const unlabelledOf =
    sizes.unlabelled > 0 ? minibatchRows(unlabelled.length, sizes.unlabelled, key("unlabelled order")) : null;
  const source = async (index: number) => {
    const rows = labelledOf(index).map((at) => labelled[at]!);
    const others = unlabelledOf?.(index).map((at) => unlabelled[at]!);
    const [x, u] = await Promise.all([reader.read(rows), others ? reader.read(others) : new Uint8Array(0)]);
    return { x, u, rows };
  };
  const prefetch = new Prefetch(source, { updates, maxBytes: AHEAD_BYTES, concurrency: READS_AT_ONCE });
  return {
    ready: (index) => prefetch.ready(index),
    batch(index): Tensors {
      const { x, u, rows } = prefetch.take(index);
      const own = { x: unitImages(x, shape), y: oneHot(rows, classOf, classes!.length) };
      return unlabelledOf ? { ...own, u: unitImages(u, shape) } : own;
    },
    close: () => prefetch.close(),
  };
}
