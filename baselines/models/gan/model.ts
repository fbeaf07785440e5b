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
  parametersOf,
  trainMlp,
} from "../../../harness/nn/mlp.ts";
import { flatStatistics } from "../../../harness/nn/running-averages.ts";
import { evaluate, toyModel } from "../toy-model.ts";
import { BATCH_NORM_EPSILON, LATENT, type ToySettings } from "../toy-settings.ts";
import { type GanNetworks, NETWORKS } from "./networks.ts";
import { halves, LOSSES } from "./objective.ts";

/** Inputs of one update: data x and prior z, each [batch, 2]. */
export interface GanInputs {
  readonly x: tf.Tensor2D;
  readonly z: tf.Tensor2D;
}
export type GanGradients = TwoLosses<{ q: tf.Tensor2D; p: tf.Tensor2D; xTilde: tf.Tensor2D; statistics: tf.Tensor1D }>;

/** The two groups of parameters. */
export function ganGroups({ decoder, discriminator }: GanNetworks) {
  return { generator: mlpParameters(decoder), discriminator: mlpParameters(discriminator) };
}

/** Losses, logits and gradients of one forward pass. Call inside tf.tidy. */
export function ganGradients(networks: GanNetworks, ops: Ops, state: Tensors, { x, z }: GanInputs): GanGradients {
  const groups = ganGroups(networks);
  return twoLossesByCase(
    parametersOf(state, groups.discriminator),
    parametersOf(state, groups.generator),
    ops,
    (byCase) => {
      const layers: BatchStatistics[] = [];
      const xTilde = trainMlp(networks.decoder, state, z, ops, BATCH_NORM_EPSILON, (s) => layers.push(s)); // [batch, 2]
      const both = byCase.into(tf.concat([x, xTilde], 0)); // [2 · batch, 2]
      const logits = trainMlp(networks.discriminator, state, both, byCase.ops, BATCH_NORM_EPSILON); // [2 · batch, 1]
      return { logits, aux: { ...halves(logits), xTilde, statistics: flatStatistics(layers) } };
    },
    LOSSES,
  );
}

/** GAN of the toy experiment. State: see toy-model.ts; running averages: decoder layers. */
export const gan: Model<ToySettings> = {
  file: import.meta.filename,
  id: "gan",
  version: 4,
  build(settings, ops): BuiltModel {
    const networks = NETWORKS[settings.network];
    const groups = ganGroups(networks);
    const units = normalisedUnits(networks.decoder);
    return {
      ...toyModel(settings, ops, groups, units, (state, { x }, key) => {
        const z = ops.randomNormal([settings.batchSize, LATENT], key) as tf.Tensor2D;
        return ganGradients(networks, ops, state, { x: x as tf.Tensor2D, z });
      }),
      decode: (state, z) => evaluate(networks.decoder, state, z, ops, { units, from: 0 }),
    };
  },
};
