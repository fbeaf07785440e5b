import type * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import type { ConvolutionalTable } from "../../../harness/nn/convolutional.ts";
import { evaluateConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import type { BatchStatistics } from "../../../harness/nn/mlp.ts";
import { asPoints, posteriorOf } from "./image-pairs.ts";

/** Hidden layers that a linear classifier is shown. */
const LAYERS = 3;

/**
 * What comes out of the batch norms of an encoder's last three hidden layers, before the nonlinearity, by the row's name
 * (`encoder/4`), and μ (`mu`), each flattened to [n, size].
 */
export function normalFeatures(
  encoder: ConvolutionalTable,
  state: Tensors,
  x: tf.Tensor4D,
  ops: Ops,
  averages: readonly BatchStatistics[],
): Record<string, tf.Tensor2D> {
  const normals: [name: string, maps: tf.Tensor4D][] = [];
  const encoded = evaluateConvolutional(encoder, state, x, ops, averages, ({ row, normal }) => {
    if (normal) normals.push([`${encoder.name}/${row}`, normal]);
  });
  const layers = normals.slice(-LAYERS).map(([name, maps]) => [name, asPoints(maps)] as const);
  return { ...Object.fromEntries(layers), mu: posteriorOf(encoded).mean };
}
