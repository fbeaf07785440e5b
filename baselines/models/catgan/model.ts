/** Categorical GAN (Springenberg 2015): a discriminator without a class for generated images, that is to be unsure of them. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Key, Tensors, TrainStep } from "../../../harness/engine/step.ts";
import { type AdamSettings, adam } from "../../../harness/nn/adam.ts";
import { convolutionalParameters } from "../../../harness/nn/convolutional.ts";
import { trainConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import { initialParameters, withKept } from "../../../harness/nn/initialise.ts";
import { keyFor, keySequence } from "../../../harness/nn/keys.ts";
import { oneLoss, valueAndGradient } from "../../../harness/nn/losses.ts";
import { parametersOf } from "../../../harness/nn/mlp.ts";
import { noisyNormedMaps, noisyNormedParameters } from "../../../harness/nn/noisy-normed.ts";
import {
  evaluateNoisyNormed,
  type Moments,
  splitMoments,
  trainNoisyNormed,
} from "../../../harness/nn/noisy-normed-forward.ts";
import { uniform } from "../gan-feature-matching/model.ts";
import { initialMoments, type NoisyFactors, rowsOf, updateMoments } from "../noisy-classifier.ts";
import type { BuiltClassifier, SemiSupervisedModel } from "../semi-supervised.ts";
import { labelledLoss } from "../supervised/objective.ts";
import { type CatganNetworks, catganNetworks, narrowedCatgan } from "./networks.ts";
import { discriminatorLoss, generatorLoss } from "./objective.ts";

export interface CatganSettings extends AdamSettings, NoisyFactors {
  /** Standard deviation of the initial weights. */
  readonly initialSd: number;
  /** Weight of the labelled images' cross entropy. */
  readonly labelledWeight: number;
  /** Of both networks' batch norms. */
  readonly batchNormEpsilon: number;
  /** Share of a batch in the averages that test time normalises by. */
  readonly averageShare: number;
}

/** No setting of the paper's was at hand: the rate and β1 are a re-implementation's, the others chosen (README.md). */
export const CATGAN: CatganSettings = {
  learningRate: 2e-4,
  beta1: 0.5,
  beta2: 0.999,
  epsilon: 1e-8,
  initialSd: 0.05,
  labelledWeight: 1,
  batchNormEpsilon: 1e-5,
  averageShare: 0.05,
  widthFactor: 1,
  noiseFactor: 1,
  dropoutFactor: 1,
};

export const catgan: SemiSupervisedModel<CatganSettings> = {
  id: "catgan",
  version: 1,
  build: (settings, ops) => buildCatgan(narrowedCatgan(catganNetworks, settings), settings, ops),
};

/** What the random numbers of a step are for: each purpose has a key of its own; noise and dropout count on from theirs. */
const PURPOSE = { discriminatorsPrior: 0, generatorsPrior: 1, noise: 2 } as const;

/**
 * State: parameters and Adam's moments, `averages` of the means and variances of the discriminator's batch norms, `updates`. A step is
 * the discriminator's update on labelled images, all unlabelled ones and as many generated ones; then the generator's, against the new
 * discriminator, on as many others: it needs no real images.
 */
export function buildCatgan(networks: CatganNetworks, settings: CatganSettings, ops: Ops): BuiltClassifier {
  const { discriminator, projection, decoder } = networks;
  const { labelledWeight, batchNormEpsilon, averageShare, initialSd } = settings;
  const groups = {
    discriminator: noisyNormedParameters(discriminator),
    generator: [projection, decoder].flatMap(convolutionalParameters),
  };
  const maps = noisyNormedMaps(discriminator);
  const generate = (state: Tensors, count: number, key: Key): tf.Tensor4D => {
    const z = uniform(ops, [count, 1, 1, projection.input[2]], key) as tf.Tensor4D;
    const training = { epsilon: batchNormEpsilon, nextKey: noDropout };
    const first = trainConvolutional(projection, state, [z], ops, training);
    const maps = tf.reshape(first, [-1, ...decoder.input]) as tf.Tensor4D;
    return trainConvolutional(decoder, state, [maps], ops, training);
  };
  const classify = (state: Tensors, parts: readonly tf.Tensor4D[], nextKey: () => Key): Classified[] => {
    const noisy = parts.map((x) => ({ x, noisy: true }));
    const made = trainNoisyNormed(discriminator, state, noisy, ops, { epsilon: batchNormEpsilon, nextKey });
    return made.map(({ output, moments }) => ({ logits: rowsOf(output), moments }));
  };

  const step: TrainStep = (state, { x, y, u }, key) => {
    const nextKey = keySequence(ops, key, PURPOSE.noise);
    const updates = tf.add(state.updates!, 1);
    const count = u!.shape[0]!;
    const made = generate(state, count, keyFor(ops, key, PURPOSE.discriminatorsPrior));
    const parts = [scaled(x as tf.Tensor4D), scaled(u as tf.Tensor4D), made];
    const { losses, gradients, aux } = oneLoss("discriminator", parametersOf(state, groups.discriminator), () => {
      const [labelled, real, fake] = classify(state, parts, nextKey) as [Classified, Classified, Classified];
      const supervised = labelledLoss(labelled.logits, y as tf.Tensor2D);
      const { loss, terms } = discriminatorLoss(real.logits, fake.logits);
      const averages = updateMoments(state.averages!, real.moments, averageShare, 1);
      return {
        loss: tf.add(loss, tf.mul(supervised, labelledWeight)),
        aux: { supervised, ...terms, averages },
      };
    });
    const between = { ...state, ...adam(ops, state, gradients.discriminator, updates, settings) };

    const drawn = valueAndGradient(
      () => {
        const images = generate(between, count, keyFor(ops, key, PURPOSE.generatorsPrior));
        return generatorLoss(classify(between, [images], nextKey)[0]!.logits);
      },
      parametersOf(between, groups.generator),
    );
    const updated = adam(ops, between, drawn.gradient, updates, settings);
    return {
      state: { ...between, ...updated, averages: aux.averages, updates },
      metrics: {
        discriminatorLoss: losses.discriminator,
        labelledLoss: aux.supervised,
        marginalEntropy: aux.marginal,
        conditionalEntropy: aux.conditional,
        generatedEntropy: aux.ofFake,
        generatorLoss: drawn.value,
      },
    };
  };

  return {
    groups,
    step,
    initialState: (key) => ({
      ...withKept(initialParameters([...groups.discriminator, ...groups.generator], initialSd, key)),
      ...initialMoments(discriminator),
      updates: { shape: [], data: new Float32Array(1) },
    }),
    logits: (state, x) => {
      const moments = splitMoments(state.averages!, maps);
      return rowsOf(evaluateNoisyNormed(discriminator, state, scaled(x), ops, batchNormEpsilon, moments));
    },
  };
}
interface Classified {
  readonly logits: tf.Tensor2D;
  readonly moments: readonly Moments[];
}

/** Pixels in [0, 1] → [−1, 1]. */
const scaled = (x: tf.Tensor4D): tf.Tensor4D => tf.sub(tf.mul(x, 2), 1);

function noDropout(): never {
  throw new TypeError("the generator drops nothing out");
}
