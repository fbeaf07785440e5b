/** The Γ model's network for CIFAR10, "Conv-Large", row for row (Rasmus et al. 2015; CuriousAI/ladder, README and ladder.py). */
import type { NoisyNormedTable } from "../../../harness/nn/noisy-normed.ts";

/** The maps' width times √3: ladder.py's f_pool. Batch norm takes it out, the denoising cost does not. */
const POOLED_SCALE = 6 * Math.sqrt(3);

// biome-ignore format: one line is one row of the network
export const convLarge: NoisyNormedTable = { name: "encoder", input: [32, 32, 3], leak: 0.1, noise: 0.3, rows: [
  // op        kernel  border   features  normed  bias   nonlinearity
  ["conv",     3,      "valid", 96,       true,   true,  "leakyRelu"],
  ["conv",     3,      "full",  96,       true,   true,  "leakyRelu"],
  ["conv",     3,      "full",  96,       true,   true,  "leakyRelu"],
  ["maxPool",                             true],
  ["conv",     3,      "valid", 192,      true,   true,  "leakyRelu"],
  ["conv",     3,      "full",  192,      true,   true,  "leakyRelu"],
  ["conv",     3,      "valid", 192,      true,   true,  "leakyRelu"],
  ["maxPool",                             true],
  ["conv",     3,      "valid", 192,      true,   true,  "leakyRelu"],
  ["conv",     1,      "valid", 192,      true,   true,  "leakyRelu"],
  ["conv",     1,      "valid", 10,       true,   true,  "leakyRelu"],
  ["meanPool", POOLED_SCALE,              true,   true],
] };
