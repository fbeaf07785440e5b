import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel, DependentModel } from "../../../harness/contract/model.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { type OneLoss, oneLoss } from "../../../harness/nn/losses.ts";
import {
  type BatchStatistics,
  mlpParameters,
  normalisedUnits,
  parametersOf,
  trainMlp,
} from "../../../harness/nn/mlp.ts";
import { flatStatistics } from "../../../harness/nn/running-averages.ts";
import { besideFrozenDecoder, decodeFrozen } from "../frozen-decoder.ts";
import { toyModel } from "../toy-model.ts";
import { BATCH_NORM_EPSILON, LATENT, type ToySettings } from "../toy-settings.ts";
import { type InverseNetworks, NETWORKS } from "./networks.ts";
import { inverseLoss } from "./objective.ts";

/** Inputs of one update: prior z and encoder noise epsilon, each [batch, 2]. Data are not used. */
export interface InverseInputs {
  readonly z: tf.Tensor2D;
  readonly epsilon: tf.Tensor2D;
}
export type InverseGradients = OneLoss<{ zHat: tf.Tensor2D; xTilde: tf.Tensor2D; statistics: tf.Tensor1D }>;

/** The one group of parameters. */
export function inverseGroups({ encoder }: InverseNetworks) {
  return { generator: mlpParameters(encoder) };
}

/** Loss and gradient of one forward pass. Call inside tf.tidy. */
export function inverseGradients(
  networks: InverseNetworks,
  ops: Ops,
  state: Tensors,
  { z, epsilon }: InverseInputs,
): InverseGradients {
  const groups = inverseGroups(networks);
  return oneLoss(parametersOf(state, groups.generator), () => {
    const layers: BatchStatistics[] = [];
    const xTilde = decodeFrozen(networks.decoder, state, z, ops); // [batch, 2]
    const input = tf.concat([xTilde, epsilon], 1); // [batch, 4]
    const zHat = trainMlp(networks.encoder, state, input, ops, BATCH_NORM_EPSILON, (s) => layers.push(s)); // [batch, 2]
    return { loss: inverseLoss(z, zHat), aux: { zHat, xTilde, statistics: flatStatistics(layers) } };
  });
}

/** The learned inverse of a trained GAN's decoder. State: see toy-model.ts and frozen-decoder.ts; averages: encoder. */
export const inverse: DependentModel<ToySettings> = {
  file: import.meta.filename,
  id: "inverse",
  version: 3,
  needs: "gan",
  buildOn(settings, ops, gan): BuiltModel {
    const networks = NETWORKS[settings.network];
    const groups = inverseGroups(networks);
    const units = normalisedUnits(networks.encoder);
    const trained = toyModel(settings, ops, groups, units, (state, _batch, key) => {
      const noise = ops.randomNormal([settings.batchSize, 2 * LATENT], key);
      const [z, epsilon] = tf.split(noise, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
      return inverseGradients(networks, ops, state, { z, epsilon });
    });
    return besideFrozenDecoder(networks, trained, ops, gan);
  },
};
