/** Changes against an accepted baseline. */
import { judgeChange } from "../../harness/comparing/judge-change.ts";
import type { Level } from "./levels.ts";
import { drawn } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import { ALPHA, quantity, runs, sizes } from "./study.ts";

const PAIRED: Level = {
  claims: ({ population, n, outcomes }) => population === "normal" || (n > 5 && !outcomes.includes("any EQUIVALENT")),
  theory:
    "Sign flips are exact, whatever the population; TOST, and the t test that stands in where five pairs of four metrics are out of the reach of sign flips, are normal theory. Claimed for normal runs, and for what sign flips alone say from ten pairs.",
  outside:
    "This compares two versions of the code and touches no claim of a paper; with five runs a side an EQUIVALENT of a skewed metric is weak.",
};

export const CHANGES: readonly Procedure[] = [
  {
    title: "A change against an accepted baseline, runs of equal seeds: TOST and sign flips",
    design:
      "Baseline and candidate of n runs that share a part of variance 1 in each pair, four metrics compared together, each with a margin of 1.5 SD; counted is what any of them says, and what the whole says.",
    sizes: sizes(0.5, 0.5, 0.04),
    truths: [
      {
        effect: 0,
        means: "nothing changed",
        falseAlarms: [{ outcomes: ["any REGRESSED", "any IMPROVED"], nominal: ALPHA }],
        power: ["whole EQUIVALENT"],
      },
      {
        effect: -1.5,
        means: "each worse by the margin",
        falseAlarms: [
          { outcomes: ["any EQUIVALENT"], nominal: ALPHA },
          { outcomes: ["any IMPROVED"], nominal: ALPHA / 2 },
        ],
        power: [],
      },
      { effect: -4.5, means: "each worse by three margins", falseAlarms: [], power: ["whole REGRESSED"] },
    ],
    level: PAIRED,
    study: (population, stream, n, effect) => {
      const comparisons = ["a", "b", "c", "d"].map((slot) => {
        const common = drawn(population, stream, n);
        const side = (shift: number) =>
          runs(
            slot,
            drawn(population, stream, n, shift).map((value, i) => value + common[i]!),
          ).observations;
        const margin = { value: 1.5, reason: "simulated" };
        return { slot, setting: "only", quantity, margin, baseline: side(0), candidate: side(effect) };
      });
      const change = judgeChange(comparisons);
      return [`whole ${change.verdict}`, ...new Set(change.comparisons.map(({ verdict }) => `any ${verdict}`))];
    },
  },
];
