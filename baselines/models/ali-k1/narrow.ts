/** For tests: both readings with rows of the real networks' kinds, few of them, few maps; three classes, images of 8 × 8 × 2. */
import type { ImageNetworks } from "../ali/networks/image-networks.ts";
import type { WeightNormedPairs } from "./networks.ts";

const [LEAK, CLASSES] = [0.2, 3];

// biome-ignore format: one line is one row of the network
export const narrowPrinted: ImageNetworks = {
  encoder: { name: "encoder", input: [8, 8, 2], leak: LEAK, pieces: 1, bias: "untied", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   8,      1,      6,        true,       0,       "leakyRelu"],
    ["conv",   1,      1,      6,        false,      0,       "linear"],
  ] },
  decoder: { name: "decoder", input: [1, 1, 3], leak: LEAK, pieces: 1, bias: "untied", rows: [
    ["convT",  8,      1,      5,        true,       0,       "leakyRelu"],
    ["conv",   1,      1,      2,        false,      0,       "sigmoid"],
  ] },
  imageFeatures: { name: "image-features", input: [8, 8, 2], leak: LEAK, pieces: 1, bias: "tied", rows: [
    ["conv",   4,      2,      6,        false,      0.2,     "leakyRelu"],
    ["conv",   3,      1,      6,        true,       0.2,     "leakyRelu"],
  ] },
  latentFeatures: { name: "latent-features", input: [1, 1, 3], leak: LEAK, pieces: 1, bias: "none", rows: [
    ["conv",   1,      1,      4,        false,      0.2,     "leakyRelu"],
  ] },
  joint: { name: "joint", input: [1, 1, 10], leak: LEAK, pieces: 1, bias: "tied", rows: [
    ["conv",   1,      1,      8,        false,      0.2,     "leakyRelu"],
    ["conv",   1,      1,      CLASSES,  false,      0.2,     "linear"],
  ] },
};

// biome-ignore format: one line is one row of the network
const pairs: WeightNormedPairs = {
  imageFeatures: { name: "image-features", input: [8, 8, 2], leak: LEAK, deviationOf: "channel", rows: [
    // op       kernel  stride  padding  features  gain      deviation  nonlinearity
    ["dropout", 0.05],
    ["conv",    3,      1,      1,       12,       "frozen", 1,         "leakyRelu"],
    ["conv",    3,      2,      1,       12,       "frozen", 1,         "leakyRelu"],
    ["dropout", 0.1],
    ["conv",    2,      1,      0,       10,       "frozen", 1,         "leakyRelu"],
    ["meanPool"],
  ] },
  latentFeatures: { name: "latent-features", input: [1, 1, 3], leak: LEAK, deviationOf: "channel", rows: [
    ["dropout", 0.1],
    ["conv",    1,      1,      0,       4,        "frozen", 1,         "leakyRelu"],
  ] },
  joint: { name: "joint", input: [1, 1, 14], leak: LEAK, deviationOf: "channel", rows: [
    ["dropout", 0.05],
    ["conv",    1,      1,      0,       12,       "frozen", 1,         "leakyRelu"],
    ["dropout", 0.05],
    ["conv",    1,      1,      0,       CLASSES,  "trained", 0.1,      "linear"],
  ] },
};
export const narrowJoined = { encoder: narrowPrinted.encoder, decoder: narrowPrinted.decoder, ...pairs };
