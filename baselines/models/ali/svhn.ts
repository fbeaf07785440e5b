/** ALI of the SVHN experiment as the paper sets it up, and images to time it on. */
import type * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import { standardNormal } from "../../../harness/engine/stateless-normal.ts";
import type { BuiltModel } from "../../../harness/model.ts";
import type { Words2 } from "../../../harness/philox.ts";
import { buildImageAli, type ImageSettings } from "./image-model.ts";
import { svhn } from "./networks/svhn.ts";

/** tab:svhn_description; ε of Adam and of batch norm are the authors' code's. */
export const SVHN_SETTINGS: ImageSettings & { readonly batchSize: number } = {
  batchSize: 100,
  learningRate: 1e-4,
  beta1: 0.5,
  beta2: 0.999,
  epsilon: 1e-8,
  initialSd: 0.01,
  batchNormEpsilon: 1e-4,
};
export const SVHN_SHAPE = [32, 32, 3] as const;

/** @param outputBias see buildImageAli: `logOdds` of the first images. */
export const buildSvhnAli = (ops: Ops, outputBias: Float32Array): BuiltModel<tf.Tensor4D> =>
  buildImageAli(svhn, SVHN_SETTINGS, ops, outputBias);

/** Made-up images, flat [count, 32, 32, 3]: independent pixels in (0, 1). A step takes as long on them as on real ones. */
export function syntheticImages(count: number, key: Words2): Float32Array {
  const [height, width, channels] = SVHN_SHAPE;
  return standardNormal(count * height * width * channels, key).map((n) => 1 / (1 + Math.exp(-n)));
}
