/** For tests: the classifiers that learn from labelled and unlabelled images, small, and their batches. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import { standardNormal } from "../../../harness/engine/stateless-normal.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import type { MapSize } from "../../../harness/nn/convolutional.ts";
import type { Whitening } from "../../../harness/statistics/pca.ts";
import { buildJoined, buildPrinted } from "../ali-k1/model.ts";
import { narrowJoined, narrowPrinted } from "../ali-k1/narrow.ts";
import { JOINED, PRINTED } from "../ali-k1/settings.ts";
import { buildCatgan, CATGAN } from "../catgan/model.ts";
import { narrowCatgan } from "../catgan/narrow.ts";
import { buildFeatureMatching } from "../gan-feature-matching/model.ts";
import { narrowGenerator } from "../gan-feature-matching/narrow.ts";
import type { FeatureLoss } from "../gan-feature-matching/objective.ts";
import { RELEASE } from "../improved-gan-settings.ts";
import { buildLadder, LADDER } from "../ladder/model.ts";
import { narrowLadder } from "../ladder/narrow.ts";
import { type SdgmSettings, sdgm } from "../sdgm/model.ts";
import type { BuiltClassifier } from "../semi-supervised.ts";
import { buildSupervised } from "../supervised/model.ts";
import { narrow } from "../supervised/narrow.ts";
import { buildSwwae, SWWAE_RECIPE } from "../swwae/model.ts";
import { narrow as narrowSwwae } from "../swwae/narrow.ts";
import { buildM1, type M1Settings } from "../vae-m1-m2/m1.ts";
import { type M2Settings, vaeM1M2 } from "../vae-m1-m2/model.ts";

export const IMAGES = [2, 2, 3] as const;
const PIXELS = 12;
export const CLASSES = 3;
export const LABELLED = 6;
export const UNLABELLED = 9;

const M1_SIZES = { components: 5, hidden: 7, latent: 4 };
const ADAM = { learningRate: 3e-3, beta1: 0.9, beta2: 0.999 };
export const M1: M1Settings = { ...ADAM, epsilon: 1e-10, sizes: M1_SIZES };
export const M2: M2Settings = {
  ...ADAM,
  epsilon: 1e-8,
  m1: M1_SIZES,
  sizes: { hidden: 6, latent: 3, classes: CLASSES },
  alpha: 0.1,
  cases: 150,
  labels: 60,
  initialSd: 0.3,
};
export const SDGM: SdgmSettings = {
  ...ADAM,
  epsilon: 1e-8,
  sizes: { images: IMAGES, hidden: 8, auxiliary: 3, latent: 2, classes: CLASSES },
  channelSd: [0.2, 0.25, 0.3],
  samples: 2,
  testSamples: 4,
  expectations: "code",
  alpha: 0.1,
  cases: 150,
  labels: 60,
  lowestLogVariance: -6,
  clipping: { norm: 5, entry: 1 },
  decay: { every: 2, factor: 0.75, lowest: 1e-4 },
  batchNormEpsilon: 1e-4,
  averageShare: 0.1,
};

/** A whitening that no images were fitted for. */
export const WHITENING: Whitening = {
  mean: new Float32Array(PIXELS).fill(0.5),
  projection: standardNormal(PIXELS * M1.sizes.components, [8, 9]),
  variances: new Float64Array(M1.sizes.components).fill(1),
};

export interface ClassifierCase {
  /** Its folder, and what else tells it from others there. */
  readonly name: string;
  build(ops: Ops): Pick<BuiltClassifier, "groups" | "initialState" | "step"> & Partial<BuiltClassifier>;
  /** Batch `index`. */
  batch(index: number): Tensors;
}

/** Case i is of class i mod 3, and brighter where a pixel's place is. */
function images(count: number, index: number, size: MapSize = IMAGES): tf.Tensor4D {
  const pixels = size.reduce((a, b) => a * b, 1);
  const flat = standardNormal(count * pixels, [index, count]).map((normal, at) => {
    const told = at % CLASSES === Math.floor(at / pixels) % CLASSES ? 2 : 0;
    return 1 / (1 + Math.exp(-normal - told));
  });
  return tf.tensor4d(flat, [count, ...size]);
}
/** Class of each labelled case, one-hot. */
export const labels = (): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: LABELLED * CLASSES }, (_, at) =>
      Number(Math.floor(at / CLASSES) % CLASSES === at % CLASSES),
    ),
    [LABELLED, CLASSES],
  );
