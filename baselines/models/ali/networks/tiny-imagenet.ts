/**
 * Networks of the Tiny ImageNet experiment (tab:tiny_imagenet_description), row for row. Which layers have biases, tied or
 * untied, is the authors' code's: the paper does not say.
 */
import type { ImageNetworks } from "./image-networks.ts";

/** Slope of the leaky ReLUs. */
const LEAK = 0.01;

// biome-ignore format: one line is one row of the network
export const tinyImagenet: ImageNetworks = {
  encoder: { name: "encoder", input: [64, 64, 3], leak: LEAK, pieces: 1, bias: "untied", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   4,      2,      64,       true,       0,       "leakyRelu"],
    ["conv",   4,      1,      64,       true,       0,       "leakyRelu"],
    ["conv",   4,      2,      128,      true,       0,       "leakyRelu"],
    ["conv",   4,      1,      128,      true,       0,       "leakyRelu"],
    ["conv",   4,      2,      256,      true,       0,       "leakyRelu"],
    ["conv",   4,      1,      256,      true,       0,       "leakyRelu"],
    ["conv",   1,      1,      2048,     true,       0,       "leakyRelu"],
    ["conv",   1,      1,      2048,     true,       0,       "leakyRelu"],
    ["conv",   1,      1,      512,      false,      0,       "linear"],
  ] },
  decoder: { name: "decoder", input: [1, 1, 256], leak: LEAK, pieces: 1, bias: "untied", rows: [
    ["conv",   1,      1,      2048,     true,       0,       "leakyRelu"],
    ["conv",   1,      1,      256,      true,       0,       "leakyRelu"],
    ["convT",  4,      1,      256,      true,       0,       "leakyRelu"],
    ["convT",  4,      2,      128,      true,       0,       "leakyRelu"],
    ["convT",  4,      1,      128,      true,       0,       "leakyRelu"],
    ["convT",  4,      2,      64,       true,       0,       "leakyRelu"],
    ["convT",  4,      1,      64,       true,       0,       "leakyRelu"],
    ["convT",  4,      2,      64,       true,       0,       "leakyRelu"],
    ["conv",   1,      1,      3,        false,      0,       "sigmoid"],
  ] },
  imageFeatures: { name: "image-features", input: [64, 64, 3], leak: LEAK, pieces: 1, bias: "tied", rows: [
    ["conv",   4,      2,      64,       false,      0.2,     "leakyRelu"],
    ["conv",   4,      1,      64,       true,       0.2,     "leakyRelu"],
    ["conv",   4,      2,      128,      true,       0.2,     "leakyRelu"],
    ["conv",   4,      1,      128,      true,       0.2,     "leakyRelu"],
    ["conv",   4,      2,      256,      true,       0.2,     "leakyRelu"],
    ["conv",   4,      1,      256,      true,       0.2,     "leakyRelu"],
  ] },
  latentFeatures: { name: "latent-features", input: [1, 1, 256], leak: LEAK, pieces: 1, bias: "tied", rows: [
    ["conv",   1,      1,      2048,     false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      2048,     false,      0.2,     "leakyRelu"],
  ] },
  joint: { name: "joint", input: [1, 1, 2304], leak: LEAK, pieces: 1, bias: "tied", rows: [
    ["conv",   1,      1,      4096,     false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      4096,     false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      1,        false,      0.2,     "linear"],
  ] },
};
