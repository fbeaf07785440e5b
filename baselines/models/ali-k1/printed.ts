/** The reading "printed": ALI's own discriminator with an output a class, and ALI's Adam. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import { adam } from "../../../harness/nn/adam.ts";
import { normalisedMaps } from "../../../harness/nn/convolutional.ts";
import { evaluateConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import { initialParameters, withKept } from "../../../harness/nn/initialise.ts";
import { discriminator, imageGroups } from "../ali/image-model.ts";
import type { ImageNetworks } from "../ali/networks/image-networks.ts";
import type { TrainingSettings } from "../trained-model.ts";
import type { PairClassifier } from "./discriminator.ts";

export function printedClassifier(networks: ImageNetworks, settings: TrainingSettings, ops: Ops): PairClassifier {
  const { imageFeatures, latentFeatures, joint } = networks;
  const { discriminator: trained } = imageGroups(networks);
  if ([latentFeatures, joint].flatMap(normalisedMaps).length > 0)
    throw new TypeError("of the discriminator's parts D(x) alone has batch norm");
  return {
    trained,
    maps: normalisedMaps(imageFeatures),
    initialState: (key) => withKept(initialParameters(trained, settings.initialSd, key)),
    inTraining(state) {
      const discriminate = discriminator(networks, ops, state);
      return (images, codes, _, observed) => discriminate(images, codes, observed);
    },
    atTestTime: (state, averages) => ({
      features: (x) => evaluateConvolutional(imageFeatures, state, x, ops, averages),
      classify(features, z) {
        const ofZ = evaluateConvolutional(latentFeatures, state, z, ops, []);
        return evaluateConvolutional(joint, state, tf.concat([features, ofZ], 3), ops, []);
      },
    }),
    updated: (state, gradients, done) => adam(ops, state, gradients, tf.add(done, 1), settings),
  };
}
