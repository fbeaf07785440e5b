/** What a linear classifier is given of an image (svhn_semisup_analysis.py). */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../../../harness/engine/step.ts";
import { normalisedMaps } from "../../../harness/nn/convolutional.ts";
import { evaluateConvolutional, trainConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import type { BatchStatistics } from "../../../harness/nn/mlp.ts";
import { asPoints } from "../ali/image-pairs.ts";
import { type DcganPass, training } from "./gradients.ts";

/**
 * Of one minibatch of images with values in [−1, 1], the layers below normalised by it: all means, then all variances + ε.
 * Their average over minibatches is what `features` is given.
 */
export function batchStatistics(
  { networks: { imageFeatures }, ops, batchNormEpsilon }: DcganPass,
  state: Tensors,
  x: tf.Tensor4D,
): tf.Tensor1D {
  const layers: BatchStatistics[] = [];
  trainConvolutional(imageFeatures, state, [x], ops, training(batchNormEpsilon, layers));
  return tf.concat([...layers.map(({ mean }) => mean), ...layers.map(({ deviation }) => tf.square(deviation))]);
}

/**
 * The maps of the three convolutional layers after their leaky ReLU, by the row's name, each the largest of the places
 * that make up one of the last layer's: 4 × 4 × (64 + 128 + 256) = 7168 in all.
 * @throws TypeError without statistics: no running averages are kept.
 */
export function features(
  { networks: { imageFeatures }, ops }: DcganPass,
  state: Tensors,
  x: tf.Tensor4D,
  statistics: tf.Tensor1D | undefined,
): Record<string, tf.Tensor2D> {
  if (!statistics) throw new TypeError("features of DCGAN need the average of its batchStatistics");
  const maps = normalisedMaps(imageFeatures);
  const pieces = tf.split(statistics, [...maps, ...maps]) as tf.Tensor1D[];
  const averages = maps.map((_, i) => ({ mean: pieces[i]!, deviation: tf.sqrt(pieces[maps.length + i]!) }));
  const outputs: (readonly [name: string, output: tf.Tensor4D])[] = [];
  const last = evaluateConvolutional(imageFeatures, state, x, ops, averages, ({ row, output }) => {
    outputs.push([`${imageFeatures.name}/${row}`, output]);
  });
  const pooled = outputs.map(([name, output]) => {
    const window = output.shape[1] / last.shape[1];
    return [name, asPoints(tf.maxPool(output, window, window, "valid"))] as const;
  });
  return Object.fromEntries(pooled);
}
