/**
 * Networks of the SVHN experiment (tab:svhn_description), row for row. Which layers have biases, tied or untied, is the
 * authors' code's: the paper does not say.
 */
import type { ImageNetworks } from "./image-networks.ts";

/** Slope of the leaky ReLUs. */
const LEAK = 0.01;

// biome-ignore format: one line is one row of the network
export const svhn: ImageNetworks = {
  encoder: { name: "encoder", input: [32, 32, 3], leak: LEAK, pieces: 1, bias: "untied", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   5,      1,      32,       true,       0,       "leakyRelu"],
    ["conv",   4,      2,      64,       true,       0,       "leakyRelu"],
    ["conv",   4,      1,      128,      true,       0,       "leakyRelu"],
    ["conv",   4,      2,      256,      true,       0,       "leakyRelu"],
    ["conv",   4,      1,      512,      true,       0,       "leakyRelu"],
    ["conv",   1,      1,      512,      true,       0,       "leakyRelu"],
    ["conv",   1,      1,      512,      false,      0,       "linear"],
  ] },
  decoder: { name: "decoder", input: [1, 1, 256], leak: LEAK, pieces: 1, bias: "untied", rows: [
    ["convT",  4,      1,      256,      true,       0,       "leakyRelu"],
    ["convT",  4,      2,      128,      true,       0,       "leakyRelu"],
    ["convT",  4,      1,      64,       true,       0,       "leakyRelu"],
    ["convT",  4,      2,      32,       true,       0,       "leakyRelu"],
    ["convT",  5,      1,      32,       true,       0,       "leakyRelu"],
    ["conv",   1,      1,      32,       true,       0,       "leakyRelu"],
    ["conv",   1,      1,      3,        false,      0,       "sigmoid"],
  ] },
  imageFeatures: { name: "image-features", input: [32, 32, 3], leak: LEAK, pieces: 1, bias: "tied", rows: [
    ["conv",   5,      1,      32,       false,      0.2,     "leakyRelu"],
    ["conv",   4,      2,      64,       true,       0.2,     "leakyRelu"],
    ["conv",   4,      1,      128,      true,       0.2,     "leakyRelu"],
    ["conv",   4,      2,      256,      true,       0.2,     "leakyRelu"],
    ["conv",   4,      1,      512,      true,       0.2,     "leakyRelu"],
  ] },
  latentFeatures: { name: "latent-features", input: [1, 1, 256], leak: LEAK, pieces: 1, bias: "none", rows: [
    ["conv",   1,      1,      512,      false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      512,      false,      0.2,     "leakyRelu"],
  ] },
  joint: { name: "joint", input: [1, 1, 1024], leak: LEAK, pieces: 1, bias: "tied", rows: [
    ["conv",   1,      1,      1024,     false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      1024,     false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      1,        false,      0.2,     "linear"],
  ] },
};
