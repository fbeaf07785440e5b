/** The Ladder network's Γ model (Rasmus et al. 2015): a classifier that learns to denoise its own topmost layer. */
import * as tf from "@tensorflow/tfjs-core";
import type { HostState } from "../../../harness/engine/host-state.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors, TrainStep } from "../../../harness/engine/step.ts";
import { type AdamSettings, adam } from "../../../harness/nn/adam.ts";
import { uniformParameters, withKept } from "../../../harness/nn/initialise.ts";
import { keySequence } from "../../../harness/nn/keys.ts";
import { oneLoss } from "../../../harness/nn/losses.ts";
import { type Parameter, parametersOf } from "../../../harness/nn/mlp.ts";
import {
  type NoisyNormedTable,
  noisyNormedMaps,
  noisyNormedParameters,
  noisyNormedSizes,
} from "../../../harness/nn/noisy-normed.ts";
import {
  evaluateNoisyNormed,
  type Part,
  splitMoments,
  trainNoisyNormed,
} from "../../../harness/nn/noisy-normed-forward.ts";
import type { Zca } from "../../../harness/statistics/zca.ts";
import { type ImprovedGanRecipe, scheduledRate } from "../improved-gan-update.ts";
import {
  initialMoments,
  type NoisyFactors,
  narrowedNoisy,
  rowsOf,
  updateMoments,
  weighed,
} from "../noisy-classifier.ts";
import type { BuiltClassifier, SemiSupervisedModel } from "../semi-supervised.ts";
import { labelledLoss } from "../supervised/objective.ts";
import { convLarge } from "./networks.ts";
import { denoised, denoisingCost, EPSILON, normalisedAbove } from "./objective.ts";
import { frozenZca, prepared } from "./preprocessing.ts";

export interface LadderSettings extends AdamSettings, Omit<NoisyFactors, "dropoutFactor"> {
  readonly schedule: NonNullable<ImprovedGanRecipe["schedule"]>;
  /** Weight of the denoising cost. */
  readonly denoisingWeight: number;
  /** "gcn" leaves the whitening out, for reduced budgets. */
  readonly preprocessing: "gcn+zca" | "gcn";
  /** Share of a batch in the averages that `logits` are by while it is trained. */
  readonly averageShare: number;
}

/** CuriousAI/ladder, README: CIFAR10 with 4,000 labels, 35,000 updates of 100 labelled and 100 unlabelled images. */
export const LADDER: LadderSettings = {
  learningRate: 0.002,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  schedule: { updatesPerEpoch: 500, flatEpochs: 60, epochs: 70 },
  denoisingWeight: 4,
  preprocessing: "gcn+zca",
  averageShare: 0.1,
  widthFactor: 1,
  noiseFactor: 1,
};

export const ladder = {
  id: "ladder",
  version: 1,
  /**
   * @param whitening of `fitWhitening`; it becomes a part of the state.
   * @throws RangeError when the settings ask for one and there is none, or it does not fit the images.
   */
  build: (settings: LadderSettings, ops: Ops, whitening?: Zca): BuiltClassifier =>
    buildLadder(narrowedNoisy(convLarge, { ...settings, dropoutFactor: 1 }), settings, ops, whitening),
} satisfies SemiSupervisedModel<LadderSettings>;

const COMBINATOR = "combinator";

/** The network's, and a1 to a10 of each class: see `denoised`. */
export function ladderParameters(network: NoisyNormedTable): Parameter[] {
  const [, , classes] = noisyNormedSizes(network).at(-1)!;
  return [
    ...noisyNormedParameters(network),
    { name: COMBINATOR, shape: [5, 2, classes], size: 10 * classes, role: "bias" },
  ];
}

/**
 * State: parameters and Adam's moments, `averages` of batch norm's means and variances, `seen` (batches in them since they were begun;
 * 0 while it is trained), `updates`; with whitening also `zca/mean` and `zca/matrix`, which stay as they are.
 */
