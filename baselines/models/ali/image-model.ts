/** ALI on images: convolutional networks, a stochastic encoder, dropout and batch norm in the discriminator. */
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../../harness/contract/model.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { convolutionalParameters, normalisedMaps } from "../../../harness/nn/convolutional.ts";
import {
  type ConvolutionalTraining,
  evaluateConvolutional,
  trainConvolutional,
} from "../../../harness/nn/convolutional-forward.ts";
import { OPTIMIZERS } from "../../../harness/nn/optimizers.ts";
import { splitAverages } from "../../../harness/nn/running-averages.ts";
import type { ImageSettings } from "../image-settings.ts";
import { trainedModel } from "../trained-model.ts";
import {
  asMap,
  asPoints,
  type ImageGradients,
  type ImageInputs,
  type ImageTraining,
  lossesOf,
  type PairCodes,
  type PairGroups,
  type PairImages,
  type PairNetworks,
  pairGradients,
  posteriorOf,
  reparameterise,
  stepRandom,
} from "./image-pairs.ts";
import type { ImageNetworks } from "./networks/image-networks.ts";
import { normalFeatures } from "./normal-features.ts";
import { withOutputBias } from "./output-bias.ts";

/** Parameters of the two groups. */
export function imageGroups(networks: ImageNetworks): PairGroups {
  const { encoder, decoder, imageFeatures, latentFeatures, joint } = networks;
  return {
    generator: [encoder, decoder].flatMap(convolutionalParameters),
    discriminator: [imageFeatures, latentFeatures, joint].flatMap(convolutionalParameters),
  };
}

/** Losses and gradients of one forward pass, each dropout by the next key. Call inside tf.tidy. */
export function imageGradients(
  networks: ImageNetworks,
  ops: Ops,
  state: Tensors,
  inputs: ImageInputs,
  training: ImageTraining,
): ImageGradients {
  const inTraining = { ...coders(networks, ops, state), discriminate: discriminator(networks, ops, state) };
  return pairGradients(inTraining, imageGroups(networks), state, inputs, training, lossesOf);
}

/** Encoder and decoder in training. */
export function coders(
  { encoder, decoder }: Pick<ImageNetworks, "encoder" | "decoder">,
  ops: Ops,
  state: Tensors,
): Pick<PairNetworks, "encode" | "decode"> {
  return {
    encode: (x, training) => trainConvolutional(encoder, state, [x], ops, training),
    decode: (z, training) => trainConvolutional(decoder, state, [z], ops, training),
  };
}

/** D(x, z) in training. */
export function discriminator(
  { imageFeatures, latentFeatures, joint }: Pick<ImageNetworks, "imageFeatures" | "latentFeatures" | "joint">,
  ops: Ops,
  state: Tensors,
) {
  return (images: PairImages, codes: PairCodes, training: ConvolutionalTraining): tf.Tensor4D => {
    const ofX = trainConvolutional(imageFeatures, state, images, ops, training);
    const ofZ = trainConvolutional(latentFeatures, state, [tf.concat([...codes], 0)], ops, training);
    return trainConvolutional(joint, state, [tf.concat([ofX, ofZ], 3)], ops, training);
  };
}

/**
 * State: see trained-model.ts; running averages: encoder layers, then decoder layers. A batch is `x` [batch, height,
 * width, channels], of any size, with values in [0, 1]. Its features are what comes out of the batch norms of the last
 * three hidden layers of the encoder, before the nonlinearity, and μ.
 * @param outputBias what the decoder's output biases start at: log-odds of a mean image.
 */
export function buildImageAli(
  networks: ImageNetworks,
  { batchNormEpsilon, ...settings }: ImageSettings,
  ops: Ops,
  outputBias: Float32Array,
): BuiltModel<tf.Tensor4D> {
  const { encoder, decoder } = networks;
  const encoderMaps = normalisedMaps(encoder);
  const maps = [...encoderMaps, ...normalisedMaps(decoder)];
  const trained = trainedModel(
    { ...settings, optimizer: OPTIMIZERS.adam(settings) },
    ops,
    imageGroups(networks),
    maps,
    (state, batch, key) => {
      const x = batch.x as tf.Tensor4D;
      const { nextKey, z, epsilon } = stepRandom(ops, key, x.shape[0], decoder.input[2]);
      return imageGradients(networks, ops, state, { x, z: z(), epsilon: epsilon() }, { batchNormEpsilon, nextKey });
    },
  );
  const averages = (state: Tensors) => splitAverages(state.averages!, maps);
  const encoded = (state: Tensors, x: tf.Tensor4D): tf.Tensor4D =>
    evaluateConvolutional(encoder, state, x, ops, averages(state));
  return {
    ...trained,
    initialState: (key) => withOutputBias(trained.initialState(key), decoder, outputBias),
    decode: (state, z) =>
      evaluateConvolutional(decoder, state, asMap(z), ops, averages(state).slice(encoderMaps.length)),
    encode: (state, x, epsilon) => asPoints(reparameterise(encoded(state, x), asMap(epsilon))),
    posterior: (state, x) => posteriorOf(encoded(state, x)),
    features: (state, x) => normalFeatures(encoder, state, x, ops, averages(state)),
  };
}
