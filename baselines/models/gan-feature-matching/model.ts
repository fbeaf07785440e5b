/** A GAN whose discriminator classifies and whose generator matches the mean of its features (Salimans et al. 2016). */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Key, Tensors, TrainStep } from "../../../harness/engine/step.ts";
import { initialParameters, withKept } from "../../../harness/nn/initialise.ts";
import { keyFor, keySequence } from "../../../harness/nn/keys.ts";
import { oneLoss, valueAndGradient } from "../../../harness/nn/losses.ts";
import { parametersOf } from "../../../harness/nn/mlp.ts";
import { classifierOf, type ImprovedGanSettings, scaling } from "../improved-gan-settings.ts";
import { improvedGanUpdate } from "../improved-gan-update.ts";
import type { BuiltClassifier, SemiSupervisedModel } from "../semi-supervised.ts";
import { labelledLoss } from "../supervised/objective.ts";
import { type ClassifierNetwork, weightNormedClassifier } from "../weight-normed-classifier.ts";
import { generate, generatorParameters, initialisedGenerator } from "./generator.ts";
import { type GeneratorNetwork, generator, narrowedGenerator } from "./networks.ts";
import { type FeatureLoss, matchingLoss, unlabelledLoss } from "./objective.ts";

export interface FeatureMatchingSettings extends ImprovedGanSettings {
  /** "absolute" is the scripts', "squared" the paper's. */
  readonly featureLoss: FeatureLoss;
}
export interface FeatureMatchingNetworks {
  readonly generator: GeneratorNetwork;
  readonly classifier: ClassifierNetwork;
}

export const ganFeatureMatching: SemiSupervisedModel<FeatureMatchingSettings> = {
  id: "gan-feature-matching",
  version: 1,
  build: (settings, ops) =>
    buildFeatureMatching(
      { generator: narrowedGenerator(generator, settings.widthFactor), classifier: classifierOf(settings) },
      settings,
      ops,
    ),
};

/** What the random numbers of a step are for: each purpose has a key of its own; dropouts count on from theirs. */
const PURPOSE = { discriminatorsPrior: 0, generatorsPrior: 1, dropout: 2 } as const;

/**
 * State: the discriminator's as weight-normed-classifier.ts, the generator's parameters with Adam's moments, `updates`. A step is
 * the discriminator's update, then the generator's against the new discriminator. Of the unlabelled images `u` of a batch, an even
 * number, the first half are the discriminator's, the other half the generator's; each draws as many images.
 */
export function buildFeatureMatching(
  { generator, classifier: network }: FeatureMatchingNetworks,
  settings: FeatureMatchingSettings,
  ops: Ops,
): BuiltClassifier {
  const classifier = weightNormedClassifier(network, ops);
  const scaled = scaling(settings.network);
  const drawn = generatorParameters(generator);
  const latent = generator.projection.input[2];
  const prior = (count: number, key: Key) => uniform(ops, [count, 1, 1, latent], key) as tf.Tensor4D;

  const step: TrainStep = (state, { x, y, u }, key) => {
    const nextKey = keySequence(ops, key, PURPOSE.dropout);
    const [first, second] = tf.split(scaled(u!), 2) as [tf.Tensor4D, tf.Tensor4D];
    const half = first.shape[0];

    const made = generate(generator, state, prior(half, keyFor(ops, key, PURPOSE.discriminatorsPrior)), ops);
    const images = tf.concat([scaled(x!), first, made]);
    const { losses, gradients, aux } = oneLoss("classifier", parametersOf(state, classifier.trained), () => {
      const logits = classifier.classify(state, classifier.features(state, images, nextKey));
      const [labelled, unlabelled, generated] = tf.split(logits, [x!.shape[0]!, half, half]) as tf.Tensor2D[];
      const supervised = labelledLoss(labelled!, y as tf.Tensor2D);
      const adversarial = unlabelledLoss(unlabelled!, generated!);
      return { loss: tf.add(supervised, adversarial), aux: { supervised, adversarial } };
    });
    const between = { ...state, ...improvedGanUpdate(settings, state, gradients.classifier, state.updates!) };

    const z = prior(half, keyFor(ops, key, PURPOSE.generatorsPrior));
    const matched = valueAndGradient(
      () => {
        const both = tf.concat([second, generate(generator, between, z, ops)]);
        const [real, fake] = tf.split(classifier.features(between, both, nextKey), 2) as [tf.Tensor4D, tf.Tensor4D];
        return matchingLoss(settings.featureLoss, real, fake);
      },
      parametersOf(between, drawn),
    );
    const updated = improvedGanUpdate(settings, between, matched.gradient, state.updates!);
    return {
      state: { ...between, ...updated, updates: tf.add(state.updates!, 1) },
      metrics: {
        discriminatorLoss: losses.classifier,
        labelledLoss: aux.supervised,
        unlabelledLoss: aux.adversarial,
        generatorLoss: matched.value,
      },
    };
  };
  return {
    groups: { discriminator: classifier.trained, generator: drawn },
    step,
    initialState: ([low, high]) => ({
      ...classifier.initialState([low, high], settings.initialSd),
      ...withKept(initialParameters(drawn, settings.initialSd, [low ^ 1, high])),
      updates: { shape: [], data: new Float32Array(1) },
    }),
    initialise(state, { x, u }, key): Tensors {
      const set = classifier.initialised(state, scaled(x!), keySequence(ops, key, PURPOSE.dropout));
      const z = prior(Math.ceil(u!.shape[0]! / 2), keyFor(ops, key, PURPOSE.generatorsPrior));
      return { ...set, ...initialisedGenerator(generator, state, z, ops, network.head.deviationOf) };
    },
    logits(state, x) {
      const averaged = classifier.averaged(state);
      return classifier.classify(averaged, classifier.features(averaged, scaled(x)));
    },
  };
}

/** Uniform in [0, 1], a function of (key, shape) alone. */
export function uniform(ops: Ops, shape: readonly number[], key: Key): tf.Tensor {
  return tf.add(tf.mul(tf.cast(ops.randomBits(shape, key), "float32"), 2 ** -32), 0.5);
}
