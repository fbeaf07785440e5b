import * as tf from "@tensorflow/tfjs-core";
import type { BatchStatistics } from "./mlp.ts";

/** Share of the new batch in a running average (Blocks: m ← 0.95 m + 0.05 batch). */
const NEW = 0.05;

/** Flat start values for layers of these widths: means 0, standard deviations 1; all means first. */
export function initialAverages(units: readonly number[]): Float32Array {
  const total = units.reduce((a, b) => a + b, 0);
  return new Float32Array(2 * total).fill(1, total);
}

/** Statistics of one batch as one flat vector, laid out as the averages. */
export function flatStatistics(layers: readonly BatchStatistics[]): tf.Tensor1D {
  return tf.concat([...layers.map((l) => l.mean), ...layers.map((l) => l.deviation)]);
}

/** @param share of the batch in the new averages */
export function updateAverages(averages: tf.Tensor, batch: tf.Tensor, share = NEW): tf.Tensor {
  return tf.add(tf.mul(averages, 1 - share), tf.mul(batch, share));
}

/** The flat vector as statistics a layer. */
export function splitAverages(averages: tf.Tensor, units: readonly number[]): BatchStatistics[] {
  const pieces = tf.split(averages as tf.Tensor1D, [...units, ...units]) as tf.Tensor1D[];
  return units.map((_, i) => ({ mean: pieces[i]!, deviation: pieces[units.length + i]! }));
}
