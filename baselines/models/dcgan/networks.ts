/**
 * Networks of the DCGAN for SVHN, row for row: their shapes are those of the weights that its authors shipped (dcgan_code,
 * `svhn_unsup_all_conv_dcgan_100z_gaussian_lr_0.0005_64mb`). No row has a bias.
 */
import type { ConvolutionalTable } from "../../../harness/nn/convolutional.ts";
import { channels, narrowedRows, narrowedWidth } from "../ali/networks/narrowed.ts";

export interface DcganNetworks {
  /** z → the values of the decoder's first maps, normalised unit by unit */
  readonly projection: ConvolutionalTable;
  /** those maps → an image with values in (−1, 1) */
  readonly decoder: ConvolutionalTable;
  /** an image with values in [−1, 1] → maps */
  readonly imageFeatures: ConvolutionalTable;
  /** those maps → logit */
  readonly classifier: ConvolutionalTable;
}

/** Slope of the discriminator's leaky ReLUs; one of 0 makes the generator's plain. */
const [LEAK, PLAIN] = [0.2, 0];
/** Zeros about the maps, so that a stride of 2 halves and doubles them. */
const PADDING = 2;

// biome-ignore format: one line is one row of the network
export const dcganSvhn: DcganNetworks = {
  projection: { name: "projection", input: [1, 1, 100], leak: PLAIN, pieces: 1, bias: "none", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   1,      1,      4096,     true,       0,       "leakyRelu"],
  ] },
  decoder: { name: "decoder", input: [4, 4, 256], leak: PLAIN, pieces: 1, bias: "none", padding: PADDING, rows: [
    ["convT",  5,      2,      128,      true,       0,       "leakyRelu"],
    ["convT",  5,      2,      64,       true,       0,       "leakyRelu"],
    ["convT",  5,      2,      3,        false,      0,       "tanh"],
  ] },
  imageFeatures: { name: "image-features", input: [32, 32, 3], leak: LEAK, pieces: 1, bias: "none", padding: PADDING, rows: [
    ["conv",   5,      2,      64,       false,      0,       "leakyRelu"],
    ["conv",   5,      2,      128,      true,       0,       "leakyRelu"],
    ["conv",   5,      2,      256,      true,       0,       "leakyRelu"],
  ] },
  classifier: { name: "classifier", input: [4, 4, 256], leak: LEAK, pieces: 1, bias: "none", rows: [
    ["conv",   4,      1,      1,        false,      0,       "linear"],
  ] },
};

/** The features of every hidden layer times `factor` (rounded, at least 1), and z of `latent` dimensions. */
export function narrowedDcgan(
  { projection, decoder, imageFeatures, classifier }: DcganNetworks,
  factor: number,
  latent: number,
): DcganNetworks {
  const [height, width, maps] = decoder.input;
  const first = [height, width, narrowedWidth(maps, factor)] as const;
  const [op, kernel, stride, , ...rest] = projection.rows[0]!;
  const ofX = { ...imageFeatures, rows: narrowedRows(imageFeatures.rows, factor) };
  return {
    projection: {
      ...projection,
      input: [1, 1, latent],
      rows: [[op, kernel, stride, first[0] * first[1] * first[2], ...rest]],
    },
    decoder: {
      ...decoder,
      input: first,
      rows: [...narrowedRows(decoder.rows.slice(0, -1), factor), decoder.rows.at(-1)!],
    },
    imageFeatures: ofX,
    classifier: { ...classifier, input: [height, width, channels(ofX)] },
  };
}
