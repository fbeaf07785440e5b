/**
 * Networks of the CelebA experiment (tab:celeba_description), row for row. Which layers have biases, tied or untied, is the
 * authors' code's: the paper does not say.
 */
import type { ImageNetworks } from "./image-networks.ts";

/** Slope of the leaky ReLUs. */
const LEAK = 0.02;

/**
 * As printed, but for three inputs: z has the 256 dimensions that an encoder's 512 outputs (μ, log σ) leave, where the
 * table prints inputs of 512 for Gx(z) and D(z); and D(x) and D(z) together have 512 + 1024 maps, where it prints 1024.
 */
// biome-ignore format: one line is one row of the network
export const celeba: ImageNetworks = {
  encoder: { name: "encoder", input: [64, 64, 3], leak: LEAK, pieces: 1, bias: "untied", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   2,      1,      64,       true,       0,       "leakyRelu"],
    ["conv",   7,      2,      128,      true,       0,       "leakyRelu"],
    ["conv",   5,      2,      256,      true,       0,       "leakyRelu"],
    ["conv",   7,      2,      256,      true,       0,       "leakyRelu"],
    ["conv",   4,      1,      512,      true,       0,       "leakyRelu"],
    ["conv",   1,      1,      512,      false,      0,       "linear"],
  ] },
  decoder: { name: "decoder", input: [1, 1, 256], leak: LEAK, pieces: 1, bias: "untied", rows: [
    ["convT",  4,      1,      512,      true,       0,       "leakyRelu"],
    ["convT",  7,      2,      256,      true,       0,       "leakyRelu"],
    ["convT",  5,      2,      256,      true,       0,       "leakyRelu"],
    ["convT",  7,      2,      128,      true,       0,       "leakyRelu"],
    ["convT",  2,      1,      64,       true,       0,       "leakyRelu"],
    ["conv",   1,      1,      3,        false,      0,       "sigmoid"],
  ] },
  imageFeatures: { name: "image-features", input: [64, 64, 3], leak: LEAK, pieces: 1, bias: "tied", rows: [
    ["conv",   2,      1,      64,       true,       0,       "leakyRelu"],
    ["conv",   7,      2,      128,      true,       0,       "leakyRelu"],
    ["conv",   5,      2,      256,      true,       0,       "leakyRelu"],
    ["conv",   7,      2,      256,      true,       0,       "leakyRelu"],
    ["conv",   4,      1,      512,      true,       0,       "leakyRelu"],
  ] },
  latentFeatures: { name: "latent-features", input: [1, 1, 256], leak: LEAK, pieces: 1, bias: "none", rows: [
    ["conv",   1,      1,      1024,     false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      1024,     false,      0.2,     "leakyRelu"],
  ] },
  joint: { name: "joint", input: [1, 1, 1536], leak: LEAK, pieces: 1, bias: "tied", rows: [
    ["conv",   1,      1,      2048,     false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      2048,     false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      1,        false,      0.2,     "linear"],
  ] },
};

/**
 * As in the authors' code: no batch norm after D(x)'s first convolution, and dropout in D(x).
 */
// biome-ignore format: one line is one row of the network
export const celebaCode: ImageNetworks = {
  ...celeba,
  imageFeatures: { name: "image-features", input: [64, 64, 3], leak: LEAK, pieces: 1, bias: "tied", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   2,      1,      64,       false,      0.2,     "leakyRelu"],
    ["conv",   7,      2,      128,      true,       0.2,     "leakyRelu"],
    ["conv",   5,      2,      256,      true,       0.2,     "leakyRelu"],
    ["conv",   7,      2,      256,      true,       0.2,     "leakyRelu"],
    ["conv",   4,      1,      512,      true,       0.2,     "leakyRelu"],
  ] },
};
