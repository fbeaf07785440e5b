/** What the paper says of interpolations, as claims. */
import type { QualitativeClaim, Quantity } from "../../harness/contract/claims.ts";
import type { RegressionMetric } from "../../harness/contract/suite.ts";
import type { MetricKey } from "./metrics.ts";

export const PLACE = "figure of latent space interpolations on CelebA";

const LARGEST_STEP: Quantity<MetricKey> = {
  metric: "largestStep",
  label: "largest step of an interpolation over the mean one",
  unit: "1",
  better: "lower",
  worst: null,
};

export const CLAIMS: readonly QualitativeClaim[] = [
  {
    kind: "qualitative",
    id: "smooth-transitions",
    place: PLACE,
    axis: "run",
    family: "pictures",
    statement: "Interpolations between validation images are smooth, and what lies between is a plausible face.",
    reason: "no number is printed, and a blurred face is smooth as well; the evenness of the steps stands beside ours",
  },
];

export const REGRESSION: readonly RegressionMetric<MetricKey>[] = [
  { quantity: LARGEST_STEP, margin: { value: 0.5, reason: "half a mean step" } },
];
