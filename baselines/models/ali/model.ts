import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../../../harness/engine/engine.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { BuiltModel, Model } from "../../../harness/model.ts";
import type { TwoLosses } from "../../../harness/nn/losses.ts";
import { type ByCase, twoLossesByCase } from "../../../harness/nn/losses-by-case.ts";
import {
  type BatchStatistics,
  type MlpTable,
  mlpParameters,
  normalisedUnits,
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

/** The discriminator on both kinds of pairs, (x, ẑ) and (x̃, z), in one pass: q, then p, [2 · batch, 1]. */
export function pairLogits(
  table: MlpTable,
  parameters: Tensors,
  { ops, into }: ByCase,
  { x, zHat, xTilde, z }: Readonly<Record<"x" | "zHat" | "xTilde" | "z", tf.Tensor2D>>,
): tf.Tensor2D {
  const pairs = tf.concat([tf.concat([x, zHat], 1), tf.concat([xTilde, z], 1)], 0) as tf.Tensor2D; // [2 · batch, 4]
  return trainMlp(table, parameters, into(pairs), ops, BATCH_NORM_EPSILON);
}

/** Losses, logits and gradients of one forward pass. Call inside tf.tidy. */
export function aliGradients(
  networks: ToyNetworks,
  ops: Ops,
  state: Tensors,
  { x, z, epsilon }: AliInputs,
): AliGradients {
  const groups = aliGroups(networks);
  return twoLossesByCase(
    parametersOf(state, groups.discriminator),
    parametersOf(state, groups.generator),
    ops,
    (byCase) => {
      const layers: BatchStatistics[] = [];
      const mlp = (table: ToyNetworks["encoder"], input: tf.Tensor2D) =>
        trainMlp(table, state, input, ops, BATCH_NORM_EPSILON, (s) => layers.push(s));
      const zHat = mlp(networks.encoder, tf.concat([x, epsilon], 1)); // [batch, 2]
      const xTilde = mlp(networks.decoder, z); // [batch, 2]
      const logits = pairLogits(networks.discriminator, state, byCase, { x, zHat, xTilde, z });
      return { logits, aux: { ...halves(logits), zHat, xTilde, statistics: flatStatistics(layers) } };
    },
    LOSSES,
  );
}

/** ALI of the toy experiment. State: see toy-model.ts; running averages: encoder layers, then decoder layers. */
export const ali: Model<ToySettings> = {
  id: "ali",
  version: 3,
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
