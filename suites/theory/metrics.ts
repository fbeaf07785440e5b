/** Columns of a run of this suite, declared once. A run has those of its kind. */
const COLUMNS = [
  { key: "discriminatorError", unit: "", meaning: "largest |D − D*| over the points, D found by search on V" },
  { key: "valueError", unit: "nats", meaning: "|V − (2·JSD − 2 log 2)| at the D found by search" },
  { key: "jointError", unit: "", meaning: "largest |p(x,z) − q(x,z)| after descent of the generator" },
  { key: "marginalError", unit: "", meaning: "largest difference of a marginal of p from that of q" },
  { key: "conditionalError", unit: "", meaning: "largest difference of p(z|x) or p(x|z) from that of q" },
  { key: "excess", unit: "nats", meaning: "V above −2 log 2 with marginals alike and conditionals not" },
  { key: "excessRatio", unit: "", meaning: "that excess over 2·JSD in closed form" },
  { key: "violations", unit: "pairs", meaning: "optimal pairs that do not invert each other, of all 65,536" },
  { key: "optimalPairs", unit: "pairs", meaning: "pairs of encoder and decoder at the optimum, of all 65,536" },
  { key: "optimalRatio", unit: "", meaning: "optimal pairs over the number of inverse pairs by counting" },
] as const;
export const METRICS = COLUMNS.map((column) => ({ ...column, optional: true as const }));
export type MetricKey = (typeof METRICS)[number]["key"];
