import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../../../harness/engine/engine.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { BuiltModel, DependentModel } from "../../../harness/model.ts";
import { twoLossesByCase } from "../../../harness/nn/losses-by-case.ts";
import {
  type BatchStatistics,
  mlpParameters,
  normalisedUnits,
  parametersOf,
  trainMlp,
} from "../../../harness/nn/mlp.ts";
import { flatStatistics } from "../../../harness/nn/running-averages.ts";
import { type AliGradients, type AliInputs, pairLogits } from "../ali/model.ts";
import { besideFrozenDecoder, decodeFrozen } from "../frozen-decoder.ts";
import { toyModel } from "../toy-model.ts";
import { BATCH_NORM_EPSILON, LATENT, type ToySettings } from "../toy-settings.ts";
import { NETWORKS, type ToyNetworks } from "./networks.ts";
import { halves, LOSSES } from "./objective.ts";

/** The two groups of parameters: the generator's is the encoder alone. */
export function postHocGroups({ encoder, discriminator }: ToyNetworks) {
  return { generator: mlpParameters(encoder), discriminator: mlpParameters(discriminator) };
}

/** Losses, logits and gradients of one forward pass. Call inside tf.tidy. */
export function postHocGradients(
  networks: ToyNetworks,
  ops: Ops,
  state: Tensors,
  { x, z, epsilon }: AliInputs,
): AliGradients {
  const groups = postHocGroups(networks);
  return twoLossesByCase(
    parametersOf(state, groups.discriminator),
    parametersOf(state, groups.generator),
    ops,
    (byCase) => {
      const layers: BatchStatistics[] = [];
      const input = tf.concat([x, epsilon], 1); // [batch, 4]
      const zHat = trainMlp(networks.encoder, state, input, ops, BATCH_NORM_EPSILON, (s) => layers.push(s)); // [batch, 2]
      const xTilde = decodeFrozen(networks.decoder, state, z, ops); // [batch, 2]
      const logits = pairLogits(networks.discriminator, state, byCase, { x, zHat, xTilde, z });
      return { logits, aux: { ...halves(logits), zHat, xTilde, statistics: flatStatistics(layers) } };
    },
    LOSSES,
  );
}

/** Post-hoc inference for a trained GAN. State: see toy-model.ts and frozen-decoder.ts; running averages: encoder. */
export const postHoc: DependentModel<ToySettings> = {
  id: "post-hoc",
  version: 3,
  needs: "gan",
  buildOn(settings, ops, gan): BuiltModel {
    const networks = NETWORKS[settings.network];
    const groups = postHocGroups(networks);
    const units = normalisedUnits(networks.encoder);
    const trained = toyModel(settings, ops, groups, units, (state, { x }, key) => {
      const noise = ops.randomNormal([settings.batchSize, 2 * LATENT], key);
      const [z, epsilon] = tf.split(noise, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
      return postHocGradients(networks, ops, state, { x: x as tf.Tensor2D, z, epsilon });
    });
    return besideFrozenDecoder(networks, trained, ops, gan);
  },
};