export function buildLadder(
  network: NoisyNormedTable,
  settings: LadderSettings,
  ops: Ops,
  whitening?: Zca,
): BuiltClassifier {
  const { preprocessing, denoisingWeight, averageShare, schedule, learningRate, ...optimizer } = settings;
  const parameters = ladderParameters(network);
  const maps = noisyNormedMaps(network);
  const zca = preprocessing === "gcn" ? {} : frozenZca(needed(whitening), network.input);
  const pass = (state: Tensors, parts: readonly Part[], nextKey: () => tf.Tensor1D) =>
    trainNoisyNormed(network, state, parts, ops, { epsilon: EPSILON, nextKey });

  const step: TrainStep = (state, { x, y, u }, key) => {
    const [labelled, unlabelled] = [x, u].map((images) => prepared(state, images as tf.Tensor4D, ops)) as Two;
    const parts = [
      { x: labelled, noisy: true },
      { x: unlabelled, noisy: true },
      { x: unlabelled, noisy: false },
    ];
    const { losses, gradients, aux } = oneLoss("classifier", parametersOf(state, parameters), () => {
      const [told, corrupted, clean] = pass(state, parts, keySequence(ops, key)) as Three;
      const classLoss = labelledLoss(rowsOf(told.output), y as tf.Tensor2D);
      const above = normalisedAbove(rowsOf(corrupted.output), ops);
      const zHat = denoised(rowsOf(corrupted.normal), above, state[COMBINATOR]!);
      const denoising = denoisingCost(zHat, rowsOf(clean.linear));
      const averages = updateMoments(state.averages!, clean.moments, averageShare, bessel(unlabelled));
      return {
        loss: tf.add(classLoss, tf.mul(denoising, denoisingWeight)),
        aux: { classLoss, denoising, averages },
      };
    });
    const updates = tf.add(state.updates!, 1);
    const rate = scheduledRate({ learningRate, schedule }, state.updates!);
    const updated = adam(ops, state, gradients.classifier, updates, { ...optimizer, learningRate: rate });
    return {
      state: { ...state, ...updated, averages: aux.averages, updates },
      metrics: { ladderLoss: losses.classifier, labelledLoss: aux.classLoss, denoisingCost: aux.denoising },
    };
  };

  return {
    groups: { classifier: parameters },
    step,
    initialState: (key) => ({
      ...withKept({ ...uniformParameters(parameters, bound, key), [COMBINATOR]: initialCombinator(parameters) }),
      ...initialMoments(network),
      seen: { shape: [], data: new Float32Array(1) },
      updates: { shape: [], data: new Float32Array(1) },
      ...zca,
    }),
    settling: {
      begin: (state) => ({ ...state, seen: tf.zerosLike(state.seen!) }),
      see(state, { x }) {
        const part = { x: prepared(state, x as tf.Tensor4D, ops), noisy: false };
        const [clean] = pass(state, [part], noKey) as [Three[0]];
        const seen = tf.add(state.seen!, 1);
        const further = tf.sub(weighed(clean.moments, 1, bessel(part.x)), state.averages!);
        return { ...state, averages: tf.add(state.averages!, tf.div(further, seen)), seen };
      },
    },
    logits: (state, x) =>
      rowsOf(
        evaluateNoisyNormed(network, state, prepared(state, x, ops), ops, EPSILON, splitMoments(state.averages!, maps)),
      ),
  };
}
type Two = [tf.Tensor4D, tf.Tensor4D];
type Maps = ReturnType<typeof trainNoisyNormed>[number];
type Three = [Maps, Maps, Maps];

/** n / (n − 1), n the number of images, as ladder.py takes it for maps of any size. */
const bessel = ({ shape: [n] }: tf.Tensor4D): number => n / (n - 1);

/** Uniform weights are within √(3 / inputs): of variance 1 / inputs. */
const bound = ({ shape: [height, width, inputs] }: Parameter): number => Math.sqrt(3 / (height! * width! * inputs!));

/** a2 and a7 are 1, the others 0. */
function initialCombinator(parameters: readonly Parameter[]): HostState[string] {
  const { shape, size } = parameters.find(({ name }) => name === COMBINATOR)!;
  return { shape, data: new Float32Array(size).fill(1, size / 5, (2 * size) / 5) };
}

function needed(whitening: Zca | undefined): Zca {
  if (!whitening)
    throw new RangeError(
      'The Ladder\'s preprocessing is "gcn+zca", but no whitening was given: give build the one of fitWhitening, or take "gcn".',
    );
  return whitening;
}

function noKey(): never {
  throw new TypeError("a clean path has no noise");
}
