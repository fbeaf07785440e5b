/** What a classifier that learns from labelled and unlabelled images is to its trainer. */
import type * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../harness/contract/model.ts";
import type { HostState } from "../../harness/engine/host-state.ts";
import type { Ops } from "../../harness/engine/ops.ts";
import type { Key, Tensors } from "../../harness/engine/step.ts";

export interface SemiSupervisedModel<Settings> {
  readonly id: string;
  /** Bumped when the same settings give other numbers. */
  readonly version: number;
  build(settings: Settings, ops: Ops): BuiltClassifier;
}

/** A classifier on top of a model that has been trained before: see DependentModel. */
export interface DependentClassifier<Settings> {
  readonly id: string;
  /** Bumped when the same settings and the same trained state give other numbers. */
  readonly version: number;
  /** The id of the model whose trained state it needs. */
  readonly needs: string;
  /** @throws RangeError when the trained state does not fit the settings. */
  buildOn(settings: Settings, ops: Ops, trained: HostState): BuiltClassifier;
}

/**
 * A step's batch: labelled images `x` [labelled, …] with their classes `y` [labelled, classes], one-hot, and unlabelled
 * images `u` [unlabelled, …]. Images are [height, width, channels] with values in [0, 1]; a model that works on features
 * of images instead says so, and gets those.
 */
export interface BuiltClassifier<Data extends tf.Tensor = tf.Tensor4D>
  extends Pick<BuiltModel, "groups" | "initialState" | "step"> {
  /** The state whose data-dependent parts are set from a batch, before the first update. Absent where there are none. */
  readonly initialise?: (state: Tensors, batch: Tensors, key: Key) => Tensors;
  /**
   * What test time needs of one pass over training batches after the last update: `begin` resets it, `see` is called with each
   * batch. Until then `logits` go by what training has left. Absent where nothing is needed.
   */
  readonly settling?: {
    begin(state: Tensors): Tensors;
    see(state: Tensors, batch: Tensors): Tensors;
  };
  /** Other ways to classify at test time, by name; each as `logits`. */
  readonly otherLogits?: Readonly<Record<string, (state: Tensors, x: Data) => tf.Tensor2D>>;
  /** At test time, a function of state and x [n, …] alone → [n, classes]: a softmax of them is p(y | x). */
  logits(state: Tensors, x: Data): tf.Tensor2D;
}
