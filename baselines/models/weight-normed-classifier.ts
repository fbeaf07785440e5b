/** The discriminator of openai/improved-gan as a classifier of images: shared by the models that train it, each by its own losses. */
import * as tf from "@tensorflow/tfjs-core";
import type { HostState } from "../../harness/engine/host-state.ts";
import type { Ops } from "../../harness/engine/ops.ts";
import type { Key, Tensors } from "../../harness/engine/step.ts";
import { initialParameters, withKept } from "../../harness/nn/initialise.ts";
import type { Parameter } from "../../harness/nn/mlp.ts";
import { type WeightNormedTable, weightNormedParameters } from "../../harness/nn/weight-normed.ts";
import { initialisedByBatch, weightNormed } from "../../harness/nn/weight-normed-forward.ts";
import type { Words2 } from "../../harness/random/philox.ts";

export interface ClassifierNetwork {
  /** Scaled images [batch, height, width, channels] → the pooled features [batch, 1, 1, features]. */
  readonly features: WeightNormedTable;
  /** Those → logits [batch, 1, 1, classes]. */
  readonly head: WeightNormedTable;
}
export interface WeightNormedClassifier extends Omit<WeightNormedState, "set"> {
  /** Gains, biases and averages set from a batch of scaled images. Dropout is on. */
  initialised(state: Tensors, x: tf.Tensor4D, nextKey: () => Key): Tensors;
  /** Scaled images [batch, …] → pooled features [batch, 1, 1, features]; dropout is on where there is `nextKey`. */
  features(parameters: Tensors, x: tf.Tensor4D, nextKey?: () => Key): tf.Tensor4D;
  /** Features → logits [batch, classes]. */
  classify(parameters: Tensors, features: tf.Tensor4D): tf.Tensor2D;
}

/** What a state has of tables under weight norm. */
export interface WeightNormedState {
  readonly trained: readonly Parameter[];
  /** Parameters, of those that are trained Adam's moments `…/m`, `…/v` and the average `…/average`. */
  initialState(key: Words2, sd: number): HostState;
  /** The state with these gains and biases, where averages start. */
  set(state: Tensors, made: Tensors): Tensors;
  /** The state with the averages in the place of the parameters: for test time. */
  averaged(state: Tensors): Tensors;
}

export function weightNormedState(networks: readonly WeightNormedTable[]): WeightNormedState {
  const tables = networks.map(weightNormedParameters);
  const all = tables.flatMap((table) => table.all);
  const trained = tables.flatMap((table) => table.trained);
  return {
    trained,
    initialState(key, sd) {
      const started = initialParameters(all, sd, key);
      const own = Object.fromEntries(trained.map(({ name }) => [name, started[name]!]));
      const averages = Object.entries(own).map(([name, { shape, data }]) => [
        `${name}/average`,
        { shape, data: data.slice() },
      ]);
      return { ...started, ...withKept(own), ...Object.fromEntries(averages) };
    },
    set(state, made) {
      const set: Tensors = { ...state, ...made };
      return { ...set, ...Object.fromEntries(trained.map(({ name }) => [`${name}/average`, tf.clone(set[name]!)])) };
    },
    averaged: (state) => ({
      ...state,
      ...Object.fromEntries(trained.map(({ name }) => [name, state[`${name}/average`]!])),
    }),
  };
}

export function weightNormedClassifier({ features, head }: ClassifierNetwork, ops: Ops): WeightNormedClassifier {
  const { set, ...kept } = weightNormedState([features, head]);
  return {
    ...kept,
    initialised(state, x, nextKey) {
      const hidden = initialisedByBatch(features, state, x, ops, nextKey);
      const last = initialisedByBatch(head, state, hidden.output, ops, nextKey);
      return set(state, { ...hidden.parameters, ...last.parameters });
    },
    features: (parameters, x, nextKey) => weightNormed(features, parameters, x, ops, nextKey),
    classify: (parameters, hidden) => tf.squeeze(weightNormed(head, parameters, hidden, ops), [1, 2]),
  };
}
