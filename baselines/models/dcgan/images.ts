import type { ImageModel } from "../../../harness/contract/model.ts";
import type { ImageScale } from "../image-settings.ts";
import { buildDcgan, type DcganSettings } from "./model.ts";
import { dcganSvhn, narrowedDcgan } from "./networks.ts";

export interface DcganModelSettings extends DcganSettings, Omit<ImageScale, "network"> {
  /** Images of each of the two updates of a step. */
  readonly batchSize: number;
}

/**
 * Learning rate, minibatch and z as in the name of the shipped weights; the rest is the authors' script for faces. No script
 * for SVHN is published.
 */
export const DCGAN_SVHN: DcganModelSettings = {
  widthFactor: 1,
  batchSize: 64,
  learningRate: 5e-4,
  beta1: 0.5,
  beta2: 0.999,
  epsilon: 1e-8,
  initialSd: 0.02,
  initialScaleSd: 0.02,
  batchNormEpsilon: 1e-8,
  l2: 1e-5,
};

/** DCGAN for SVHN. State and abilities: see `buildDcgan`. It has no output biases to start. */
export const dcgan: ImageModel<DcganModelSettings> = {
  file: import.meta.filename,
  id: "dcgan",
  version: 1,
  build: ({ widthFactor, latent, ...settings }, ops) =>
    buildDcgan(narrowedDcgan(dcganSvhn, widthFactor, latent ?? dcganSvhn.projection.input[2]), settings, ops),
};
