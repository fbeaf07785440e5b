import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel, Model } from "../../../harness/contract/model.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import type { TwoLosses } from "../../../harness/nn/losses.ts";
import { twoLossesByCase } from "../../../harness/nn/losses-by-case.ts";
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
import { NETWORKS, type ToyNetworks } from "./networks.ts";
import { halves, LOSSES } from "./objective.ts";

/** Inputs of one update: data x, prior z and encoder noise epsilon, each [batch, 2]. */
export interface AliInputs {
  readonly x: tf.Tensor2D;
  readonly z: tf.Tensor2D;
  readonly epsilon: tf.Tensor2D;
}
export type AliGradients = TwoLosses<{
  q: tf.Tensor2D;
  p: tf.Tensor2D;
  zHat: tf.Tensor2D;
  xTilde: tf.Tensor2D;
  statistics: tf.Tensor1D;
}>;

/** The two groups of parameters. */
export function aliGroups({ encoder, decoder, discriminator }: ToyNetworks) {
  return {
    generator: [...mlpParameters(encoder), ...mlpParameters(decoder)],
    discriminator: mlpParameters(discriminator),
  };
}

/**
 * Losses, logits and gradients of one forward pass: the encoder learns, x̃ = Gx(z) comes from `decode`, which hands the
 * statistics of what it trains on. Call inside tf.tidy.
 */
export function pairGradients(
  { encoder, discriminator }: Pick<ToyNetworks, "encoder" | "discriminator">,
  groups: Readonly<Record<"generator" | "discriminator", readonly Parameter[]>>,
  ops: Ops,
  state: Tensors,
  { x, z, epsilon }: AliInputs,
  decode: (z: tf.Tensor2D, observe: (statistics: BatchStatistics) => void) => tf.Tensor2D,
): AliGradients {
  return twoLossesByCase(
    parametersOf(state, groups.discriminator),
    parametersOf(state, groups.generator),
    ops,
    (byCase) => {
      const layers: BatchStatistics[] = [];
      const observe = (statistics: BatchStatistics): void => void layers.push(statistics);
      const zHat = trainMlp(encoder, state, tf.concat([x, epsilon], 1), ops, BATCH_NORM_EPSILON, observe); // [batch, 2]
      const xTilde = decode(z, observe); // [batch, 2]
      const pairs = tf.concat([tf.concat([x, zHat], 1), tf.concat([xTilde, z], 1)], 0) as tf.Tensor2D; // [2 · batch, 4]
      const logits = trainMlp(discriminator, state, byCase.into(pairs), byCase.ops, BATCH_NORM_EPSILON); // [2 · batch, 1]
      return { logits, aux: { ...halves(logits), zHat, xTilde, statistics: flatStatistics(layers) } };
    },
    LOSSES,
  );
}

/** ALI's: the decoder learns too. Call inside tf.tidy. */
export function aliGradients(networks: ToyNetworks, ops: Ops, state: Tensors, inputs: AliInputs): AliGradients {
  return pairGradients(networks, aliGroups(networks), ops, state, inputs, (z, observe) =>
    trainMlp(networks.decoder, state, z, ops, BATCH_NORM_EPSILON, observe),
  );
}

/** ALI of the toy experiment. State: see toy-model.ts; running averages: encoder layers, then decoder layers. */
export const ali: Model<ToySettings> = {
  file: import.meta.filename,
  id: "ali",
  version: 4,
  build(settings, ops): BuiltModel {
    const networks = NETWORKS[settings.network];
    const groups = aliGroups(networks);
    const encoderUnits = normalisedUnits(networks.encoder);
    const units = [...encoderUnits, ...normalisedUnits(networks.decoder)];
    return {
      ...toyModel(settings, ops, groups, units, (state, { x }, key) => {
        const noise = ops.randomNormal([settings.batchSize, 2 * LATENT], key);
        const [z, epsilon] = tf.split(noise, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
        return aliGradients(networks, ops, state, { x: x as tf.Tensor2D, z, epsilon });
      }),
      decode: (state, z) => evaluate(networks.decoder, state, z, ops, { units, from: encoderUnits.length }),
      encode: (state, x, epsilon) =>
        evaluate(networks.encoder, state, tf.concat([x, epsilon], 1), ops, { units, from: 0 }),
    };
  },
};
