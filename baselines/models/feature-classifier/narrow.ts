/** For tests: a network with the rows' kinds of the real ones, few maps, images of 8 × 8 × 2. */
import type { ClassifierNetwork } from "./networks.ts";

const table = { leak: 0.1, pieces: 1, bias: "tied" } as const;

// biome-ignore format: one line is one row of the network
export const narrow: ClassifierNetwork = {
  features: { ...table, name: "features", input: [8, 8, 2], rows: [
    // op      kernel  stride  features  batch norm  dropout  nonlinearity
    ["conv",   4,      2,      3,        true,       0,       "leakyRelu"],
    ["conv",   2,      1,      4,        true,       0,       "leakyRelu"],
    ["conv",   2,      1,      5,        true,       0,       "leakyRelu"],
  ] },
  head: { ...table, name: "head", input: [1, 1, 5], rows: [
    ["conv",   1,      1,      3,        false,      0,       "linear"],
  ] },
};
