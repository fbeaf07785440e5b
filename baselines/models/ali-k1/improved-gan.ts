/** The reading "improved-gan": openai/improved-gan's discriminator with z joined, all under weight norm, and its recipe. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { initialisedByBatch, weightNormed, weightNormedParts } from "../../../harness/nn/weight-normed-forward.ts";
import { type ImprovedGanSettings, scaling } from "../improved-gan-settings.ts";
import { improvedGanUpdate } from "../improved-gan-update.ts";
import { weightNormedState } from "../weight-normed-classifier.ts";
import type { PairClassifier } from "./discriminator.ts";
import type { WeightNormedPairs } from "./networks.ts";

export function improvedGanClassifier(
  { imageFeatures, latentFeatures, joint }: WeightNormedPairs,
  settings: ImprovedGanSettings,
  ops: Ops,
): PairClassifier {
  const { trained, initialState, set, averaged } = weightNormedState([imageFeatures, latentFeatures, joint]);
  const scaled = scaling(settings.network);
  const beside = (ofX: tf.Tensor4D, ofZ: tf.Tensor4D): tf.Tensor4D => tf.concat([ofX, ofZ], 3);
  return {
    trained,
    maps: [],
    initialState: (key) => initialState(key, settings.initialSd),
    initialised(state, x, zHat, nextKey): Tensors {
      const ofX = initialisedByBatch(imageFeatures, state, scaled(x), ops, nextKey);
      const ofZ = initialisedByBatch(latentFeatures, state, zHat, ops, nextKey);
      const ofBoth = initialisedByBatch(joint, state, beside(ofX.output, ofZ.output), ops, nextKey);
      return set(state, { ...ofX.parameters, ...ofZ.parameters, ...ofBoth.parameters });
    },
    inTraining:
      (state) =>
      (images, codes, { nextKey }) => {
        const ofX = weightNormedParts(imageFeatures, state, images.map(scaled), ops, nextKey);
        const ofZ = weightNormed(latentFeatures, state, tf.concat([...codes], 0), ops, nextKey);
        return weightNormed(joint, state, beside(tf.concat([...ofX], 0), ofZ), ops, nextKey);
      },
    atTestTime(state) {
      const own = averaged(state);
      return {
        features: (x) => weightNormed(imageFeatures, own, scaled(x), ops),
        classify: (features, z) =>
          weightNormed(joint, own, beside(features, weightNormed(latentFeatures, own, z, ops)), ops),
      };
    },
    updated: (state, gradients, done) => improvedGanUpdate(settings, state, gradients, done),
  };
}
