import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel, Model } from "../../../harness/contract/model.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { type OneLoss, oneLoss } from "../../../harness/nn/losses.ts";
import {
  type BatchStatistics,
  mlpParameters,
  normalisedUnits,
  type Parameter,
  parametersOf,
  trainMlp,
} from "../../../harness/nn/mlp.ts";
import { flatStatistics } from "../../../harness/nn/running-averages.ts";
import { evaluate, toyModel } from "../toy-model.ts";
import { BATCH_NORM_EPSILON, LATENT, type ToySettings } from "../toy-settings.ts";
import { NETWORKS, type VaeNetworks } from "./networks.ts";
import { divergence, posterior, reconstructionError, vaeLoss, zHat as zHatOf } from "./objective.ts";

/** Standard deviation s of the likelihood N(x; x̃, s² I): a parameter that is learned, from 1 on, or a given number. */
export type LikelihoodSd = "learned" | number;

export interface VaeSettings extends ToySettings {
  readonly likelihoodSd: LikelihoodSd;
}

/** Inputs of one update: data x and noise epsilon, each [batch, 2]. */
export interface VaeInputs {
  readonly x: tf.Tensor2D;
  readonly epsilon: tf.Tensor2D;
}
export type VaeGradients = OneLoss<{
  mu: tf.Tensor2D;
  logSigma: tf.Tensor2D;
  sigma: tf.Tensor2D;
  zHat: tf.Tensor2D;
  xTilde: tf.Tensor2D;
  statistics: tf.Tensor1D;
}>;

/** log s. Its role gives its start: 0, as a bias's. */
const LOG_SD: Parameter = { name: "likelihood/log-sd", shape: [], size: 1, role: "bias" };

/** The one group of parameters. */
export function vaeGroups({ encoder, decoder }: VaeNetworks, likelihoodSd: LikelihoodSd) {
  const networks = [...mlpParameters(encoder), ...mlpParameters(decoder)];
  return { generator: likelihoodSd === "learned" ? [...networks, LOG_SD] : networks };
}

/** Loss and gradient of one forward pass. Call inside tf.tidy. */
export function vaeGradients(
  networks: VaeNetworks,
  likelihoodSd: LikelihoodSd,
  ops: Ops,
  state: Tensors,
  { x, epsilon }: VaeInputs,
): VaeGradients {
  const groups = vaeGroups(networks, likelihoodSd);
  return oneLoss(parametersOf(state, groups.generator), () => {
    const layers: BatchStatistics[] = [];
    const mlp = (table: VaeNetworks["encoder"], input: tf.Tensor2D) =>
      trainMlp(table, state, input, ops, BATCH_NORM_EPSILON, (s) => layers.push(s));
    const q = posterior(mlp(networks.encoder, x)); // each [batch, 2]
    const zHat = zHatOf(q, epsilon); // [batch, 2]
    const xTilde = mlp(networks.decoder, zHat); // [batch, 2]
    const logSd = likelihoodSd === "learned" ? (state[LOG_SD.name] as tf.Scalar) : tf.scalar(Math.log(likelihoodSd));
    return {
      loss: vaeLoss(reconstructionError(x, xTilde, logSd), divergence(q)),
      aux: { ...q, zHat, xTilde, statistics: flatStatistics(layers) },
    };
  });
}

/** VAE of the toy experiment. State: see toy-model.ts; running averages: encoder layers, then decoder layers. */
export const vae: Model<VaeSettings> = {
  file: import.meta.filename,
  id: "vae",
  version: 3,
  build(settings, ops): BuiltModel {
    const { likelihoodSd } = settings;
    if (likelihoodSd !== "learned" && !(likelihoodSd > 0 && Number.isFinite(likelihoodSd)))
      throw new RangeError(`vae: likelihoodSd is ${likelihoodSd}; give "learned" or a positive number.`);
    const networks = NETWORKS[settings.network];
    const groups = vaeGroups(networks, likelihoodSd);
    const encoderUnits = normalisedUnits(networks.encoder);
    const units = [...encoderUnits, ...normalisedUnits(networks.decoder)];
    return {
      ...toyModel(settings, ops, groups, units, (state, { x }, key) => {
        const epsilon = ops.randomNormal([settings.batchSize, LATENT], key) as tf.Tensor2D;
        return vaeGradients(networks, likelihoodSd, ops, state, { x: x as tf.Tensor2D, epsilon });
      }),
      decode: (state, z) => evaluate(networks.decoder, state, z, ops, { units, from: encoderUnits.length }),
      encode: (state, x, epsilon) =>
        zHatOf(posterior(evaluate(networks.encoder, state, x, ops, { units, from: 0 })), epsilon),
    };
  },
};
