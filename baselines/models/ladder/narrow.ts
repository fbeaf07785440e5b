/** For tests: a network with the rows' kinds of the real one, few maps, images of 7 × 7 × 2. */
import type { NoisyNormedTable } from "../../../harness/nn/noisy-normed.ts";

// biome-ignore format: one line is one row of the network
export const narrowLadder: NoisyNormedTable = { name: "encoder", input: [7, 7, 2], leak: 0.1, noise: 0.3, rows: [
  // op        kernel  border   features  normed  bias   nonlinearity
  ["conv",     3,      "valid", 4,        true,   true,  "leakyRelu"],
  ["conv",     3,      "full",  4,        true,   true,  "leakyRelu"],
  ["maxPool",                             true],
  ["conv",     3,      "valid", 5,        true,   true,  "leakyRelu"],
  ["conv",     1,      "valid", 3,        true,   true,  "leakyRelu"],
  ["meanPool", 2 * Math.sqrt(3),          true,   true],
] };
