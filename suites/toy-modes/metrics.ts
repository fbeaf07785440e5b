/** Columns of a run of this suite, declared once. */
export const METRICS = [
  { key: "modes", unit: "modes", meaning: "components with at least one of 10,000 samples: the paper's lenient count" },
  { key: "modes5", unit: "modes", meaning: "components with at least 5 of 10,000 samples" },
  { key: "modes20", unit: "modes", meaning: "components with at least 20 of 10,000 samples" },
  { key: "sharpModes", unit: "modes", meaning: "components with at least 20 samples within 3σ of their centre" },
  { key: "share3sd", unit: "share", meaning: "share of samples within 3σ of a centre" },
] as const;
export type MetricKey = (typeof METRICS)[number]["key"];
