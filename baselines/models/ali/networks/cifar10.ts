/**
 * Networks of the CIFAR10 experiment (tab:cifar10_description), row for row. Which layers have biases, tied or untied, is
 * the authors' code's: the paper does not say.
 */
import type { ImageNetworks } from "./image-networks.ts";

/** Slope of the leaky ReLUs. */
const LEAK = 0.1;

/**
 * As printed: a row's features are counted after its maxout, and every row of the discriminator has its dropout. Only so
 * is the joint input 512 + 512 = 1024, as printed.
 */
// biome-ignore format: one line is one row of the network
export const cifar10: ImageNetworks = {
  encoder: { name: "encoder", input: [32, 32, 3], leak: LEAK, pieces: 1, bias: "untied", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   5,      1,      32,       true,       0,       "leakyRelu"],
    ["conv",   4,      2,      64,       true,       0,       "leakyRelu"],
    ["conv",   4,      1,      128,      true,       0,       "leakyRelu"],
    ["conv",   4,      2,      256,      true,       0,       "leakyRelu"],
    ["conv",   4,      1,      512,      true,       0,       "leakyRelu"],
    ["conv",   1,      1,      512,      true,       0,       "leakyRelu"],
    ["conv",   1,      1,      128,      false,      0,       "linear"],
  ] },
  decoder: { name: "decoder", input: [1, 1, 64], leak: LEAK, pieces: 1, bias: "untied", rows: [
    ["convT",  4,      1,      256,      true,       0,       "leakyRelu"],
    ["convT",  4,      2,      128,      true,       0,       "leakyRelu"],
    ["convT",  4,      1,      64,       true,       0,       "leakyRelu"],
    ["convT",  4,      2,      32,       true,       0,       "leakyRelu"],
    ["convT",  5,      1,      32,       true,       0,       "leakyRelu"],
    ["conv",   1,      1,      32,       true,       0,       "leakyRelu"],
    ["conv",   1,      1,      3,        false,      0,       "sigmoid"],
  ] },
  imageFeatures: { name: "image-features", input: [32, 32, 3], leak: LEAK, pieces: 2, bias: "untied", rows: [
    ["conv",   5,      1,      32,       false,      0.2,     "maxout"],
    ["conv",   4,      2,      64,       false,      0.5,     "maxout"],
    ["conv",   4,      1,      128,      false,      0.5,     "maxout"],
    ["conv",   4,      2,      256,      false,      0.5,     "maxout"],
    ["conv",   4,      1,      512,      false,      0.5,     "maxout"],
  ] },
  latentFeatures: { name: "latent-features", input: [1, 1, 64], leak: LEAK, pieces: 2, bias: "none", rows: [
    ["conv",   1,      1,      512,      false,      0.2,     "maxout"],
    ["conv",   1,      1,      512,      false,      0.5,     "maxout"],
  ] },
  joint: { name: "joint", input: [1, 1, 1024], leak: LEAK, pieces: 2, bias: "tied", rows: [
    ["conv",   1,      1,      1024,     false,      0.5,     "maxout"],
    ["conv",   1,      1,      1024,     false,      0.5,     "maxout"],
    ["conv",   1,      1,      1,        false,      0.5,     "linear"],
  ] },
};

/**
 * As in the authors' code: the printed features are filters, of which maxout leaves half; and a slice that picks every
 * third brick, meant for convolution, batch norm and nonlinearity, drops out the inputs of the second and the fifth
 * convolution and of the third maxout, and nothing at the third and the fourth convolution.
 */
// biome-ignore format: one line is one row of the network
export const cifar10Code: ImageNetworks = {
  encoder: cifar10.encoder,
  decoder: cifar10.decoder,
  imageFeatures: { name: "image-features", input: [32, 32, 3], leak: LEAK, pieces: 2, bias: "untied", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity  dropout before it
    ["conv",   5,      1,      16,       false,      0.2,     "maxout"],
    ["conv",   4,      2,      32,       false,      0.5,     "maxout"],
    ["conv",   4,      1,      64,       false,      0,       "maxout",   0.5],
    ["conv",   4,      2,      128,      false,      0,       "maxout"],
    ["conv",   4,      1,      256,      false,      0.5,     "maxout"],
  ] },
  latentFeatures: { name: "latent-features", input: [1, 1, 64], leak: LEAK, pieces: 2, bias: "none", rows: [
    ["conv",   1,      1,      256,      false,      0.2,     "maxout"],
    ["conv",   1,      1,      256,      false,      0.5,     "maxout"],
  ] },
  joint: { name: "joint", input: [1, 1, 512], leak: LEAK, pieces: 2, bias: "tied", rows: [
    ["conv",   1,      1,      512,      false,      0.5,     "maxout"],
    ["conv",   1,      1,      512,      false,      0.5,     "maxout"],
    ["conv",   1,      1,      1,        false,      0.5,     "linear"],
  ] },
};
