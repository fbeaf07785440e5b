/** What the paper says of the modes that ALI and GAN cover, as claims. */
import { published } from "../../baselines/papers/ali/published.ts";
import type { Claim, Quantity } from "../../harness/contract/claims.ts";
import type { RegressionMetric } from "../../harness/contract/suite.ts";
import type { MetricKey } from "./metrics.ts";

export const PLACE = 'section "Importance of learning inference jointly with generation"';
export const MODES = {
  metric: "modes",
  label: "modes covered",
  unit: "modes",
  better: "higher",
  worst: 0,
  best: 25,
} as const satisfies Quantity<MetricKey>;
export const ASSUMPTION =
  "toy protocol, version 1: architecture, batch and updates as in the authors' earlier mixture script";

const base = { place: PLACE, axis: "run", family: "toy-modes", assumption: ASSUMPTION, quantity: MODES } as const;
export const CLAIMS: readonly Claim<"ali" | "gan", MetricKey>[] = [
  {
    ...base,
    kind: "ordering",
    id: "ali-over-gan",
    family: "toy-modes ordering",
    statement: "ALI covers more modes than GAN.",
    arms: ["ali", "gan"],
    published: [published("toy/ali/modes"), published("toy/gan/modes")],
    design: "paired",
  },
  {
    ...base,
    kind: "point",
    id: "ali-mean",
    statement: "ALI covers 13.4 modes on average.",
    arm: "ali",
    published: published("toy/ali/modes"),
    margin: {
      value: 3.5,
      reason: "with ten printed runs, equivalence to 13.4 ± 5.8 cannot be shown below about 3.4 modes",
    },
  },
  {
    ...base,
    kind: "point",
    id: "gan-mean",
    statement: "GAN covers 10.4 modes on average.",
    arm: "gan",
    published: published("toy/gan/modes"),
    margin: {
      value: 5.5,
      reason: "with ten printed runs, equivalence to 10.4 ± 9.2 cannot be shown below about 5.3 modes",
    },
  },
  {
    ...base,
    kind: "range",
    id: "ali-range",
    statement: "ALI's ten runs cover between 8 and 25 modes.",
    arm: "ali",
    published: published("toy/ali/modes"),
  },
  {
    ...base,
    kind: "range",
    id: "gan-range",
    statement: "GAN's ten runs cover between 1 and 22 modes.",
    arm: "gan",
    published: published("toy/gan/modes"),
  },
];

/** What a changed model is judged by: the paper's count is at its ceiling in `quick`, so the sharper ones come with it. */
export const REGRESSION: readonly RegressionMetric<MetricKey>[] = [
  {
    quantity: { metric: "share3sd", label: "share within 3σ", unit: "share", better: "higher", worst: 0 },
    margin: { value: 0.05, reason: "one sample in twenty" },
  },
  {
    quantity: { metric: "sharpModes", label: "sharp modes", unit: "modes", better: "higher", worst: 0 },
    margin: { value: 0.5, reason: "half a mode on average over the runs" },
  },
  { quantity: MODES, margin: { value: 0.5, reason: "half a mode on average over the runs" } },
];
