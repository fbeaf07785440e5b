/** Skip deep generative model: a classifier q(y | a, x) with an auxiliary variable a, beside a model of images. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { type AdamSettings, adam } from "../../../harness/nn/adam.ts";
import { initialParameters, withKept } from "../../../harness/nn/initialise.ts";
import { type Crossed, runJointMlp } from "../../../harness/nn/joint-mlp.ts";
import { keyFor } from "../../../harness/nn/keys.ts";
import { byAverages, normalisedUnits, type Parameter } from "../../../harness/nn/mlp.ts";
import { initialAverages, splitAverages, updateAverages } from "../../../harness/nn/running-averages.ts";
import { type Clipping, clipped } from "../../layers/clip.ts";
import { sampled } from "../gaussian.ts";
import type { BuiltClassifier, SemiSupervisedModel } from "../semi-supervised.ts";
import { withWeightPrior } from "../weight-prior.ts";
import { type SdgmCases, sdgmGradients, sdgmGroups } from "./gradients.ts";
import { type SdgmNetworks, type SdgmSizes, sdgmNetworks } from "./networks.ts";
import { type Expectations, meanInside } from "./objective.ts";

export interface SdgmSettings extends AdamSettings {
  readonly sizes: SdgmSizes;
  /** Standard deviation of each channel of the training images, values in [0, 1], which are divided by it. */
  readonly channelSd: readonly number[];
  /** Samples of a, each with one of z, in training; and of a in classifying. */
  readonly samples: number;
  readonly testSamples: number;
  readonly expectations: Expectations;
  /** Weight of classification; times cases / labels, that of a labelled case's. */
  readonly alpha: number;
  /** Training cases without regard to labels, and those that have labels. */
  readonly cases: number;
  readonly labels: number;
  /** log σ² of a scaled pixel stays above this. */
  readonly lowestLogVariance: number;
  readonly clipping: Clipping;
  /** After every so many updates the learning rate is multiplied by `factor`, and stays at least `lowest`. */
  readonly decay: { readonly every: number; readonly factor: number; readonly lowest: number };
  readonly batchNormEpsilon: number;
  /** Share of a batch in batch norm's running averages. */
  readonly averageShare: number;
}

/** What the random numbers of a step are for: each purpose has a key of its own. */
const PURPOSE = { labelled: 0, unlabelled: 3 } as const;
/** Within either: */
const [DEQUANTISATION, AUXILIARY, LATENT] = [0, 1, 2];
/** Key of the noise of a when classifying: the same for every image and in every state. */
const TEST_KEY = [1605, 473] as const;
const LEVELS = 255;

/**
 * State: parameters and Adam's moments, `averages` (batch norm of q(a | x), then of q(y | a, x)) and `updates`. Batches: see
 * semi-supervised.ts.
 */
export const sdgm: SemiSupervisedModel<SdgmSettings> = {
  id: "sdgm",
  version: 1,
  build(settings, ops): BuiltClassifier {
    const { alpha, cases, labels, sizes, averageShare } = settings;
    const networks = sdgmNetworks(sizes);
    const groups = sdgmGroups(networks);
    const averages = initialAverages(unitsOf(networks));
    const pass = { ...settings, networks, ops, beta: (alpha * cases) / labels };
    return {
      groups,
      initialState: (key) => ({
        ...withKept(initialParameters(groups.classifier, initialSd, key)),
        averages: { shape: [averages.length], data: averages.slice() },
        updates: { shape: [], data: new Float32Array(1) },
      }),
      step(state, { x, y, u }, key) {
        const keyOf = (purpose: number) => keyFor(ops, key, purpose);
        const labelled = draw(settings, ops, x as tf.Tensor4D, 1, (what) => keyOf(PURPOSE.labelled + what));
        const unlabelled = draw(settings, ops, u as tf.Tensor4D, sizes.classes, (what) =>
          keyOf(PURPOSE.unlabelled + what),
        );
        const given = { ...labelled, y: y as tf.Tensor2D };
        const { losses, gradients, aux } = sdgmGradients(pass, state, given, unlabelled);
        const { statistics, labelled: labelledBound, unlabelled: unlabelledBound, crossEntropy } = aux;
        const whole = withWeightPrior(gradients.classifier, state, groups.classifier, cases);
        const updates = tf.add(state.updates!, 1);
        const optimizer = { ...settings, learningRate: learningRate(settings, state.updates!) };
        return {
          state: {
            ...state,
            ...adam(ops, state, clipped(whole, settings.clipping), updates, optimizer),
            averages: updateAverages(state.averages!, statistics, averageShare),
            updates,
          },
          metrics: { classifierLoss: losses.classifier, labelledBound, crossEntropy, unlabelledBound },
        };
      },
      logits: (state, x) => classify(settings, networks, state, x, ops),
    };
  },
};

