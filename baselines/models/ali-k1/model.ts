/** ALI whose discriminator tells K classes of pairs and "generated": semi-supervised, without feature matching. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors, TrainStep } from "../../../harness/engine/step.ts";
import { convolutionalParameters, normalisedMaps } from "../../../harness/nn/convolutional.ts";
import { evaluateConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import type { Parameter } from "../../../harness/nn/mlp.ts";
import { splitAverages, updateAverages } from "../../../harness/nn/running-averages.ts";
import { coders } from "../ali/image-model.ts";
import { asMap, pairGradients, posteriorOf, reparameterise, stepRandom } from "../ali/image-pairs.ts";
import { logOdds } from "../ali/log-odds.ts";
import type { ImageNetworks } from "../ali/networks/image-networks.ts";
import { networksOf } from "../ali/networks/networks-of.ts";
import type { BuiltClassifier, SemiSupervisedModel } from "../semi-supervised.ts";
import { beforeTraining } from "../trained-model.ts";
import type { PairClassifier } from "./discriminator.ts";
import { improvedGanClassifier } from "./improved-gan.ts";
import {
  cifar10Pairs,
  earlierPairs,
  narrowedPairs,
  svhnPairs,
  type WeightNormedPairs,
  withClasses,
} from "./networks.ts";
import { classLosses, logMeanProbability } from "./objective.ts";
import { printedClassifier } from "./printed.ts";
import type { AliK1Settings, JoinedSettings, PrintedSettings } from "./settings.ts";

const CLASSES = 10;
/** Of the noise at test time, which all images share. */
const TEST_KEY = [0x6b31, 0];

export const aliK1: SemiSupervisedModel<AliK1Settings> = {
  id: "ali-k1",
  version: 1,
  build(settings, ops) {
    if (settings.reading === "printed") return buildPrinted(withClasses(networksOf(settings), CLASSES), settings, ops);
    const networks = networksOf(settings);
    const published = { svhn: svhnPairs, cifar10: cifar10Pairs }[settings.network];
    const pairs = narrowedPairs(published, { ...settings, latent: networks.decoder.input[2] });
    return buildJoined(
      { ...networks, ...(settings.script === "release" ? pairs : earlierPairs(pairs)) },
      settings,
      ops,
    );
  },
};

type Coders = Pick<ImageNetworks, "encoder" | "decoder">;

export function buildPrinted(
  networks: ImageNetworks,
  settings: Omit<PrintedSettings, "network">,
  ops: Ops,
): BuiltClassifier {
  return buildPairs(networks, printedClassifier(networks, settings, ops), { ...settings, coders: settings }, ops);
}

export function buildJoined(networks: Coders & WeightNormedPairs, settings: JoinedSettings, ops: Ops): BuiltClassifier {
  return buildPairs(networks, improvedGanClassifier(networks, settings, ops), settings, ops);
}

/** The two sides of the game, and the settings of their networks. */
interface Pairs {
  readonly coders: Coders;
  readonly discriminator: PairClassifier;
  readonly batchNormEpsilon: number;
  /** Parameters of each side. */
  readonly groups: { readonly discriminator: readonly Parameter[]; readonly generator: readonly Parameter[] };
  readonly latent: number;
}

/** All parameters at once, from one forward pass. */
function pairStep({ coders: networks, discriminator, batchNormEpsilon, groups, latent }: Pairs, ops: Ops): TrainStep {
  return (state, batch, key) => {
    const { x, y, u } = batch as { x: tf.Tensor4D; y: tf.Tensor2D; u: tf.Tensor4D };
    const [labelled, unlabelled] = [x.shape[0], u.shape[0]];
    const [ofImages, ofPrior] = [labelled + unlabelled, unlabelled].map((count) => stepRandom(ops, key, count, latent));
    const {
      losses,
      gradients,
      aux: { statistics, ...told },
    } = pairGradients(
      { ...coders(networks, ops, state), discriminate: discriminator.inTraining(state) },
      groups,
      state,
      { x: tf.concat([x, u], 0), z: ofPrior!.z(), epsilon: ofImages!.epsilon() },
      { batchNormEpsilon, nextKey: ofImages!.nextKey },
      (logits) => {
        const kinds = tf.split(tf.squeeze<tf.Tensor2D>(logits, [1, 2]), [labelled, unlabelled, unlabelled]);
        const [ofLabelled, q, p] = kinds as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
        return classLosses({ labelled: ofLabelled, q, p }, y);
      },
    );
    const updated = discriminator.updated(
      state,
      { ...gradients.discriminator, ...gradients.generator },
      state.updates!,
    );
    return {
      state: {
        ...state,
        ...updated,
        averages: updateAverages(state.averages!, statistics),
        updates: tf.add(state.updates!, 1),
      },
      metrics: { discriminatorLoss: losses.discriminator, ...told, generatorLoss: losses.generator },
    };
  };
}

