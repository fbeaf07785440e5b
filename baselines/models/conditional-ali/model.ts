/** ALI on images whose attributes y are told to the encoder, the decoder and the discriminator. */
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../../harness/contract/model.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { convolutionalParameters, normalisedMaps } from "../../../harness/nn/convolutional.ts";
import { evaluateConvolutional, trainConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import { initialParameters } from "../../../harness/nn/initialise.ts";
import { evaluateMlp, type MlpTable, mlpParameters, type Parameter } from "../../../harness/nn/mlp.ts";
import { splitAverages } from "../../../harness/nn/running-averages.ts";
import {
  asMap,
  asPoints,
  type ImageGradients,
  type ImageInputs,
  type ImageTraining,
  lossesOf,
  type PairGroups,
  pairGradients,
  posteriorOf,
  reparameterise,
  stepRandom,
} from "../ali/image-pairs.ts";
import { withOutputBias } from "../ali/output-bias.ts";
import type { ImageSettings } from "../image-settings.ts";
import { trainedModel } from "../trained-model.ts";
import type { ConditionalNetworks } from "./networks.ts";

/** Inputs of one update: with them y [batch, attributes], 0 or 1. */
export interface ConditionalInputs extends ImageInputs {
  readonly y: tf.Tensor2D;
}

/** Parameters of the two groups, and of an embedding that is in neither. */
export function conditionalGroups(
  networks: ConditionalNetworks,
): PairGroups & { readonly fixed: readonly Parameter[] } {
  const { encoder, posterior, decoder, imageFeatures, latentFeatures, joint, embeddings } = networks;
  const generator = [encoder, posterior, decoder].flatMap(convolutionalParameters);
  const discriminator = [imageFeatures, latentFeatures, joint].flatMap(convolutionalParameters);
  const [ofEncoder, ofDecoder, ofDiscriminator] = [
    embeddings.encoder,
    embeddings.decoder,
    embeddings.discriminator,
  ].map(mlpParameters) as [Parameter[], Parameter[], Parameter[]];
  if (embeddings.encoder.name === embeddings.decoder.name) return { generator, discriminator, fixed: ofEncoder };
  return {
    generator: [...generator, ...ofEncoder, ...ofDecoder],
    discriminator: [...discriminator, ...ofDiscriminator],
    fixed: [],
  };
}

/** y [n, attributes] → its embedding [n, 1, 1, units]. */
const embed = (table: MlpTable, state: Tensors, y: tf.Tensor2D, ops: Ops): tf.Tensor4D =>
  asMap(evaluateMlp(table, state, y, ops, []));

const joined = (...maps: readonly tf.Tensor4D[]): tf.Tensor4D => tf.concat([...maps], 3);

/** Losses and gradients of one forward pass, each dropout by the next key. Call inside tf.tidy. */
function conditionalGradients(
  networks: ConditionalNetworks,
  ops: Ops,
  state: Tensors,
  { y, ...inputs }: ConditionalInputs,
  training: ImageTraining,
): ImageGradients {
  const { encoder, posterior, decoder, imageFeatures, latentFeatures, joint, embeddings } = networks;
  const embedded = (who: keyof typeof embeddings): tf.Tensor4D => embed(embeddings[who], state, y, ops);
  return pairGradients(
    {
      encode(x, training) {
        const hidden = trainConvolutional(encoder, state, [x], ops, training);
        return trainConvolutional(posterior, state, [joined(hidden, embedded("encoder"))], ops, training);
      },
      decode: (z, training) => trainConvolutional(decoder, state, [joined(z, embedded("decoder"))], ops, training),
      discriminate(images, codes, training) {
        const ofX = trainConvolutional(imageFeatures, state, images, ops, training);
        const ofZ = trainConvolutional(latentFeatures, state, [tf.concat([...codes], 0)], ops, training);
        const ofY = embedded("discriminator");
        return trainConvolutional(joint, state, [joined(ofX, ofZ, tf.concat([ofY, ofY], 0))], ops, training);
      },
    },
    conditionalGroups(networks),
    state,
    inputs,
    training,
    lossesOf,
  );
}

/**
 * State: see trained-model.ts, and a fixed embedding where there is one; running averages: encoder layers, then decoder
 * layers. A batch is `x` [batch, height, width, channels], of any size, with values in [0, 1], and `y` [batch, attributes]
 * of 0 and 1, each image's own.
 * @param outputBias what the decoder's output biases start at: log-odds of a mean image.
 */
export function buildConditionalAli(
  networks: ConditionalNetworks,
  { batchNormEpsilon, ...settings }: ImageSettings,
  ops: Ops,
  outputBias: Float32Array,
): BuiltModel<tf.Tensor4D, [y: tf.Tensor2D]> {
  const { encoder, posterior, decoder, embeddings, latent } = networks;
  const { fixed, ...groups } = conditionalGroups(networks);
  const encoderMaps = normalisedMaps(encoder);
  const maps = [...encoderMaps, ...normalisedMaps(decoder)];
  const trained = trainedModel(settings, ops, groups, maps, (state, batch, key) => {
    const [x, y] = [batch.x as tf.Tensor4D, batch.y as tf.Tensor2D];
    const { nextKey, z, epsilon } = stepRandom(ops, key, x.shape[0], latent);
    const inputs = { x, y, z: z(), epsilon: epsilon() };
    return conditionalGradients(networks, ops, state, inputs, { batchNormEpsilon, nextKey });
  });
  const averages = (state: Tensors) => splitAverages(state.averages!, maps);
  const encoded = (state: Tensors, x: tf.Tensor4D, y: tf.Tensor2D): tf.Tensor4D => {
    const hidden = evaluateConvolutional(encoder, state, x, ops, averages(state));
    return evaluateConvolutional(posterior, state, joined(hidden, embed(embeddings.encoder, state, y, ops)), ops, []);
  };
  return {
    ...trained,
    initialState([low, high]) {
      const started = withOutputBias(trained.initialState([low, high]), decoder, outputBias);
      // The groups' streams come first.
      return { ...started, ...initialParameters(fixed, settings.initialSd, [low ^ Object.keys(groups).length, high]) };
    },
    decode(state, z, y) {
      const input = joined(asMap(z), embed(embeddings.decoder, state, y, ops));
      return evaluateConvolutional(decoder, state, input, ops, averages(state).slice(encoderMaps.length));
    },
    encode: (state, x, epsilon, y) => asPoints(reparameterise(encoded(state, x, y), asMap(epsilon))),
    posterior: (state, x, y) => posteriorOf(encoded(state, x, y)),
  };
}
