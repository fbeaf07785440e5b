/** A small convolutional classifier. What it is for is its last hidden layer: a space to compare images in. */
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../../harness/contract/model.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { convolutionalParameters, normalisedMaps } from "../../../harness/nn/convolutional.ts";
import { evaluateConvolutional, trainConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import { type Losses, oneLoss } from "../../../harness/nn/losses.ts";
import { type BatchStatistics, type Parameter, parametersOf } from "../../../harness/nn/mlp.ts";
import { OPTIMIZERS } from "../../../harness/nn/optimizers.ts";
import { flatStatistics, splitAverages } from "../../../harness/nn/running-averages.ts";
import { type TrainingSettings, trainedModel } from "../trained-model.ts";
import type { ClassifierNetwork } from "./networks.ts";
import { crossEntropy, type Labelling } from "./objective.ts";

export const ID = "feature-classifier";
/** Bumped when the same settings and data give other features: distances of different versions are never compared. */
export const VERSION = 1;

export interface ClassifierSettings extends TrainingSettings {
  readonly batchSize: number;
  /** Batch norm's ε. */
  readonly batchNormEpsilon: number;
}
export const SETTINGS: ClassifierSettings = {
  batchSize: 64,
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  initialSd: 0.05,
  batchNormEpsilon: 1e-4,
};

export interface FeatureClassifier extends Pick<BuiltModel, "groups" | "initialState" | "step"> {
  /** Last hidden layer, by the running averages: x [n, height, width, channels] in [0, 1] → [n, 64]. */
  features(state: Tensors, x: tf.Tensor4D): tf.Tensor2D;
  /** [n, 64] → [n, outputs]. */
  logits(state: Tensors, features: tf.Tensor2D): tf.Tensor2D;
}

export const classifierParameters = ({ features, head }: ClassifierNetwork): readonly Parameter[] =>
  [features, head].flatMap(convolutionalParameters);

/** Loss and gradient of one forward pass on images x in [0, 1] and labels y [batch, outputs]. Call inside tf.tidy. */
export function classifierGradients(
  { features, head }: ClassifierNetwork,
  labelling: Labelling,
  ops: Ops,
  state: Tensors,
  { x, y }: { readonly x: tf.Tensor4D; readonly y: tf.Tensor2D },
  epsilon: number,
): Losses<"classifier", { readonly statistics: tf.Tensor1D }> {
  return oneLoss("classifier", parametersOf(state, classifierParameters({ features, head })), () => {
    const layers: BatchStatistics[] = [];
    const observe = (layer: BatchStatistics): void => void layers.push(layer);
    const hidden = trainConvolutional(features, state, [x], ops, { epsilon, nextKey: noDropout, observe });
    const logits = trainConvolutional(head, state, [hidden], ops, { epsilon, nextKey: noDropout });
    const loss = crossEntropy(labelling, tf.reshape(logits, y.shape), y);
    return { loss, aux: { statistics: flatStatistics(layers) } };
  });
}

function noDropout(): never {
  throw new TypeError("the feature classifier has no dropout");
}

/**
 * State: see trained-model.ts; running averages: the hidden layers in their order. A batch is images `x` [batch, height,
 * width, channels] with values in [0, 1] and labels `y` [batch, outputs], classes one-hot, attributes 0 or 1.
 */
export function buildFeatureClassifier(
  network: ClassifierNetwork,
  labelling: Labelling,
  { batchSize: _, batchNormEpsilon, ...settings }: ClassifierSettings,
  ops: Ops,
): FeatureClassifier {
  const maps = normalisedMaps(network.features);
  const [, , width] = network.head.input;
  const outputs = network.head.rows.at(-1)![3];
  const trained = trainedModel(
    { ...settings, optimizer: OPTIMIZERS.adam(settings) },
    ops,
    { classifier: classifierParameters(network) },
    maps,
    (state, batch) =>
      classifierGradients(
        network,
        labelling,
        ops,
        state,
        { x: batch.x as tf.Tensor4D, y: batch.y as tf.Tensor2D },
        batchNormEpsilon,
      ),
  );
  return {
    ...trained,
    features(state, x) {
      const averages = splitAverages(state.averages!, maps);
      return tf.reshape(evaluateConvolutional(network.features, state, x, ops, averages), [-1, width]);
    },
    logits(state, features) {
      const asMap = tf.reshape(features, [-1, 1, 1, width]) as tf.Tensor4D;
      return tf.reshape(evaluateConvolutional(network.head, state, asMap, ops, []), [-1, outputs]);
    },
  };
}
