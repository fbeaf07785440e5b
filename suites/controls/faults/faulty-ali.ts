/** ALI of the toy with one thing wrong, for controls that must notice. */
import * as tf from "@tensorflow/tfjs-core";
import {
  type AliGradients,
  type AliInputs,
  ali,
  aliGradients,
  aliGroups,
} from "../../../baselines/models/ali/model.ts";
import { NETWORKS, type ToyNetworks } from "../../../baselines/models/ali/networks.ts";
import { ADAM_EPSILON, BETA2, LATENT, type ToySettings } from "../../../baselines/models/toy-settings.ts";
import { trainedModel } from "../../../baselines/models/trained-model.ts";
import type { Model } from "../../../harness/contract/model.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors, TrainStep } from "../../../harness/engine/step.ts";
import type { AdamSettings } from "../../../harness/nn/adam.ts";
import { normalisedUnits } from "../../../harness/nn/mlp.ts";
import { OPTIMIZERS } from "../../../harness/nn/optimizers.ts";

/** What is wrong; everything left out is ALI's. */
export interface Fault {
  optimizer?(right: AdamSettings): AdamSettings;
  gradients?(networks: ToyNetworks, ops: Ops, state: Tensors, inputs: AliInputs): AliGradients;
  step?(right: TrainStep): TrainStep;
}

export const faultyAli = (id: string, fault: Fault): Model<ToySettings> => ({
  id,
  version: 1,
  build(settings, ops) {
    const { learningRate, beta1, initialSd, network, batchSize } = settings;
    const networks = NETWORKS[network];
    const units = [...normalisedUnits(networks.encoder), ...normalisedUnits(networks.decoder)];
    const right: AdamSettings = { learningRate, beta1, beta2: BETA2, epsilon: ADAM_EPSILON };
    const optimizer = OPTIMIZERS.adam(fault.optimizer?.(right) ?? right);
    const gradients = fault.gradients ?? aliGradients;
    const trained = trainedModel({ optimizer, initialSd }, ops, aliGroups(networks), units, (state, { x }, key) => {
      const noise = ops.randomNormal([batchSize, 2 * LATENT], key);
      const [z, epsilon] = tf.split(noise, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
      return gradients(networks, ops, state, { x: x as tf.Tensor2D, z, epsilon });
    });
    return { ...ali.build(settings, ops), ...trained, step: fault.step?.(trained.step) ?? trained.step };
  },
});
