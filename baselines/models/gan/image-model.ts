/** GAN on images: ALI without encoder and D(z). */
import type * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../../harness/contract/model.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { convolutionalParameters, normalisedMaps } from "../../../harness/nn/convolutional.ts";
import { evaluateConvolutional, trainConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import { twoLosses } from "../../../harness/nn/losses.ts";
import { type BatchStatistics, parametersOf } from "../../../harness/nn/mlp.ts";
import { flatStatistics, splitAverages } from "../../../harness/nn/running-averages.ts";
import {
  asMap,
  type ImageGradients,
  type ImageInputs,
  type ImageTraining,
  lossesOf,
  type PairGroups,
  stepRandom,
} from "../ali/image-pairs.ts";
import { withOutputBias } from "../ali/output-bias.ts";
import type { ImageSettings } from "../image-settings.ts";
import { trainedModel } from "../trained-model.ts";
import type { ImageGanNetworks } from "./image-networks.ts";

/** Parameters of the two groups. */
export function imageGanGroups({ decoder, imageFeatures, joint }: ImageGanNetworks): PairGroups {
  return {
    generator: convolutionalParameters(decoder),
    discriminator: [imageFeatures, joint].flatMap(convolutionalParameters),
  };
}

/** Losses and gradients of one forward pass, each dropout by the next key. Call inside tf.tidy. */
export function imageGanGradients(
  networks: ImageGanNetworks,
  ops: Ops,
  state: Tensors,
  { x, z }: Pick<ImageInputs, "x" | "z">,
  { batchNormEpsilon, nextKey }: ImageTraining,
): ImageGradients {
  const training = { epsilon: batchNormEpsilon, nextKey };
  const groups = imageGanGroups(networks);
  return twoLosses(parametersOf(state, groups.discriminator), parametersOf(state, groups.generator), () => {
    const layers: BatchStatistics[] = [];
    const observed = { ...training, observe: (statistics: BatchStatistics) => void layers.push(statistics) };
    const xTilde = trainConvolutional(networks.decoder, state, [z], ops, observed);
    const ofX = trainConvolutional(networks.imageFeatures, state, [x, xTilde], ops, training);
    const logits = trainConvolutional(networks.joint, state, [ofX], ops, training); // [2 · batch, 1, 1, 1]
    return { ...lossesOf(logits), aux: { statistics: flatStatistics(layers) } };
  });
}

/**
 * State: see trained-model.ts; running averages: decoder layers. A batch is `x` [batch, height, width, channels], of any
 * size, with values in [0, 1].
 * @param outputBias what the decoder's output biases start at: log-odds of a mean image.
 */
export function buildImageGan(
  networks: ImageGanNetworks,
  { batchNormEpsilon, ...settings }: ImageSettings,
  ops: Ops,
  outputBias: Float32Array,
): BuiltModel<tf.Tensor4D> {
  const { decoder } = networks;
  const maps = normalisedMaps(decoder);
  const trained = trainedModel(settings, ops, imageGanGroups(networks), maps, (state, batch, key) => {
    const x = batch.x as tf.Tensor4D;
    const { nextKey, z } = stepRandom(ops, key, x.shape[0], decoder.input[2]);
    return imageGanGradients(networks, ops, state, { x, z: z() }, { batchNormEpsilon, nextKey });
  });
  return {
    ...trained,
    initialState: (key) => withOutputBias(trained.initialState(key), decoder, outputBias),
    decode: (state, z) => evaluateConvolutional(decoder, state, asMap(z), ops, splitAverages(state.averages!, maps)),
  };
}
