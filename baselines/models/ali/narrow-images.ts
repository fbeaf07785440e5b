/** For tests: networks with a row of every kind that the SVHN tables have, few maps, images of 10 × 10 × 2. */
import type { ImageNetworks } from "./networks/image-networks.ts";

const LEAK = 0.01;

// biome-ignore format: one line is one row of the network
export const narrow: ImageNetworks = {
  encoder: { name: "encoder", input: [10, 10, 2], leak: LEAK, pieces: 1, bias: "untied", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   3,      1,      4,        true,       0,       "leakyRelu"],
    ["conv",   4,      2,      5,        true,       0,       "leakyRelu"],
    ["conv",   3,      1,      6,        true,       0,       "leakyRelu"],
    ["conv",   1,      1,      5,        true,       0,       "leakyRelu"],
    ["conv",   1,      1,      6,        false,      0,       "linear"],
  ] },
  decoder: { name: "decoder", input: [1, 1, 3], leak: LEAK, pieces: 1, bias: "untied", rows: [
    ["convT",  3,      1,      6,        true,       0,       "leakyRelu"],
    ["convT",  4,      2,      5,        true,       0,       "leakyRelu"],
    ["convT",  3,      1,      4,        true,       0,       "leakyRelu"],
    ["conv",   1,      1,      4,        true,       0,       "leakyRelu"],
    ["conv",   1,      1,      2,        false,      0,       "sigmoid"],
  ] },
  imageFeatures: { name: "image-features", input: [10, 10, 2], leak: LEAK, pieces: 1, bias: "tied", rows: [
    ["conv",   3,      1,      4,        false,      0.2,     "leakyRelu"],
    ["conv",   4,      2,      5,        true,       0.2,     "leakyRelu"],
    ["conv",   3,      1,      6,        true,       0.2,     "leakyRelu"],
  ] },
  latentFeatures: { name: "latent-features", input: [1, 1, 3], leak: LEAK, pieces: 1, bias: "none", rows: [
    ["conv",   1,      1,      5,        false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      4,        false,      0.2,     "leakyRelu"],
  ] },
  joint: { name: "joint", input: [1, 1, 10], leak: LEAK, pieces: 1, bias: "tied", rows: [
    ["conv",   1,      1,      8,        false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      7,        false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      1,        false,      0.2,     "linear"],
  ] },
};
