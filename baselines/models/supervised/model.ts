/** The floor of the semi-supervised tables: the discriminator of GANs with feature matching, on the labelled images alone. */
import * as tf from "@tensorflow/tfjs-core";
import type { Key, Tensors, TrainStep } from "../../../harness/engine/engine.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { initialParameters, withMoments } from "../../../harness/nn/initialise.ts";
import { keyFor } from "../../../harness/nn/keys.ts";
import { oneLoss } from "../../../harness/nn/losses.ts";
import { parametersOf } from "../../../harness/nn/mlp.ts";
import { weightNormedParameters } from "../../../harness/nn/weight-normed.ts";
import { initialisedByBatch, weightNormed } from "../../../harness/nn/weight-normed-forward.ts";
import { type ImprovedGanRecipe, improvedGanUpdate } from "../improved-gan-update.ts";
import type { BuiltClassifier, SemiSupervisedModel } from "../semi-supervised.ts";
import { type ClassifierNetwork, supervisedCifar10, supervisedSvhn } from "./networks.ts";
import { labelledLoss } from "./objective.ts";

export interface SupervisedSettings extends ImprovedGanRecipe {
  readonly network: "svhn" | "cifar10";
  /** Standard deviation of the initial weights' directions. */
  readonly initialSd: number;
}

const NETWORKS = { svhn: supervisedSvhn, cifar10: supervisedCifar10 };
/** What a pixel of 0 to 255, less 127.5, is divided by. */
const DIVISOR = { svhn: 127.5, cifar10: 128 };

const RECIPE = { learningRate: 3e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8, averageRate: 1e-4, initialSd: 0.05 };
/** The published recipes: updates in an epoch are 73,257 and 50,000 images by 100. */
export const SUPERVISED_SVHN: SupervisedSettings = {
  ...RECIPE,
  network: "svhn",
  schedule: { updatesPerEpoch: 732, flatEpochs: 600, epochs: 900 },
};
export const SUPERVISED_CIFAR10: SupervisedSettings = {
  ...RECIPE,
  network: "cifar10",
  schedule: { updatesPerEpoch: 500, flatEpochs: 800, epochs: 1200 },
};

export const supervised: SemiSupervisedModel<SupervisedSettings> = {
  id: "supervised",
  version: 1,
  build: (settings, ops) => buildSupervised(NETWORKS[settings.network], DIVISOR[settings.network], settings, ops),
};

/**
 * State: weights, gains and biases by name; of those that are trained also Adam's moments `…/m`, `…/v` and the average
 * `…/average`; `updates`, a scalar. Of a batch `x` and `y` are used. The loss of step and `logits`: see objective.ts;
 * `logits` are those of the averages, which start at the parameters as `initialise` has left them.
 */
export function buildSupervised(
  { features, head }: ClassifierNetwork,
  divisor: number,
  settings: Omit<SupervisedSettings, "network">,
  ops: Ops,
): BuiltClassifier {
  const tables = [features, head].map(weightNormedParameters);
  const all = tables.flatMap((table) => table.all);
  const trained = tables.flatMap((table) => table.trained);
  const scaled = (x: tf.Tensor): tf.Tensor4D => tf.sub(tf.mul(x, 255 / divisor), 127.5 / divisor);
  const network = (parameters: Tensors, x: tf.Tensor, nextKey?: () => Key): tf.Tensor2D => {
    const hidden = weightNormed(features, parameters, scaled(x), ops, nextKey);
    return tf.squeeze(weightNormed(head, parameters, hidden, ops, nextKey), [1, 2]);
  };
  const step: TrainStep = (state, { x, y }, key) => {
    const { losses, gradients } = oneLoss(parametersOf(state, trained), () => ({
      loss: labelledLoss(network(state, x!, keys(ops, key)), y as tf.Tensor2D),
      aux: {},
    }));
    const updates = improvedGanUpdate(settings, state, gradients.generator, state.updates!);
    return {
      state: { ...state, ...updates, updates: tf.add(state.updates!, 1) },
      metrics: { classifierLoss: losses.generator },
    };
  };
  return {
    groups: { classifier: trained },
    step,
    initialState(key) {
      const started = initialParameters(all, settings.initialSd, key);
      const own = Object.fromEntries(trained.map(({ name }) => [name, started[name]!]));
      const averages = Object.entries(own).map(([name, { shape, data }]) => [
        `${name}/average`,
        { shape, data: data.slice() },
      ]);
      return {
        ...started,
        ...withMoments(own),
        ...Object.fromEntries(averages),
        updates: { shape: [], data: new Float32Array(1) },
      };
    },
    initialise(state, { x }, key) {
      const nextKey = keys(ops, key);
      const hidden = initialisedByBatch(features, state, scaled(x!), ops, nextKey);
      const last = initialisedByBatch(head, state, hidden.output, ops, nextKey);
      const set: Tensors = { ...state, ...hidden.parameters, ...last.parameters };
      return { ...set, ...Object.fromEntries(trained.map(({ name }) => [`${name}/average`, tf.clone(set[name]!)])) };
    },
    logits(state, x) {
      const averages = Object.fromEntries(trained.map(({ name }) => [name, state[`${name}/average`]!]));
      return network({ ...state, ...averages }, x);
    },
  };
}

/** A key of its own for each dropout of a step. */
function keys(ops: Ops, key: Key): () => Key {
  let purpose = 0;
  return () => keyFor(ops, key, purpose++);
}
