/** Changes against an accepted baseline. */
import { judgeChange } from "../../harness/comparing/judge-change.ts";
import { levelOf, runsAt } from "../../harness/comparing/looks.ts";
import type { Comparison } from "../../harness/comparing/measure-change.ts";
import type { Stream } from "../../harness/seeds.ts";
import type { Level } from "./levels.ts";
import { drawn, type Population } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import { ALPHA, quantity, runs, sizes } from "./study.ts";

const PAIRED: Level = {
  claims: ({ population, n, outcomes }) => population === "normal" || (n > 5 && !outcomes.includes("any EQUIVALENT")),
  theory:
    "Sign flips are exact, whatever the population; TOST, and the t test that stands in where five pairs of four metrics are out of the reach of sign flips, are normal theory. Claimed for normal runs, and for what sign flips alone say from ten pairs.",
  outside:
    "This compares two versions of the code and touches no claim of a paper; with five runs a side an EQUIVALENT of a skewed metric is weak.",
};

/** Looks of a simulated compare, at most. */
const LOOKS = 4;

const TRUTHS: Procedure["truths"] = [
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
];

/** Four metrics of n runs a side that share a part of variance 1 in each pair. */
function fourMetrics(population: Population, stream: Stream, n: number, effect: number): Comparison[] {
  return ["a", "b", "c", "d"].map((slot) => {
    const common = drawn(population, stream, n);
    const side = (shift: number) =>
      runs(
        slot,
        drawn(population, stream, n, shift).map((value, i) => value + common[i]!),
      ).observations;
    const margin = { value: 1.5, reason: "simulated" };
    return { slot, setting: "only", quantity, margin, baseline: side(0), candidate: side(effect) };
  });
}

export const CHANGES: readonly Procedure[] = [
  {
    title: "A change against an accepted baseline, runs of equal seeds: TOST and sign flips",
    design:
      "Baseline and candidate of n runs that share a part of variance 1 in each pair, four metrics compared together, each with a margin of 1.5 SD; counted is what any of them says, and what the whole says.",
    sizes: sizes(0.5, 0.5, 0.04),
    truths: TRUTHS,
    level: PAIRED,
    study: (population, stream, n, effect) => {
      const change = judgeChange(fourMetrics(population, stream, n, effect));
      return [`whole ${change.verdict}`, ...new Set(change.comparisons.map(({ verdict }) => `any ${verdict}`))];
    },
  },
  {
    title: "A change, runs added until it is decided",
    design: `As above from n runs a side, with half as many again until the whole is decided, ${LOOKS} looks at most, each at its level of \`looks.ts\`; counted is what the last look says.`,
    sizes: [
      { n: 5, share: 0.2 },
      { n: 10, share: 0.05 },
    ],
    truths: TRUTHS,
    level: PAIRED,
    study: (population, stream, n, effect) => {
      const all = fourMetrics(population, stream, runsAt(LOOKS, n), effect);
      for (let look = 1; ; look++) {
        const runs = runsAt(look, n);
        const change = judgeChange(
          all.map((one) => ({
            ...one,
            baseline: one.baseline.slice(0, runs),
            candidate: one.candidate.slice(0, runs),
          })),
          levelOf(look),
        );
        if (change.verdict !== "INCONCLUSIVE" || look === LOOKS)
          return [`whole ${change.verdict}`, ...new Set(change.comparisons.map(({ verdict }) => `any ${verdict}`))];
      }
    },
  },
];