const unitsOf = ({ auxiliary, classifier }: SdgmNetworks): number[] => [auxiliary, classifier].flatMap(normalisedUnits);

/**
 * SD of the initial weights: 10⁻³ of mean and log variance, else X. Glorot and Y. Bengio's √(2 / (inputs + outputs)) of each
 * linear map, times √2 where a ReLU follows.
 */
function initialSd({ name, shape }: Parameter): number {
  if (/\/(mu|logVariance)\//.test(name)) return 1e-3;
  const [inputs, outputs] = shape as [number, number];
  return (name === "classifier/logits/weights" ? 1 : Math.SQRT2) * Math.sqrt(2 / (inputs + outputs));
}

/** The rate of the update after so many. */
function learningRate({ learningRate, decay }: SdgmSettings, updates: tf.Tensor): tf.Scalar {
  const { every, factor, lowest } = decay;
  return tf.maximum(tf.mul(learningRate, tf.pow(factor, tf.floor(tf.div(updates, every)))), lowest);
}

/** Images with values in [0, 1], divided by the channels' SDs: [1, 1, n, pixels]. */
function scaled({ channelSd }: SdgmSettings, x: tf.Tensor4D): Crossed {
  // Not divided: a graph multiplies by a constant's inverse instead.
  const inverse = tf.tensor1d(channelSd.map((sd) => 1 / sd));
  return tf.reshape(tf.mul(x, inverse), [1, 1, x.shape[0], -1]);
}

/** Dequantised, scaled images, and noise for a and z. */
function draw(
  settings: SdgmSettings,
  ops: Ops,
  x: tf.Tensor4D,
  classes: number,
  keyOf: (what: number) => tf.Tensor1D,
): SdgmCases {
  const { samples, sizes } = settings;
  const bits = tf.cast(ops.randomBits(x.shape, keyOf(DEQUANTISATION)), "float32");
  const normal = (shape: readonly number[], what: number) => ops.randomNormal(shape, keyOf(what)) as Crossed;
  return {
    // From half a grey level below to half a one above.
    x: scaled(settings, tf.add(x, tf.mul(bits, 1 / (LEVELS * 2 ** 32)))),
    auxiliary: normal([1, samples, x.shape[0], sizes.auxiliary], AUXILIARY),
    latent: normal([classes, samples, x.shape[0], sizes.latent], LATENT),
  };
}

/** log of the mean of q(y | a, x) over samples of a with noise that is the same for every image; [n, classes]. */
function classify(
  settings: SdgmSettings,
  networks: SdgmNetworks,
  state: Tensors,
  images: tf.Tensor4D,
  ops: Ops,
): tf.Tensor2D {
  const { sizes, testSamples } = settings;
  const averages = byAverages(splitAverages(state.averages!, unitsOf(networks)));
  const x = scaled(settings, images);
  const key = tf.tensor1d([...TEST_KEY], "int32");
  const epsilon = ops.randomNormal([1, testSamples, 1, sizes.auxiliary], key) as Crossed;
  const a = sampled(runJointMlp(networks.auxiliary, state, { x }, ops, averages), epsilon).sample;
  const { logits } = runJointMlp(networks.classifier, state, { a, x }, ops, averages);
  return tf.transpose(tf.reshape(meanInside(logits), [sizes.classes, images.shape[0]]));
}
