import type * as tf from "@tensorflow/tfjs-core";
import type { HostState } from "../../../harness/engine/host-state.ts";
import type { Key, Tensors } from "../../../harness/engine/step.ts";
import type { BatchStatistics, Parameter } from "../../../harness/nn/mlp.ts";
import type { Words2 } from "../../../harness/random/philox.ts";
import type { PairNetworks } from "../ali/image-pairs.ts";

/** One reading of D(x, z), and of what updates the parameters. */
export interface PairClassifier {
  readonly trained: readonly Parameter[];
  /** Maps under batch norm, layer by layer: what has running averages. */
  readonly maps: readonly number[];
  /** Parameters, Adam's moments, and what else it keeps. */
  initialState(key: Words2): HostState;
  /** What is set from a batch of pairs before the first update; absent where nothing is. */
  readonly initialised?: (state: Tensors, x: tf.Tensor4D, zHat: tf.Tensor4D, nextKey: () => Key) => Tensors;
  /** In training → logits [pairs, 1, 1, classes]. */
  inTraining(state: Tensors): PairNetworks["discriminate"];
  /** At test time, with the running averages of batch norm. */
  atTestTime(state: Tensors, averages: readonly BatchStatistics[]): TestTime;
  /** All parameters that there are gradients of, and what goes with them, after so many updates done. */
  updated(state: Tensors, gradients: Tensors, done: tf.Tensor): Tensors;
}
export interface TestTime {
  /** x → D(x) */
  features(x: tf.Tensor4D): tf.Tensor4D;
  /** D(x) and z [n, 1, 1, latent] → logits [n, 1, 1, classes] */
  classify(features: tf.Tensor4D, z: tf.Tensor4D): tf.Tensor4D;
}
