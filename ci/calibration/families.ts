/** Claims that share one Holm correction. */
import { SYMMETRIC, WELCH } from "./levels.ts";
import { drawn } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import { ALPHA, decide, MARGIN, order, point, printedOf, runs, sizes } from "./study.ts";

export const FAMILIES: readonly Procedure[] = [
  {
    title: "A Holm family of four orderings, paired, all without an order",
    design: "Five arms, four of them paired with the fifth; counted is any REPRODUCED or CONTRADICTED in the family.",
    sizes: sizes(1, 1, 0.04),
    truths: [
      { effect: 0, means: "no order anywhere", falseAlarms: [{ outcomes: ["any"], nominal: ALPHA }], power: [] },
    ],
    level: SYMMETRIC,
    study: (population, stream, n) => {
      const arms = ["a", "b", "c", "d", "e"].map((arm) => runs(arm, drawn(population, stream, n)));
      const claims = arms
        .slice(0, 4)
        .map(({ arm }) => ({ ...order, id: arm, arms: [arm, "e"] as const, design: "paired" as const }));
      return decide(claims, arms).some(({ verdict }) => verdict !== "INCONCLUSIVE") ? ["any"] : [];
    },
  },
  {
    title: "A Holm family of four numbers with SD and n printed, all off by the margin",
    design:
      "Four independent numbers, each worse by its margin of 1 SD; counted is any REPRODUCED, and any CONTRADICTED.",
    sizes: sizes(1, 1, 1),
    truths: [
      {
        effect: -MARGIN,
        means: "each worse by the margin",
        falseAlarms: [
          { outcomes: ["any REPRODUCED"], nominal: ALPHA },
          { outcomes: ["any CONTRADICTED"], nominal: ALPHA },
        ],
        power: [],
      },
    ],
    level: WELCH,
    study: (population, stream, n, effect) => {
      const arms = ["a", "b", "c", "d"].map((arm) => runs(arm, drawn(population, stream, n, effect)));
      const claims = arms.map(({ arm }) => point({ id: arm, arm, published: printedOf(drawn(population, stream, n)) }));
      return [...new Set(decide(claims, arms).map(({ verdict }) => `any ${verdict}`))];
    },
  },
];
