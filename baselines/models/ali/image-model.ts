/** ALI on images: convolutional networks, a stochastic encoder, dropout and batch norm in the discriminator. */
import * as tf from "@tensorflow/tfjs-core";
import type { Key, Tensors } from "../../../harness/engine/engine.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { BuiltModel } from "../../../harness/model.ts";
import { convolutionalParameters, normalisedMaps } from "../../../harness/nn/convolutional.ts";
import { evaluateConvolutional, trainConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import { keyFor } from "../../../harness/nn/keys.ts";
import { type TwoLosses, twoLosses } from "../../../harness/nn/losses.ts";
import { type BatchStatistics, type Parameter, parametersOf } from "../../../harness/nn/mlp.ts";
import { flatStatistics, splitAverages } from "../../../harness/nn/running-averages.ts";
import { type TrainingSettings, trainedModel } from "../trained-model.ts";
import type { ImageNetworks } from "./networks/image-networks.ts";
import { discriminatorLoss, generatorLoss } from "./objective.ts";

export interface ImageSettings extends TrainingSettings {
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
type Gradients = TwoLosses<{ statistics: tf.Tensor1D }>;

/** ẑ = μ + σ ε of the encoder's output (μ, log σ) [batch, 1, 1, 2 · latent]. */
export function reparameterise(encoded: tf.Tensor4D, epsilon: tf.Tensor4D): tf.Tensor4D {
  const [mu, logSigma] = tf.split(encoded, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
  return tf.add(mu, tf.mul(tf.exp(logSigma), epsilon));
}

/** Losses and gradients of one forward pass, each dropout by the next key. Call inside tf.tidy. */
export function imageGradients(
  networks: ImageNetworks,
  ops: Ops,
  state: Tensors,
  { x, z, epsilon }: ImageInputs,
  { batchNormEpsilon, nextKey }: { readonly batchNormEpsilon: number; nextKey(): Key },
): Gradients {
  const batch = x.shape[0];
  const training = { epsilon: batchNormEpsilon, nextKey };
  const { discriminator, generator } = imageGroups(networks);
  return twoLosses(parametersOf(state, discriminator), parametersOf(state, generator), () => {
    const layers: BatchStatistics[] = [];
    const observed = { ...training, observe: (statistics: BatchStatistics) => void layers.push(statistics) };
    const zHat = reparameterise(trainConvolutional(networks.encoder, state, [x], ops, observed), epsilon);
    const xTilde = trainConvolutional(networks.decoder, state, [z], ops, observed);
    const ofX = trainConvolutional(networks.imageFeatures, state, [x, xTilde], ops, training);
    const ofZ = trainConvolutional(networks.latentFeatures, state, [tf.concat([zHat, z], 0)], ops, training);
    const logits = trainConvolutional(networks.joint, state, [tf.concat([ofX, ofZ], 3)], ops, training); // [2 · batch, 1, 1, 1]
    const [q, p] = tf.split(tf.reshape(logits, [2 * batch, 1]), [batch, batch]) as [tf.Tensor2D, tf.Tensor2D];
    return {
      discriminatorLoss: discriminatorLoss({ q, p }),
      generatorLoss: generatorLoss({ q, p }),
      aux: { statistics: flatStatistics(layers) },
    };
  });
}

/**
 * State: see trained-model.ts; running averages: encoder layers, then decoder layers. A batch is `x` [batch, height,
 * width, channels], of any size, with values in [0, 1].
 * @param outputBias what the decoder's output biases start at: log-odds of a mean image.
 */
export function buildImageAli(
  networks: ImageNetworks,
  { batchNormEpsilon, ...settings }: ImageSettings,
  ops: Ops,
  outputBias: Float32Array,
): BuiltModel<tf.Tensor4D> {
  const { encoder, decoder } = networks;
  const groups = imageGroups(networks);
  const latent = decoder.input[2];
  const encoderMaps = normalisedMaps(encoder);
  const maps = [...encoderMaps, ...normalisedMaps(decoder)];
  const trained = trainedModel(settings, ops, groups, maps, (state, batch, key) => {
    const x = batch.x as tf.Tensor4D;
    const normals = (purpose: number) =>
      ops.randomNormal([x.shape[0], 1, 1, latent], keyFor(ops, key, purpose)) as tf.Tensor4D;
    let dropouts = 0;
    return imageGradients(
      networks,
      ops,
      state,
      { x, z: normals(PURPOSE.prior), epsilon: normals(PURPOSE.encoderNoise) },
      { batchNormEpsilon, nextKey: () => keyFor(ops, key, PURPOSE.dropout + dropouts++) },
    );
  });
  const asMap = (z: tf.Tensor2D): tf.Tensor4D => tf.reshape(z, [-1, 1, 1, latent]);
  return {
    ...trained,
    initialState(key) {
      const bias = groups.generator.findLast(({ role }) => role === "bias")!; // the decoder's last row
      if (outputBias.length !== bias.size)
        throw new RangeError(`${outputBias.length} output biases for images of ${bias.shape.join(" × ")}`);
      return { ...trained.initialState(key), [bias.name]: { shape: bias.shape, data: outputBias.slice() } };
    },
    decode(state, z) {
      const averages = splitAverages(state.averages!, maps).slice(encoderMaps.length);
      return evaluateConvolutional(decoder, state, asMap(z), ops, averages);
    },
    encode(state, x, epsilon) {
      const encoded = evaluateConvolutional(encoder, state, x, ops, splitAverages(state.averages!, maps));
      return tf.reshape(reparameterise(encoded, asMap(epsilon)), [-1, latent]);
    },
  };
}
