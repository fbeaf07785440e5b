/** Runs nested in others: the claim on either axis. */
import { drawn } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import {
  ALPHA,
  decide,
  draws,
  MARGIN,
  ONE_SAMPLE_T,
  order,
  orderTruths,
  outside,
  point,
  sizes,
  withEquivalence,
} from "./study.ts";

export const NESTED: readonly Procedure[] = [
  {
    title: "Nested runs, the claim on the outer axis: encoder means",
    design:
      "n encoders of 5 label draws, variance 1 between encoders and 1 between draws, against the true mean taken as exact; margin 1 SD. The hierarchical bootstrap interval is shown beside the t interval and decides nothing.",
    sizes: sizes(0.1, 0.06, 0.04),
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
    limit: `a percentile interval of few outer units is too short, its variance by the factor (a − 1)/a, which is why it decides nothing; and ${ONE_SAMPLE_T}`,
    study: (population, stream, n, effect) => {
      const encoders = drawn(population, stream, n, effect).map((centre) => drawn(population, stream, 5, centre));
      const one = decide([point({ axis: "encoder" })], [draws("a", encoders)])[0]!;
      const [estimate] = one.finding.estimates;
      return [
        ...withEquivalence(one),
        ...(outside(estimate!.interval, effect) ? ["t interval misses"] : []),
        ...(outside(estimate!.hierarchical, effect) ? ["bootstrap interval misses"] : []),
      ];
    },
  },
  {
    title: "Nested runs, the claim on the inner axis: variance pooled within encoders",
    design:
      "Three encoders, far apart and held fixed, of n label draws each, against the mean over these encoders; margin 1 SD.",
    sizes: sizes(0.6, 0.4, 0.4),
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
    limit: ONE_SAMPLE_T,
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
    sizes: sizes(0.4, 0.1, 0.05),
    truths: orderTruths(0.75),
    study: (population, stream, n, effect) => {
      const arm = (gap: number, shift: number) => [-1, 0, 1].map((e) => drawn(population, stream, n, gap * e + shift));
      const claim = { ...order, axis: "labelDraw", design: "paired" } as const;
      return [decide([claim], [draws("a", arm(1, effect)), draws("b", arm(0, 0))])[0]!.verdict];
    },
  },
];
