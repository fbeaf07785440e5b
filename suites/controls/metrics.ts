/** Columns of a run of the controls, declared once. A run has those of its kind. */
import type { Quantity } from "../../harness/contract/claims.ts";
import { METRICS as TOY, QUANTITIES as TOY_QUANTITIES } from "../toy-inference/metrics.ts";

const COLUMNS = [
  ...TOY,
  {
    key: "lossFromEquilibrium",
    unit: "nats",
    meaning:
      "mean distance of the generator's loss from 2 ln 2, its value at the equilibrium, in the curve's second half",
  },
  {
    key: "fromBayes",
    unit: "%",
    meaning: "how far the test error of a linear classifier is from the least possible one, above or below",
  },
  {
    key: "flagged",
    unit: "share",
    meaning: "1 where the harness refused the input or its verdict was not the right one, else 0",
  },
] as const;
export const METRICS = COLUMNS.map((column) => ({ ...column, optional: true as const }));
export type MetricKey = (typeof METRICS)[number]["key"];

export const QUANTITIES = {
  ...TOY_QUANTITIES,
  share3sd: { metric: "share3sd", label: "share within 3σ", unit: "share", better: "higher", worst: 0, best: 1 },
  lossFromEquilibrium: {
    metric: "lossFromEquilibrium",
    label: "loss from the equilibrium",
    unit: "nats",
    better: "lower",
    worst: null,
  },
  fromBayes: {
    metric: "fromBayes",
    label: "distance from the least possible error",
    unit: "%",
    better: "lower",
    worst: 100,
  },
  flagged: { metric: "flagged", label: "noticed by the harness", unit: "share", better: "higher", worst: 0 },
} as const satisfies Record<string, Quantity>;
