/** What a run reports. */
import { DRAWS, type DrawKind } from "../../harness/svm/draws.ts";

export const FEATURE_SETS = ["hidden", "top", "mean"] as const;
export type FeatureSet = (typeof FEATURE_SETS)[number];
type What = "error" | "drawSd" | "c";

const SUFFIX = { hidden: "", top: "Top", mean: "Mean" } as const satisfies Record<FeatureSet, string>;
type MetricName = `${What}${(typeof SUFFIX)[FeatureSet]}${"" | "Random"}`;

/** "error" of the primary features and draws, "errorTopRandom", … */
export const metricName = (what: What, set: FeatureSet, kind: DrawKind): MetricName =>
  `${what}${SUFFIX[set]}${kind === "at random" ? "Random" : ""}`;

const LAYERS: Readonly<Record<FeatureSet, string>> = {
  hidden: "all features",
  top: "features without the largest layer",
  mean: "the last features alone (μ)",
};
const errors = FEATURE_SETS.flatMap((set) =>
  DRAWS.flatMap((kind) => {
    const of = `${LAYERS[set]}, labels drawn ${kind === "balanced" ? "class-balanced" : "at random"}`;
    return [
      { key: metricName("error", set, kind), unit: "%", meaning: `mean test error over label draws: ${of}` },
      { key: metricName("drawSd", set, kind), unit: "%", meaning: `its SD over label draws, ddof 1: ${of}` },
      { key: metricName("c", set, kind), unit: "1", meaning: `natural logarithm of the chosen C: ${of}` },
    ];
  }),
);

export const METRICS = [
  ...errors,
  { key: "validationError", unit: "%", meaning: "mean validation error at the chosen C: all features, class-balanced" },
  {
    optional: true,
    key: "reconstructionMse",
    unit: "squared pixel value",
    meaning: "mean squared error of reconstructions of held-out images, pixels in [0, 1]",
  },
  {
    optional: true,
    key: "matchedShare",
    unit: "share",
    meaning: "that error as a share of the same reconstructions' error against other images",
  },
  {
    optional: true,
    key: "meanImageMse",
    unit: "squared pixel value",
    meaning: "the error of the mean of 500 training images, which the decoder gives before the first update",
  },
] as const;
export type MetricKey = (typeof METRICS)[number]["key"];
