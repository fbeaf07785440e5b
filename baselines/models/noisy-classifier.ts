/** Classifiers under batch norm and noise: networks of reduced budgets, and the averages that test time normalises by. */
import * as tf from "@tensorflow/tfjs-core";
import type { HostState } from "../../harness/engine/host-state.ts";
import { type NoisyNormedRow, type NoisyNormedTable, noisyNormedMaps } from "../../harness/nn/noisy-normed.ts";
import { flatMoments, type Moments } from "../../harness/nn/noisy-normed-forward.ts";
import { initialAverages } from "../../harness/nn/running-averages.ts";
import { narrowedWidth } from "./ali/networks/narrowed.ts";

export interface NoisyFactors {
  /** Features of hidden layers as a share of the published ones; noise and dropout's rates likewise: 1 but in reduced budgets. */
  readonly widthFactor: number;
  readonly noiseFactor: number;
  readonly dropoutFactor: number;
}

/** All convolutions but the last, whose features are the classes, are hidden. */
export function narrowedNoisy(
  table: NoisyNormedTable,
  { widthFactor, noiseFactor, dropoutFactor }: NoisyFactors,
): NoisyNormedTable {
  const last = table.rows.findLastIndex(([op]) => op === "conv");
  const rows = table.rows.map((row, at): NoisyNormedRow => {
    if (row[0] === "dropout") return ["dropout", row[1] * dropoutFactor];
    if (row[0] !== "conv" || at === last) return row;
    const [op, kernel, border, features, ...rest] = row;
    return [op, kernel, border, narrowedWidth(features, widthFactor), ...rest];
  });
  return { ...table, noise: table.noise * noiseFactor, rows };
}

/** `averages` before the first update: means 0, variances 1. */
export function initialMoments(table: NoisyNormedTable): HostState {
  const averages = initialAverages(noisyNormedMaps(table));
  return { averages: { shape: [averages.length], data: averages } };
}

/**
 * Averages with `share` of a batch's moments in them; its variances count `ofVariance` times. One product with constants: a graph
 * would make one of two.
 */
export function updateMoments(
  averages: tf.Tensor,
  batch: readonly Moments[],
  share: number,
  ofVariance: number,
): tf.Tensor {
  return tf.add(tf.mul(averages, 1 - share), weighed(batch, share, share * ofVariance));
}

/** The batch's moments, flat: its means and its variances times a factor each. */
export function weighed(batch: readonly Moments[], ofMean: number, ofVariance: number): tf.Tensor {
  const flat = flatMoments(batch);
  const factors = new Float32Array(flat.size).fill(ofMean).fill(ofVariance, flat.size / 2);
  return tf.mul(flat, tf.tensor1d(factors));
}

/** Maps of 1 × 1 as rows [batch, units]. */
export const rowsOf = (x: tf.Tensor4D): tf.Tensor2D => tf.reshape(x, [x.shape[0], x.shape[3]]);
