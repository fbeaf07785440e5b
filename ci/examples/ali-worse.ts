/**
 * A model of one's own, for `npm run compare toy-modes -- --model ci/examples/ali-worse.ts --slot ali`. It is truly worse:
 * the encoder gets no gradient, so the decoder has to match pairs whose codes mean nothing. (A gradient that is only
 * made small would change nothing: Adam divides by its size.)
 */
import * as tf from "@tensorflow/tfjs-core";
import { ali, aliGradients, aliGroups } from "../../baselines/models/ali/model.ts";
import { NETWORKS } from "../../baselines/models/ali/networks.ts";
import { toyModel } from "../../baselines/models/toy-model.ts";
import { LATENT, type ToySettings } from "../../baselines/models/toy-settings.ts";
import type { Model } from "../../harness/contract/model.ts";
import { mlpParameters, normalisedUnits } from "../../harness/nn/mlp.ts";

export const model: Model<ToySettings> = {
  id: "ali-worse",
  version: 1,
  build(settings, ops) {
    const networks = NETWORKS[settings.network];
    const units = [...normalisedUnits(networks.encoder), ...normalisedUnits(networks.decoder)];
    const encoder = mlpParameters(networks.encoder);
    return {
      ...ali.build(settings, ops),
      ...toyModel(settings, ops, aliGroups(networks), units, (state, { x }, key) => {
        const noise = ops.randomNormal([settings.batchSize, 2 * LATENT], key);
        const [z, epsilon] = tf.split(noise, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
        const found = aliGradients(networks, ops, state, { x: x as tf.Tensor2D, z, epsilon });
        const none = Object.fromEntries(encoder.map(({ name, shape }) => [name, tf.zeros([...shape])]));
        return { ...found, gradients: { ...found.gradients, generator: { ...found.gradients.generator, ...none } } };
      }),
    };
  },
};
