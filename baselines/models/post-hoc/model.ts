import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel, DependentModel } from "../../../harness/contract/model.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { mlpParameters, normalisedUnits } from "../../../harness/nn/mlp.ts";
import { type AliGradients, type AliInputs, pairGradients } from "../ali/model.ts";
import { besideFrozenDecoder, decodeFrozen } from "../frozen-decoder.ts";
import { toyModel } from "../toy-model.ts";
import { LATENT, type ToySettings } from "../toy-settings.ts";
import { NETWORKS, type ToyNetworks } from "./networks.ts";

/** The two groups of parameters: the generator's is the encoder alone. */
export function postHocGroups({ encoder, discriminator }: ToyNetworks) {
  return { generator: mlpParameters(encoder), discriminator: mlpParameters(discriminator) };
}

/** Losses, logits and gradients of one forward pass: ALI's, beside a decoder that stays. Call inside tf.tidy. */
export function postHocGradients(networks: ToyNetworks, ops: Ops, state: Tensors, inputs: AliInputs): AliGradients {
  return pairGradients(networks, postHocGroups(networks), ops, state, inputs, (z) =>
    decodeFrozen(networks.decoder, state, z, ops),
  );
}

/** Post-hoc inference for a trained GAN. State: see toy-model.ts and frozen-decoder.ts; running averages: encoder. */
export const postHoc: DependentModel<ToySettings> = {
  file: import.meta.filename,
  id: "post-hoc",
  version: 4,
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
