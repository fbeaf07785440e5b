/** What a classifier says of many images. */
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltClassifier } from "../../../baselines/models/semi-supervised.ts";
import type { ImageReader } from "../../../datasets/image-data.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { type ImageShape, rowsBetween, unitImages } from "../images/pixels.ts";

/** Images that are looked at at once. */
const BLOCK = 250;

/** p(y | x) [images, classes], flat, of all images of a reader, or of these rows. `pause` is called between blocks. */
export async function predict(
  { logits }: Pick<BuiltClassifier, "logits">,
  state: Tensors,
  { reader, shape, rows }: { reader: ImageReader; shape: ImageShape; rows?: Uint32Array },
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const blocks: Float32Array[] = [];
  const all = rows ?? rowsBetween(0, reader.count);
  for (let from = 0; from < all.length; from += BLOCK) {
    const images = await reader.read(all.subarray(from, from + BLOCK));
    blocks.push(probabilitiesOf({ logits }, state, images, shape));
    await pause();
  }
  return Float32Array.from(blocks.flatMap((block) => [...block]));
}

/** p(y | x) [images, classes], flat, of images as bytes [images, height, width, channels]. */
export function probabilitiesOf(
  { logits }: Pick<BuiltClassifier, "logits">,
  state: Tensors,
  images: Uint8Array,
  shape: ImageShape,
): Float32Array {
  const made = tf.tidy(() => tf.softmax(logits(state, unitImages(images, shape))));
  const host = (made.dataSync() as Float32Array).slice();
  made.dispose();
  return host;
}
