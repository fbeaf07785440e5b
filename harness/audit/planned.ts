/** The paper's profile of a suite: its claims under the primary reading, and the number of units of each arm. */

import type { Claim, Quantity } from "../contract/claims.ts";
import { claimUnder, settingOf } from "../contract/readings.ts";
import type { Plan, Suite } from "../contract/suite.ts";

export interface PlannedSuite {
  readonly id: string;
  /** Id of the primary reading. */
  readonly reading: string;
  /** Number of readings, the primary one included. */
  readonly readings: number;
  /** Claims under the primary reading. */
  readonly claims: readonly Claim[];
  /** Planned runs of an arm under the primary reading, including runs whose data are missing here; 0 without a plan. */
  runs(arm: string): number;
  /** Values a run of a metric with an axis within the run; 1 for other metrics. */
  draws(quantity: Quantity): number;
}

type Planned = Pick<Suite, "id" | "claims" | "readings"> & { plan: (...given: Parameters<Suite["plan"]>) => Plan };

/** The engine class and the seed do not change the number of runs in the profile "paper". */
export function plannedSuite(suite: Planned): PlannedSuite {
  const [primary] = suite.readings;
  const { runs, missing = [], draws = 1 } = suite.plan("paper", "tensorflow-cpu", { rootSeed: "audit" });
  const planned = [...runs.map((spec) => ({ ...spec, runs: 1 })), ...missing.flatMap(({ leftOut }) => leftOut)];
  return {
    id: suite.id,
    reading: primary.id,
    readings: suite.readings.length,
    claims: suite.claims.map((claim) => claimUnder(primary, claim)),
    runs: (arm) =>
      planned
        .filter(({ model, setting }) => model === arm && setting === settingOf(primary, arm))
        .reduce((sum, one) => sum + one.runs, 0),
    draws: ({ nesting }) => (nesting ? draws : 1),
  };
}
