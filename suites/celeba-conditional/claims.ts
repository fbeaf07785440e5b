/** What the paper says of conditional generation, as claims. */
import type { QualitativeClaim, Quantity } from "../../harness/contract/claims.ts";
import type { RegressionMetric } from "../../harness/contract/suite.ts";
import type { MetricKey } from "./metrics.ts";

export const PLACE = "figure of conditional generation on CelebA";

export const EFFECT: Quantity<MetricKey> = {
  metric: "attributeEffect",
  label: "effect of the attributes beside that of z",
  unit: "share",
  better: "higher",
  worst: 0,
};

export const CLAIMS: readonly QualitativeClaim[] = [
  {
    kind: "qualitative",
    id: "attributes-change-the-face",
    place: PLACE,
    axis: "run",
    family: "pictures",
    statement: "With z fixed, the face changes as the attributes of rows I to IV and columns a to l say.",
    reason:
      "a picture has no number; how much the attributes change, and whether the decoder uses them, stand beside it",
  },
];

export const REGRESSION: readonly RegressionMetric<MetricKey>[] = [
  { quantity: EFFECT, margin: { value: 0.1, reason: "a tenth of what another code changes" } },
];
