/** The paper's theory by numbers: optima found by search, descent and enumeration, against what is proved of them. */

import { singleReading } from "../../harness/contract/readings.ts";
import type { RunSpec } from "../../harness/contract/run.ts";
import type { ProtocolField, RegressionMetric, Suite } from "../../harness/contract/suite.ts";
import { CHECKS, type CheckId } from "./checks.ts";
import { CLAIMS } from "./claims.ts";
import { type Formulas, PAPER } from "./formulas.ts";
import { METRICS } from "./metrics.ts";

const VERSION = 1;
const REPLICATES = 10;
const IDS = Object.keys(CHECKS) as CheckId[];

/** The suite with the paper's formulas, or with others to see that it tells. */
export function theory(formulas: Formulas): Suite {
  return {
    id: "theory",
    title: "Theory of the value function on exact densities",
    version: VERSION,
    place: "theory of the value function",
    claims: CLAIMS,
    readings: singleReading("exact", "densities in closed form, no training and no samples"),
    readingAxes: [],
    protocol: () => PROTOCOL,
    regression: REGRESSION,
    metrics: METRICS,
    literal: true,
    usesPapersData: () => true,
    plan: (_profile, _engineClass, { replicates = REPLICATES }) => ({
      profile: "paper",
      budget: "paper",
      runs: Array.from({ length: replicates }, (_, replicate) => IDS.map((id) => specOf(id, replicate))).flat(),
      scope:
        "The identities speak of mathematics, not of a training: every profile is the whole check, and no network, data or engine enters it. It cannot show that a trained model comes near these optima.",
    }),
    run: async (spec, { seed }) => ({
      metrics: CHECKS[spec.model as CheckId](formulas, seed("joints")),
      curve: {},
      arrays: {},
    }),
    figures: () => [],
  };
}

function specOf(id: CheckId, replicate: number): RunSpec {
  return {
    suite: "theory",
    suiteVersion: VERSION,
    profile: "paper",
    budget: "paper",
    model: id,
    modelVersion: 1,
    setting: "exact",
    replicate,
    path: `theory/paper/${id}/exact/replicate=${replicate}`,
    updates: 0,
    settings: {},
    dataSha256: "none",
  };
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
const REGRESSION: readonly RegressionMetric[] = CLAIMS.flatMap((claim) =>
  claim.kind === "identity"
    ? [{ quantity: claim.quantity, margin: { value: claim.tolerance, reason: "the claim's own tolerance" } }]
    : [],
);

export const theorySuite = theory(PAPER);
