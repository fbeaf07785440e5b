/** For tests: networks with the rows' kinds of the real ones, few maps, images of 6 × 6 × 2. */
import type { CatganNetworks } from "./networks.ts";

// biome-ignore format: one line is one row of the network
export const narrowCatgan: CatganNetworks = {
  discriminator: { name: "discriminator", input: [6, 6, 2], leak: 0.1, noise: 0.3, rows: [
    // op        kernel  border   features  normed  bias   nonlinearity
    ["conv",     3,      "same",  4,        true,   true,  "leakyRelu"],
    ["maxPool",                             false],
    ["dropout",  0.2],
    ["conv",     3,      "valid", 5,        true,   true,  "leakyRelu"],
    ["conv",     1,      "valid", 3,        false,  true,  "linear"],
    ["meanPool", 1,                         false,  false],
  ] },
  projection: { name: "projection", input: [1, 1, 3], leak: 0.1, pieces: 1, bias: "none", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   1,      1,      36,       true,       0,       "leakyRelu"],
  ] },
  decoder: { name: "decoder", input: [3, 3, 4], leak: 0.1, pieces: 1, bias: "tied", padding: 2, rows: [
    ["convT",  5,      2,      4,        true,       0,       "leakyRelu"],
    ["conv",   5,      1,      2,        false,      0,       "tanh"],
  ] },
};
