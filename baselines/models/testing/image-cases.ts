/** For tests: every kind of image model with few maps, and batches of made-up images. */
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../../harness/contract/model.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { standardNormal } from "../../../harness/engine/stateless-normal.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import type { MapSize } from "../../../harness/nn/convolutional.ts";
import { buildImageAli } from "../ali/image-model.ts";
import { logOdds } from "../ali/log-odds.ts";
import { narrow } from "../ali/narrow-images.ts";
import { cifar10Code } from "../ali/networks/cifar10.ts";
import type { ImageNetworks } from "../ali/networks/image-networks.ts";
import { narrowed } from "../ali/networks/narrowed.ts";
import { buildConditionalAli } from "../conditional-ali/model.ts";
import { conditioned, type Embedding } from "../conditional-ali/networks.ts";
import { DCGAN_SVHN, dcgan } from "../dcgan/images.ts";
import { PAPER_SETTINGS } from "../image-settings.ts";

export interface ImageCase {
  /** Its folder, and what else tells it from others there. */
  readonly name: string;
  readonly images: MapSize;
  readonly latent: number;
  build(ops: Ops): BuiltModel<tf.Tensor4D, tf.Tensor2D[]>;
  /** Batch `index` of so many cases. */
  batch(count: number, index: number): Tensors;
  /** Attributes of so many cases, where the model is told any. */
  condition(count: number): tf.Tensor2D[];
  /** What each loss is where every logit is 0. */
  readonly zeroLosses: Readonly<Record<string, number>>;
}

/** Made-up images, flat: independent pixels in (0, 1). */
export function madeUpImages(count: number, [height, width, channels]: MapSize, index: number): Float32Array {
  return standardNormal(count * height * width * channels, [index, 1]).map((n) => 1 / (1 + Math.exp(-n)));
}
const imagesOf = (count: number, size: MapSize, index: number): tf.Tensor4D =>
  tf.tensor4d(madeUpImages(count, size, index), [count, ...size]);
const meanImage = (size: MapSize): Float32Array => logOdds(madeUpImages(10, size, -1), size[0] * size[1] * size[2]);

const ATTRIBUTES = 4;
const attributes = (count: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: count * ATTRIBUTES }, (_, i) => ((i * i) % 3) % 2),
    [count, ATTRIBUTES],
  );

const SETTINGS = { ...PAPER_SETTINGS.svhn, learningRate: 1e-3, initialSd: 0.3 };
const PAIRS = { discriminatorLoss: 2 * Math.LN2, generatorLoss: 2 * Math.LN2 };

function unconditional(
  name: string,
  { encoder, decoder }: Pick<ImageNetworks, "encoder" | "decoder">,
  build: ImageCase["build"],
): ImageCase {
  const images = encoder.input;
  return {
    name,
    images,
    latent: decoder.input[2],
    build,
    batch: (count, index) => ({ x: imagesOf(count, images, index) }),
    condition: () => [],
    zeroLosses: PAIRS,
  };
}

const conditional = (embedding: Embedding): ImageCase => ({
  ...unconditional(`conditional-ali, embedding ${embedding}`, narrow, (ops) => {
    const networks = conditioned(narrow, { attributes: ATTRIBUTES, units: 3, embedding });
    return buildConditionalAli(networks, SETTINGS, ops, meanImage(narrow.encoder.input));
  }),
  batch: (count, index) => ({ x: imagesOf(count, narrow.encoder.input, index), y: attributes(count) }),
  condition: (count) => [attributes(count)],
});

const maxout = narrowed(cifar10Code, 1 / 16, 3);

export const ALI = unconditional("ali on images", narrow, (ops) =>
  buildImageAli(narrow, SETTINGS, ops, meanImage(narrow.encoder.input)),
);
export const ALI_MAXOUT = unconditional("ali on images, maxout", maxout, (ops) =>
  buildImageAli(maxout, { ...SETTINGS, initialSd: 0.15 }, ops, meanImage(maxout.encoder.input)),
);
export const CONDITIONAL = [conditional("fixed"), conditional("trained")] as const;
export const DCGAN: ImageCase = {
  ...unconditional("dcgan", { encoder: { ...narrow.encoder, input: [32, 32, 3] }, decoder: narrow.decoder }, (ops) =>
    dcgan.build({ ...DCGAN_SVHN, widthFactor: 1 / 32, latent: narrow.decoder.input[2] }, ops, new Float32Array()),
  ),
  zeroLosses: { discriminatorLoss: 2 * Math.LN2, generatorLoss: Math.LN2 },
};

export const IMAGE_CASES: readonly ImageCase[] = [ALI, ALI_MAXOUT, ...CONDITIONAL, DCGAN];
