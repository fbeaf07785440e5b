/** Losses and gradients of the two players, each of which is updated by a minibatch of its own. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { convolutionalParameters } from "../../../harness/nn/convolutional.ts";
import { type ConvolutionalTraining, trainConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import { oneLoss, valueAndGradient } from "../../../harness/nn/losses.ts";
import { type BatchStatistics, type Parameter, parametersOf } from "../../../harness/nn/mlp.ts";
import { flatStatistics } from "../../../harness/nn/running-averages.ts";
import type { DcganNetworks } from "./networks.ts";
import { discriminatorLoss, generatorLoss } from "./objective.ts";

/** Parameters of the two groups. */
export function dcganGroups({ projection, decoder, imageFeatures, classifier }: DcganNetworks) {
  return {
    generator: [projection, decoder].flatMap(convolutionalParameters),
    discriminator: [imageFeatures, classifier].flatMap(convolutionalParameters),
  } satisfies Record<string, readonly Parameter[]>;
}

/** What the networks are at work with. Nothing is dropped out. */
export interface DcganPass {
  readonly networks: DcganNetworks;
  readonly ops: Ops;
  readonly batchNormEpsilon: number;
}

/** A pass in training, without dropout. */
export function training(batchNormEpsilon: number, layers: BatchStatistics[] = []): ConvolutionalTraining {
  return {
    epsilon: batchNormEpsilon,
    nextKey() {
      throw new TypeError("DCGAN drops nothing out");
    },
    observe: (statistics) => void layers.push(statistics),
  };
}

/** z [batch, 1, 1, latent] → images with values in (−1, 1). */
function generate(
  { networks: { projection, decoder }, ops }: DcganPass,
  state: Tensors,
  z: tf.Tensor4D,
  pass: ConvolutionalTraining,
): tf.Tensor4D {
  const projected = trainConvolutional(projection, state, [z], ops, pass);
  return trainConvolutional(decoder, state, [asFirstMaps(projected, decoder.input)], ops, pass);
}

/** The projection's units as the decoder's first maps. */
export const asFirstMaps = (projected: tf.Tensor4D, [height, width, channels]: readonly [number, number, number]) =>
  tf.reshape(projected, [-1, height, width, channels]) as tf.Tensor4D;

/** Batches of images with values in [−1, 1], each normalised by itself → their logits, one after the other [cases, 1, 1, 1]. */
function discriminate(
  { networks: { imageFeatures, classifier }, ops, batchNormEpsilon }: DcganPass,
  state: Tensors,
  ...batches: readonly tf.Tensor4D[]
): tf.Tensor4D {
  const pass = training(batchNormEpsilon);
  const features = batches.map((images) => trainConvolutional(imageFeatures, state, [images], ops, pass));
  return trainConvolutional(classifier, state, [tf.concat(features, 0)], ops, pass);
}

/** The generator's loss and gradient, and the statistics of its batch norms. Call inside tf.tidy. */
export function generatorGradients(pass: DcganPass, state: Tensors, z: tf.Tensor4D) {
  return oneLoss(parametersOf(state, dcganGroups(pass.networks).generator), () => {
    const layers: BatchStatistics[] = [];
    const p = discriminate(pass, state, generate(pass, state, z, training(pass.batchNormEpsilon, layers)));
    return { loss: generatorLoss(p), aux: { statistics: flatStatistics(layers) } };
  });
}

/** The discriminator's loss and gradient, x in [−1, 1] and x̃ each normalised as a batch of its own. Call inside tf.tidy. */
export function discriminatorGradients(pass: DcganPass, state: Tensors, x: tf.Tensor4D, z: tf.Tensor4D) {
  const xTilde = generate(pass, state, z, training(pass.batchNormEpsilon));
  const discriminator = parametersOf(state, dcganGroups(pass.networks).discriminator);
  return valueAndGradient(() => {
    const [q, p] = tf.split(discriminate(pass, state, x, xTilde), 2) as [tf.Tensor4D, tf.Tensor4D];
    return discriminatorLoss(q, p);
  }, discriminator);
}
