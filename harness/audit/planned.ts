/** What the paper's profile of a suite plans: its claims as the primary reading has them, and how many units each arm gets. */

import type { Claim, Quantity } from "../contract/claims.ts";
import { claimUnder, settingOf } from "../contract/readings.ts";
import type { Plan, Suite } from "../contract/suite.ts";

export interface PlannedSuite {
  readonly id: string;
  /** Id of the primary reading. */
  readonly reading: string;
  /** Number of readings, the primary one included. */
  readonly readings: number;
  /** As the primary reading has them. */
  readonly claims: readonly Claim[];
  /** Planned runs of an arm under the primary reading, whether or not their data are here; 0 where nothing plans it. */
  runs(arm: string): number;
  /** Values a run of a metric with an axis within the run; 1 for other metrics. */
  draws(quantity: Quantity): number;
}

type Planned = Pick<Suite, "id" | "claims" | "readings"> & { plan: (...given: Parameters<Suite["plan"]>) => Plan };

/** Neither the engine class nor the seed changes the number of runs that the profile "paper" plans. */
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
