/** Runs nested in others: the claim on either axis. */

import { hierarchicalDifference } from "../../harness/statistics/hierarchical-bootstrap.ts";
import { ONE_SAMPLE, ofAll, ofNormal } from "./levels.ts";
import { drawn, POPULATIONS } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import { ALPHA, decide, draws, MARGIN, order, orderTruths, outside, point, sizes, withEquivalence } from "./study.ts";

const ENCODERS: Procedure["sizes"] = [
  { n: 2, share: 0.2 },
  { n: 3, share: 0.2 },
  { n: 4, share: 0.2 },
  ...sizes(0.4, 0.2, 0.1),
];
/** Normal encoders suffice to test the intervals where only the spread of the draws differs. */
const NORMAL = POPULATIONS.slice(0, 1);
const COVERAGE = ofNormal(
  "Student's t on encoder means is exact, and the bootstrap interval holds it.",
  "A claim on encoders (the error of a representation over trainings) against a number without a spread of its own stands on one tail, as any number taken as exact: with five encoders of skewed errors its verdict is weak, and the bootstrap interval beside it, which decides nothing, is the safer one to read.",
);
/** `spread`: SD of a draw within its encoder, relative to the SD between encoders. */
const outerAxis = (
  title: string,
  design: string,
  spread: number,
  populations?: Procedure["populations"],
): Procedure => ({
  title,
  ...(populations && { populations }),
  design: `n encoders of 5 label draws, variance 1 between encoders and ${design}, against the true mean taken as exact; margin 1 SD. The hierarchical bootstrap interval is shown beside the t interval and decides nothing.`,
  sizes: ENCODERS,
  truths: [
    {
      effect: -MARGIN,
      means: "worse by the margin",
      falseAlarms: [
        { outcomes: ["equivalence shown"], nominal: ALPHA },
        { outcomes: ["CONTRADICTED"], nominal: ALPHA / 2 },
        { outcomes: ["t interval misses"], nominal: ALPHA },
        { outcomes: ["bootstrap interval misses"], nominal: ALPHA },
      ],
      power: [],
    },
    { effect: 0, means: "no difference", falseAlarms: [], power: ["equivalence shown"] },
  ],
  level: COVERAGE,
  study: (population, stream, n, effect) => {
    const encoders = drawn(population, stream, n, effect).map((centre) =>
      drawn(population, stream, 5).map((draw) => centre + spread * draw),
    );
    const one = decide([point({ axis: "encoder" })], [draws("a", encoders)])[0]!;
    const [estimate] = one.finding.estimates;
    return [
      ...withEquivalence(one),
      ...(outside(estimate!.interval, effect) ? ["t interval misses"] : []),
      ...(outside(estimate!.hierarchical, effect) ? ["bootstrap interval misses"] : []),
    ];
  },
});

export const NESTED: readonly Procedure[] = [
  outerAxis("Nested runs, the claim on the outer axis: encoder means", "1 between draws", 1),
  outerAxis(
    "Nested runs, the claim on the outer axis, draws that hardly differ",
    "0.0001 between draws, so that these tell nothing more",
    0.01,
    NORMAL,
  ),
  outerAxis(
    "Nested runs, the claim on the outer axis, draws that dominate",
    "25 between draws, so that encoders differ by little beside these",
    5,
    NORMAL,
  ),
  {
    title: "Nested runs, the difference of two arms on the outer axis: its bootstrap interval",
    design:
      "n encoders an arm, of 3 label draws of variance 0.0001, that of encoders being 1; no difference. The interval is shown beside the permutation test and decides nothing.",
    sizes: [2, 3, 4, 5, 10].map((n) => ({ n, share: 0.2 })),
    truths: [
      {
        effect: 0,
        means: "no difference",
        falseAlarms: [{ outcomes: ["bootstrap interval misses"], nominal: ALPHA }],
        power: [],
      },
    ],
    level: ofNormal(
      "Welch's t is close to its level and cautious in arms of few units, and the bootstrap interval holds it.",
      "",
    ),
    populations: NORMAL,
    study: (population, stream, n) => {
      const arm = () =>
        drawn(population, stream, n).map((centre) => drawn(population, stream, 3).map((draw) => centre + 0.01 * draw));
      return outside(hierarchicalDifference(arm(), arm()), 0) ? ["bootstrap interval misses"] : [];
    },
  },
  {
    title: "Nested runs, the claim on the inner axis: variance pooled within encoders",
    design:
      "Three encoders, far apart and held fixed, of n label draws each, against the mean over these encoders; margin 1 SD.",
    sizes: sizes(1, 1, 1),
    truths: [
      {
        effect: -MARGIN,
        means: "worse by the margin",
        falseAlarms: [
          { outcomes: ["equivalence shown"], nominal: ALPHA },
          { outcomes: ["CONTRADICTED"], nominal: ALPHA / 2 },
          { outcomes: ["t interval misses"], nominal: ALPHA },
        ],
        power: [],
      },
      { effect: 0, means: "no difference", falseAlarms: [], power: ["equivalence shown"] },
    ],
    level: ONE_SAMPLE,
    study: (population, stream, n, effect) => {
      const encoders = [-3, 0, 3].map((centre) => drawn(population, stream, n, centre + effect));
      const one = decide([point({ axis: "labelDraw" })], [draws("a", encoders)])[0]!;
      return [
        ...withEquivalence(one),
        ...(outside(one.finding.estimates[0]!.interval, effect) ? ["t interval misses"] : []),
      ];
    },
  },
  {
    title: "Nested runs, an ordering on the inner axis, paired: sign flips of residuals",
    design:
      "Three encoders of n label draws; the arms differ by −1, 0 and 1 SD in them, by nothing on the whole. Monte Carlo.",
    sizes: sizes(0.5, 0.1, 0.05),
    truths: orderTruths(0.75),
    level: ofAll(
      "Sign flips of residuals (ter Braak 1992): the differences are symmetric, and the residuals are stretched for the means taken out.",
    ),
    study: (population, stream, n, effect) => {
      const arm = (gap: number, shift: number) => [-1, 0, 1].map((e) => drawn(population, stream, n, gap * e + shift));
      const claim = { ...order, axis: "labelDraw", design: "paired" } as const;
      return [decide([claim], [draws("a", arm(1, effect)), draws("b", arm(0, 0))])[0]!.verdict];
    },
  },
];