/** Logits at test time: by the mean code, and by codes drawn from q(z | x). */
function pairLogits(
  { coders: { encoder, decoder }, discriminator, latent }: Pairs,
  maps: readonly number[],
  testDraws: number,
  ops: Ops,
): Pick<BuiltClassifier, "logits" | "otherLogits"> {
  const coderMaps = normalisedMaps(encoder).length + normalisedMaps(decoder).length;
  /** D(x), and q(z | x)'s mean and standard deviation [n, latent], at test time. */
  const seen = (state: Tensors, x: tf.Tensor4D) => {
    const averages = splitAverages(state.averages!, maps);
    const encoded = evaluateConvolutional(encoder, state, x, ops, averages);
    const own = discriminator.atTestTime(state, averages.slice(coderMaps));
    return { features: own.features(x), ...posteriorOf(encoded), classify: own.classify };
  };
  /** Log of the mean of p(y | x, ẑ) over so many ẑ ~ q(z | x), by the same noise for every image. */
  const sampled = (draws: number) => (state: Tensors, x: tf.Tensor4D) => {
    const { features, mean, sd, classify } = seen(state, x);
    const noise = ops.randomNormal([testDraws, 1, latent], tf.tensor1d(TEST_KEY, "int32"));
    const zHat = tf.add(mean, tf.mul(sd, tf.slice(noise, 0, draws))); // [draws, n, latent]
    const logits = classify(tf.tile(features, [draws, 1, 1, 1]), tf.reshape(zHat, [-1, 1, 1, latent]) as tf.Tensor4D);
    return logMeanProbability(tf.squeeze(logits, [1, 2]), draws);
  };
  return {
    logits(state, x) {
      const { features, mean, classify } = seen(state, x);
      return tf.squeeze(classify(features, asMap(mean)), [1, 2]);
    },
    otherLogits: { sample: sampled(1), samples: sampled(testDraws) },
  };
}

/**
 * State: the discriminator's (`PairClassifier`), encoder's and decoder's parameters with Adam's moments `…/m`, `…/v`; `averages` (batch
 * norm of encoder, decoder and D(x), flat), `updates`. All parameters are updated at once, from one forward pass. The encoder sees
 * labelled and unlabelled images as one batch; as many images are generated as there are unlabelled ones.
 */
function buildPairs(
  { encoder, decoder }: Coders,
  discriminator: PairClassifier,
  { coders: { initialSd, batchNormEpsilon }, testDraws }: Pick<JoinedSettings, "coders" | "testDraws">,
  ops: Ops,
): BuiltClassifier {
  const groups = {
    discriminator: discriminator.trained,
    generator: [encoder, decoder].flatMap(convolutionalParameters),
  };
  const maps = [...normalisedMaps(encoder), ...normalisedMaps(decoder), ...discriminator.maps];
  const latent = decoder.input[2];
  const pairs: Pairs = { coders: { encoder, decoder }, discriminator, batchNormEpsilon, groups, latent };
  const outputBias = convolutionalParameters(decoder).at(-1)!;
  return {
    groups,
    step: pairStep(pairs, ops),
    ...pairLogits(pairs, maps, testDraws, ops),
    initialState: ([low, high]) => ({
      ...beforeTraining({ initialSd }, { generator: groups.generator }, maps, [low, high]),
      ...discriminator.initialState([low ^ 1, high]),
    }),
    initialise(state, batch, key) {
      const { x, u } = batch as { x: tf.Tensor4D; u: tf.Tensor4D };
      const odds = logOdds(u.dataSync() as Float32Array, outputBias.size);
      const started: Tensors = { ...state, [outputBias.name]: tf.tensor(odds, [...outputBias.shape]) };
      if (!discriminator.initialised) return started;
      const { epsilon, nextKey } = stepRandom(ops, key, x.shape[0], latent);
      const encoded = coders({ encoder, decoder }, ops, started).encode(x, { epsilon: batchNormEpsilon, nextKey });
      return discriminator.initialised(started, x, reparameterise(encoded, epsilon()), nextKey);
    },
  };
}