const batchOf =
  (size: MapSize, unlabelled = UNLABELLED) =>
  (index: number): Tensors => ({ x: images(LABELLED, index, size), y: labels(), u: images(unlabelled, index, size) });
const batch = batchOf(IMAGES);

const sdgmCase = (expectations: SdgmSettings["expectations"]): ClassifierCase => ({
  name: `sdgm, expectations as in the ${expectations}`,
  build: (ops) => sdgm.build({ ...SDGM, decay: { ...SDGM.decay, every: 200 }, expectations }, ops),
  batch,
});
export const M1_CASE: ClassifierCase = {
  name: "vae-m1-m2, M1",
  build: (ops) => buildM1(M1, ops, WHITENING),
  batch: (index) => ({ x: images(UNLABELLED, index) }),
};
export const M2_CASE: ClassifierCase = {
  name: "vae-m1-m2",
  build: (ops) => vaeM1M2.buildOn(M2, ops, buildM1(M1, ops, WHITENING).initialState([5, 6])),
  batch,
};
const IMPROVED_GAN = { ...RELEASE.svhn, learningRate: 0.01, averageRate: 0.05 };
const SUPERVISED_CASE: ClassifierCase = {
  name: "supervised",
  build: (ops) => buildSupervised(narrow, IMPROVED_GAN, ops),
  batch: batchOf(narrow.features.input),
};
const featureMatchingCase = (featureLoss: FeatureLoss): ClassifierCase => ({
  name: `gan-feature-matching, ${featureLoss} differences`,
  build: (ops) =>
    buildFeatureMatching({ generator: narrowGenerator, classifier: narrow }, { ...IMPROVED_GAN, featureLoss }, ops),
  batch: batchOf(narrow.features.input, 8),
});
const SWWAE_CASE: ClassifierCase = {
  name: "swwae",
  build: (ops) =>
    buildSwwae(
      narrowSwwae,
      { ...SWWAE_RECIPE, learningRate: 0.01, imageWeight: 0.1, channelMean: [0.5, 0.6], channelSd: [0.2, 0.25] },
      ops,
    ),
  batch: batchOf(narrow.features.input),
};
const ALI_K1_CASES: readonly ClassifierCase[] = [
  {
    name: "ali-k1, printed discriminator",
    build: (ops) => buildPrinted(narrowPrinted, { ...PRINTED.svhn, learningRate: 2e-3, initialSd: 0.3 }, ops),
    batch: batchOf(narrowPrinted.encoder.input),
  },
  {
    name: "ali-k1, improved-gan's discriminator",
    build: (ops) => buildJoined(narrowJoined, { ...JOINED.svhn, learningRate: 0.003, averageRate: 0.05 }, ops),
    batch: batchOf(narrowJoined.encoder.input),
  },
];
/** A whitening of images of 7 × 7 × 2 that no images were fitted for. */
const LADDER_ZCA = {
  mean: new Float32Array(98).fill(0.1),
  matrix: Float32Array.from({ length: 98 ** 2 }, (_, at) => (at % 99 === 0 ? 0.3 : -0.001)),
};
const LADDER_CASE: ClassifierCase = {
  name: "ladder",
  build: (ops) => buildLadder(narrowLadder, { ...LADDER, learningRate: 0.01 }, ops, LADDER_ZCA),
  batch: batchOf(narrowLadder.input),
};
const CATGAN_CASE: ClassifierCase = {
  name: "catgan",
  build: (ops) => buildCatgan(narrowCatgan, { ...CATGAN, learningRate: 0.003, initialSd: 0.3, averageShare: 0.1 }, ops),
  batch: batchOf(narrowCatgan.discriminator.input),
};
export const CLASSIFIER_CASES: readonly ClassifierCase[] = [
  ...[M1_CASE, M2_CASE, sdgmCase("code"), sdgmCase("paper")],
  SWWAE_CASE,
  ...ALI_K1_CASES,
  ...[SUPERVISED_CASE, featureMatchingCase("absolute"), featureMatchingCase("squared")],
  LADDER_CASE,
  CATGAN_CASE,
];
