/** The paper's theory by numbers: optima found by search, descent and enumeration, against what is proved of them. */
import { z } from "zod";
import type { ProtocolField, RegressionMetric, Suite } from "../../harness/contract/suite.ts";
import { defineSuite } from "../../harness/plan/define-suite.ts";
import { CHECKS, type CheckId } from "./checks.ts";
import { CLAIMS } from "./claims.ts";
import { type Formulas, PAPER } from "./formulas.ts";
import { METRICS, type MetricKey } from "./metrics.ts";

const REPLICATES = 10;
const IDS = Object.keys(CHECKS) as CheckId[];
const ARMS = Object.fromEntries(IDS.map((id) => [id, { version: 1 }])) as Record<CheckId, { readonly version: number }>;

/** The suite with the paper's formulas, or with others to see that it tells. */
export function theory(formulas: Formulas): Suite {
  return defineSuite({
    file: import.meta.filename,
    id: "theory",
    title: "Theory of the value function on exact densities",
    version: 1,
    place: "theory of the value function",
    settings: z.strictObject({}),
    arms: ARMS,
    metrics: METRICS,
    claims: CLAIMS,
    reading: { id: "exact", description: "densities in closed form, no training and no samples" },
    regression: REGRESSION,
    protocol: () => PROTOCOL,
    literal: true,
    usesPapersData: () => true,
    plan: ({ replicates = REPLICATES }) => ({
      runs: Array.from({ length: replicates }, (_, replicate) =>
        IDS.map((arm) => ({ arm, setting: "exact", replicate, updates: 0, settings: {} })),
      ).flat(),
      scope:
        "The identities speak of mathematics, not of a training: every profile is the whole check, and no network, data or engine enters it. It cannot show that a trained model comes near these optima.",
    }),
    run: async (_settings, { seed }, { arm }) => ({
      metrics: CHECKS[arm](formulas, seed("joints")),
      curve: {},
      arrays: {},
    }),
    figures: () => [],
  });
}

const PROTOCOL: readonly ProtocolField[] = [
  {
    field: "Joints to check the theory on",
    paper: "proofs, no numbers",
    code: null,
    ours: "random joints on 4 × 5 points with four kinds of support, Gaussian joints of one-dimensional x and z, uniform couplings, all maps between four points",
    why: "small enough for exact sums and enumeration; ten random draws a kind",
  },
];

/** Every identity, within its own tolerance. */
const REGRESSION: readonly RegressionMetric<MetricKey>[] = CLAIMS.flatMap((claim) =>
  claim.kind === "identity"
    ? [{ quantity: claim.quantity, margin: { value: claim.tolerance, reason: "the claim's own tolerance" } }]
    : [],
);

export const theorySuite = theory(PAPER);
