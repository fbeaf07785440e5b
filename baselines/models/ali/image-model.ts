/** ALI on images: convolutional networks, a stochastic encoder, dropout and batch norm in the discriminator. */
import * as tf from "@tensorflow/tfjs-core";
import type { Key, Tensors, TrainStep } from "../../../harness/engine/engine.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { BuiltModel } from "../../../harness/model.ts";
import { type AdamSettings, adam } from "../../../harness/nn/adam.ts";
import { convolutionalParameters, normalisedMaps } from "../../../harness/nn/convolutional.ts";
import { evaluateConvolutional, trainConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import { initialTensors, withMoments } from "../../../harness/nn/initialise.ts";
import { keyFor } from "../../../harness/nn/keys.ts";
import { type TwoLosses, twoLosses } from "../../../harness/nn/losses.ts";
import type { BatchStatistics, NamedParameters, Parameter } from "../../../harness/nn/mlp.ts";
import {
  flatStatistics,
  initialAverages,
  splitAverages,
  updateAverages,
} from "../../../harness/nn/running-averages.ts";
import type { ImageNetworks } from "./networks/image-networks.ts";
import { discriminatorLoss, generatorLoss } from "./objective.ts";

export interface ImageSettings extends AdamSettings {
  /** Standard deviation of the initial weights. */
  readonly initialSd: number;
  /** Batch norm's ε. */
  readonly batchNormEpsilon: number;
}

/** Parameters of the two groups. */
export function imageGroups(networks: ImageNetworks): Record<"generator" | "discriminator", readonly Parameter[]> {
  const { encoder, decoder, imageFeatures, latentFeatures, joint } = networks;
  return {
    generator: [encoder, decoder].flatMap(convolutionalParameters),
    discriminator: [imageFeatures, latentFeatures, joint].flatMap(convolutionalParameters),
  };
}

/** What the random numbers of a step are for: each purpose has a key of its own; dropouts count on from theirs. */
const PURPOSE = { prior: 0, encoderNoise: 1, dropout: 2 } as const;

/** Inputs of one update: images x [batch, height, width, channels]; z and ε [batch, 1, 1, latent]. */
export interface ImageInputs {
  readonly x: tf.Tensor4D;
  readonly z: tf.Tensor4D;
  readonly epsilon: tf.Tensor4D;
}
type Gradients = TwoLosses<{ statistics: tf.Tensor1D }, NamedParameters>;

/** ẑ = μ + σ ε of the encoder's output (μ, log σ) [batch, 1, 1, 2 · latent]. */
export function reparameterise(encoded: tf.Tensor4D, epsilon: tf.Tensor4D): tf.Tensor4D {
  const [mu, logSigma] = tf.split(encoded, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
  return tf.add(mu, tf.mul(tf.exp(logSigma), epsilon));
}

/** Losses and gradients of one forward pass, each dropout by the next key. Call inside tf.tidy. */
export function imageGradients(
  networks: ImageNetworks,
  ops: Ops,
  groups: Readonly<Record<"generator" | "discriminator", NamedParameters>>,
  { x, z, epsilon }: ImageInputs,
  { batchNormEpsilon, nextKey }: { readonly batchNormEpsilon: number; nextKey(): Key },
): Gradients {
  const batch = x.shape[0];
  const training = { epsilon: batchNormEpsilon, nextKey };
  return twoLosses(groups.discriminator, groups.generator, (d, g) => {
    const layers: BatchStatistics[] = [];
    const observed = { ...training, observe: (statistics: BatchStatistics) => void layers.push(statistics) };
    const zHat = reparameterise(trainConvolutional(networks.encoder, g, [x], ops, observed), epsilon);
    const xTilde = trainConvolutional(networks.decoder, g, [z], ops, observed);
    const ofX = trainConvolutional(networks.imageFeatures, d, [x, xTilde], ops, training);
    const ofZ = trainConvolutional(networks.latentFeatures, d, [tf.concat([zHat, z], 0)], ops, training);
    const logits = trainConvolutional(networks.joint, d, [tf.concat([ofX, ofZ], 3)], ops, training); // [2 · batch, 1, 1, 1]
    const [q, p] = tf.split(tf.reshape(logits, [2 * batch, 1]), [batch, batch]) as [tf.Tensor2D, tf.Tensor2D];
    return {
      discriminatorLoss: discriminatorLoss({ q, p }),
      generatorLoss: generatorLoss({ q, p }),
      aux: { statistics: flatStatistics(layers) },
    };
  });
}

/**
 * State: each parameter by its name, with its Adam moments `…/m`, `…/v`; `averages` (batch norm of encoder, then decoder,
 * flat) and `updates` (a scalar). A batch is `x` [batch, height, width, channels], of any size, with values in [0, 1].
 * @param outputBias what the decoder's output biases start at: log-odds of a mean image.
 */
export function buildImageAli(
  networks: ImageNetworks,
  settings: ImageSettings,
  ops: Ops,
  outputBias: Float32Array,
): BuiltModel<tf.Tensor4D> {
  const { encoder, decoder } = networks;
  const groups = imageGroups(networks);
  const latent = decoder.input[2];
  const encoderMaps = normalisedMaps(encoder);
  const maps = [...encoderMaps, ...normalisedMaps(decoder)];
  const of = (state: Tensors, parameters: readonly Parameter[]): NamedParameters =>
    Object.fromEntries(parameters.map(({ name }) => [name, state[name]!]));
  const step: TrainStep = (state, batch, key) => {
    const x = batch.x as tf.Tensor4D;
    const normals = (purpose: number) =>
      ops.randomNormal([x.shape[0], 1, 1, latent], keyFor(ops, key, purpose)) as tf.Tensor4D;
    let dropouts = 0;
    const { losses, gradients, aux } = imageGradients(
      networks,
      ops,
      { generator: of(state, groups.generator), discriminator: of(state, groups.discriminator) },
      { x, z: normals(PURPOSE.prior), epsilon: normals(PURPOSE.encoderNoise) },
      { ...settings, nextKey: () => keyFor(ops, key, PURPOSE.dropout + dropouts++) },
    );
    const updates = tf.add(state.updates!, 1);
    return {
      state: {
        ...state,
        ...adam(ops, state, { ...gradients.generator, ...gradients.discriminator }, updates, settings),
        averages: updateAverages(state.averages!, aux.statistics),
        updates,
      },
      metrics: { generatorLoss: losses.generator, discriminatorLoss: losses.discriminator },
    };
  };
  const averagesOf = (state: Tensors, from: number): BatchStatistics[] =>
    splitAverages(state.averages!, maps).slice(from);
  const asMap = (z: tf.Tensor2D): tf.Tensor4D => tf.reshape(z, [-1, 1, 1, latent]);
  return {
    groups,
    step,
    initialState([low, high]) {
      const start = { ...initialTensors(groups.generator, settings.initialSd, [low, high]) };
      const bias = groups.generator.findLast(({ role }) => role === "bias")!; // the decoder's last row
      if (outputBias.length !== bias.size)
        throw new RangeError(`${outputBias.length} output biases for images of ${bias.shape.join(" × ")}`);
      start[bias.name] = { shape: bias.shape, data: outputBias.slice() };
      const averages = initialAverages(maps);
      return {
        ...withMoments(start),
        ...withMoments(initialTensors(groups.discriminator, settings.initialSd, [low ^ 1, high])),
        averages: { shape: [averages.length], data: averages },
        updates: { shape: [], data: new Float32Array(1) },
      };
    },
    decode: (state, z) =>
      evaluateConvolutional(decoder, of(state, groups.generator), asMap(z), ops, averagesOf(state, encoderMaps.length)),
    encode(state, x, epsilon) {
      const encoded = evaluateConvolutional(encoder, of(state, groups.generator), x, ops, averagesOf(state, 0));
      return tf.reshape(reparameterise(encoded, asMap(epsilon)), [-1, latent]);
    },
  };
}
