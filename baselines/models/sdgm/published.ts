/** The settings of the authors' script for MNIST, on SVHN's cases, of which an update takes 100 beside 100 labelled ones. */
import type { SdgmSettings } from "./model.ts";
import { SDGM_SVHN } from "./networks.ts";

const [CASES, BATCH] = [73_000, 100];

/** All but the training images' standard deviations. */
export const SDGM_PUBLISHED: Omit<SdgmSettings, "channelSd"> = {
  sizes: SDGM_SVHN,
  learningRate: 3e-4,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  samples: 5,
  testSamples: 100,
  expectations: "code",
  alpha: 0.1,
  cases: CASES,
  labels: 1000,
  lowestLogVariance: -6,
  clipping: { norm: 5, entry: 1 },
  decay: { every: (200 * CASES) / BATCH, factor: 0.75, lowest: 3e-5 },
  batchNormEpsilon: 1e-4,
  averageShare: 0.1,
};
