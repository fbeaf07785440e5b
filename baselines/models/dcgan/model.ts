/** DCGAN: two players who are updated by turns. */
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../../harness/contract/model.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors, TrainStep } from "../../../harness/engine/step.ts";
import { adam } from "../../../harness/nn/adam.ts";
import { normalisedMaps } from "../../../harness/nn/convolutional.ts";
import { evaluateConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import { keyFor } from "../../../harness/nn/keys.ts";
import { splitAverages, updateAverages } from "../../../harness/nn/running-averages.ts";
import { asMap } from "../ali/image-pairs.ts";
import type { ImageSettings } from "../image-settings.ts";
import { beforeTraining } from "../trained-model.ts";
import { batchStatistics, features } from "./features.ts";
import { asFirstMaps, dcganGroups, discriminatorGradients, generatorGradients } from "./gradients.ts";
import type { DcganNetworks } from "./networks.ts";

export interface DcganSettings extends ImageSettings {
  /** Times half the sum of squares of all parameters is added to each player's loss. */
  readonly l2: number;
}

/** What the random numbers of a step are for: each purpose has a key of its own. */
const PURPOSE = { generatorsPrior: 0, discriminatorsPrior: 1 } as const;

/** Pixels in [0, 1] as the networks take them, and back. */
const stretched = (x: tf.Tensor4D): tf.Tensor4D => tf.sub(tf.mul(x, 2), 1);
const unstretched = (x: tf.Tensor4D): tf.Tensor4D => tf.div(tf.add(x, 1), 2);

/**
 * State: see trained-model.ts; running averages: the projection, then decoder layers. A step is two updates of the authors'
 * script: the generator's, then the discriminator's against the new generator. A batch is `x` [batch, height, width,
 * channels], of any size, with values in [0, 1]: the discriminator's; z of both has as many rows.
 */
export function buildDcgan(
  networks: DcganNetworks,
  { batchNormEpsilon, l2, ...settings }: DcganSettings,
  ops: Ops,
): BuiltModel<tf.Tensor4D> {
  const { projection, decoder } = networks;
  const groups = dcganGroups(networks);
  const maps = [projection, decoder].flatMap(normalisedMaps);
  const pass = { networks, ops, batchNormEpsilon };
  const updated = (state: Tensors, gradient: Tensors, updates: tf.Tensor): Tensors => {
    const whole = Object.entries(gradient).map(([name, g]) => [name, tf.add(g, tf.mul(state[name]!, l2))]);
    return { ...state, ...adam(ops, state, Object.fromEntries(whole), updates, settings) };
  };
  const step: TrainStep = (state, batch, key) => {
    const x = stretched(batch.x as tf.Tensor4D);
    const prior = (purpose: number) =>
      ops.randomNormal([x.shape[0], 1, 1, projection.input[2]], keyFor(ops, key, purpose)) as tf.Tensor4D;
    const updates = tf.add(state.updates!, 1);
    const generator = generatorGradients(pass, state, prior(PURPOSE.generatorsPrior));
    const between = updated(state, generator.gradients.generator, updates);
    const discriminator = discriminatorGradients(pass, between, x, prior(PURPOSE.discriminatorsPrior));
    return {
      state: {
        ...updated(between, discriminator.gradient, updates),
        averages: updateAverages(state.averages!, generator.aux.statistics),
        updates,
      },
      metrics: { generatorLoss: generator.losses.generator, discriminatorLoss: discriminator.value },
    };
  };
  return {
    groups,
    step,
    initialState: (key) => beforeTraining(settings, groups, maps, key),
    decode(state, z) {
      const averages = splitAverages(state.averages!, maps);
      const projected = evaluateConvolutional(projection, state, asMap(z), ops, averages);
      const first = asFirstMaps(projected, decoder.input);
      return unstretched(evaluateConvolutional(decoder, state, first, ops, averages.slice(1)));
    },
    batchStatistics: (state, x) => batchStatistics(pass, state, stretched(x)),
    features: (state, x, statistics) => features(pass, state, stretched(x), statistics),
  };
}
