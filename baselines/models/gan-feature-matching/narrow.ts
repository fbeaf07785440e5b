/** For tests: a generator with the rows' kinds of the real one, few maps, for images of 8 × 8 × 2. */
import type { GeneratorNetwork } from "./networks.ts";

// biome-ignore format: one line is one row of the network
export const narrowGenerator: GeneratorNetwork = {
  projection: { name: "projection", input: [1, 1, 3], leak: 0, pieces: 1, bias: "none", rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   1,      1,      20,       true,       0,       "leakyRelu"],
  ] },
  decoder: { name: "decoder", input: [2, 2, 5], leak: 0, pieces: 1, bias: "none", padding: 2, rows: [
    ["convT",  5,      2,      4,        true,       0,       "leakyRelu"],
  ] },
  image: { name: "image", input: [4, 4, 4], leak: 0, pieces: 1, bias: "tied", padding: 2, rows: [
    ["convT",  5,      2,      2,        false,      0,       "tanh"],
  ] },
};
