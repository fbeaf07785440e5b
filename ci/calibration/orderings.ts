/** Orders: of two arms, with ranks where runs fail, and trends. */
import { EXCHANGEABLE, ofNone, SYMMETRIC } from "./levels.ts";
import { drawn } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import { base, decide, failing, order, orderTruths, runs, sizes, unbounded } from "./study.ts";

const UNEQUAL = ofNone(
  "Exact for equal distributions; of equal means alone the studentised test has its level in the limit of many runs (Janssen 1997; Chung and Romano 2013).",
  "Every ordering of this paper's suites is paired, so this touches none of them; an unpaired one of few runs, of which one arm spreads more, can come out on the wrong side more often than 1 time in 40, most often where runs are skewed.",
);

export const ORDERINGS: readonly Procedure[] = [
  {
    title: "An ordering, unpaired: studentised permutation",
    design: "Two arms of n runs; enumerated up to n = 10, Monte Carlo at 20.",
    sizes: sizes(1, 0.5, 0.05),
    truths: orderTruths(1),
    level: EXCHANGEABLE,
    study: (population, stream, n, effect) => [
      decide(
        [{ ...order, design: "unpaired" }],
        [runs("a", drawn(population, stream, n, effect)), runs("b", drawn(population, stream, n))],
      )[0]!.verdict,
    ],
  },
  {
    title: "An ordering, unpaired, the second arm with twice the SD",
    design:
      "As above, but equal means do not make the arms exchangeable. In arms of equal size Welch's t ranks the splits as the difference of means does, so nothing is gained by it here.",
    sizes: sizes(1, 0.5, 0.05),
    truths: orderTruths(0).slice(0, 1),
    level: UNEQUAL,
    study: (population, stream, n) => [
      decide(
        [{ ...order, design: "unpaired" }],
        [
          runs("a", drawn(population, stream, n)),
          runs(
            "b",
            drawn(population, stream, n).map((value) => 2 * value),
          ),
        ],
      )[0]!.verdict,
    ],
  },
  {
    title: "An ordering, unpaired, arms of n and 2n runs, the smaller one with twice the SD",
    design: "Equal means, unequal sizes and spreads. Enumerated at n = 5, Monte Carlo at 10.",
    sizes: [
      { n: 5, share: 1 },
      { n: 10, share: 0.2 },
    ],
    truths: orderTruths(0).slice(0, 1),
    level: UNEQUAL,
    study: (population, stream, n) => {
      const wide = drawn(population, stream, n).map((value) => 2 * value);
      const arms = [runs("a", wide), runs("b", drawn(population, stream, 2 * n))];
      return [decide([{ ...order, design: "unpaired" }], arms)[0]!.verdict];
    },
  },
  {
    title: "An ordering, paired: sign flips",
    design:
      "n pairs that share a part of variance 1; enumerated up to n = 17, Monte Carlo at 20. Five pairs cannot decide.",
    sizes: sizes(1, 1, 0.1),
    truths: orderTruths(1),
    level: SYMMETRIC,
    study: (population, stream, n, effect) => {
      const common = drawn(population, stream, n);
      const arm = (shift: number) => drawn(population, stream, n, shift).map((value, i) => value + common[i]!);
      return [decide([{ ...order, design: "paired" }], [runs("a", arm(effect)), runs("b", arm(0))])[0]!.verdict];
    },
  },
  ...(["unpaired", "paired"] as const).map(
    (design): Procedure => ({
      title: `An ordering of a metric without a bound, ${design}, where runs fail: ranks`,
      design:
        "As above; each run fails one time in five, and a failed one is the worst of all (so an arm of higher values stays above only where it fails no more often).",
      sizes: design === "paired" ? sizes(1, 1, 0.1) : sizes(1, 0.5, 0.05),
      truths: orderTruths(1),
      level: design === "paired" ? SYMMETRIC : EXCHANGEABLE,
      study: (population, stream, n, effect) => {
        const arm = (name: string, shift: number) => runs(name, failing(drawn(population, stream, n, shift), stream));
        return [decide([{ ...order, quantity: unbounded, design }], [arm("a", effect), arm("b", 0)])[0]!.verdict];
      },
    }),
  ),
  {
    title: "A trend over three arms: Jonckheere–Terpstra",
    design: "Three arms of n runs, each above the one before by the effect; enumerated at n = 4, Monte Carlo above.",
    sizes: [
      { n: 4, share: 1 },
      { n: 10, share: 0.05 },
      { n: 20, share: 0.02 },
    ],
    truths: [
      orderTruths(0)[0]!,
      { effect: 0.75, means: "each arm above the one before by 0.75 SD", falseAlarms: [], power: ["REPRODUCED"] },
    ],
    level: EXCHANGEABLE,
    study: (population, stream, n, effect) => {
      const claim = { ...base, kind: "trend", id: "trend", arms: ["a", "b", "c"], direction: "rising" } as const;
      const samples = claim.arms.map((arm, i) => runs(arm, drawn(population, stream, n, i * effect)));
      return [decide([claim], samples)[0]!.verdict];
    },
  },
];
