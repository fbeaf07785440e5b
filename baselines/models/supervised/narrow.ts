/** For tests: networks with the rows' kinds of the real ones, few maps, images of 8 × 8 × 2. */
import type { WeightNormedTable } from "../../../harness/nn/weight-normed.ts";
import type { ClassifierNetwork } from "../weight-normed-classifier.ts";

// biome-ignore format: one line is one row of the network
const features: WeightNormedTable = { name: "features", input: [8, 8, 2], leak: 0.2, deviationOf: "channel", rows: [
  // op       kernel  stride  padding  features  gain      deviation  nonlinearity
  ["dropout", 0.2],
  ["conv",    3,      1,      1,       4,        "frozen", 1,         "leakyRelu"],
  ["conv",    3,      2,      1,       5,        "frozen", 1,         "leakyRelu"],
  ["dropout", 0.5],
  ["conv",    3,      1,      0,       6,        "frozen", 1,         "leakyRelu"],
  ["conv",    1,      1,      0,       6,        "frozen", 1,         "leakyRelu"],
  ["meanPool"],
] };
// biome-ignore format: one line is one row of the network
const head: WeightNormedTable = { name: "head", input: [1, 1, 6], leak: 0.2, deviationOf: "channel", rows: [
  ["conv",    1,      1,      0,       3,        "trained", 0.1,      "linear"],
] };

export const narrow: ClassifierNetwork = { features, head };
const kept = features.rows.map((row) => (row[0] === "dropout" ? (["dropout", 0] as const) : row));
/** With dropout rates of 0: an update is a function of state and batch alone. */
export const narrowWithoutDropout: ClassifierNetwork = { features: { ...features, rows: kept }, head };
