/** Numbers against printed ones: a mean, a gap, the prediction interval. */
import { summarize } from "../../harness/statistics/descriptive.ts";
import { predictionInterval } from "../../harness/statistics/prediction.ts";
import { oneSample } from "../../harness/statistics/welch.ts";
import { ONE_SAMPLE, ofNormal, WELCH } from "./levels.ts";
import { drawn } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import {
  ALPHA,
  base,
  decide,
  MARGIN,
  margin,
  numberTruths,
  outside,
  point,
  printedOf,
  runs,
  sizes,
  withEquivalence,
} from "./study.ts";

export const NUMBERS: readonly Procedure[] = [
  {
    title: "A number with its SD and n printed: TOST and difference beyond the margin, Welch",
    design: "The paper's n runs and our n runs from one population, ours shifted; margin 1 SD.",
    sizes: sizes(1, 1, 1),
    truths: numberTruths(MARGIN, "REPRODUCED"),
    level: WELCH,
    study: (population, stream, n, effect) => {
      const claim = point({ published: printedOf(drawn(population, stream, n)) });
      return [decide([claim], [runs("a", drawn(population, stream, n, effect))])[0]!.verdict];
    },
  },
  {
    title: "A number with its SD and n printed, ours of other size than the paper's ten, off by the margin",
    design: "Ten printed runs and n of ours from one population, ours shifted by the margin of 1 SD.",
    sizes: sizes(1, 1, 1),
    truths: numberTruths(MARGIN, "REPRODUCED").slice(1, 3),
    level: ofNormal(
      "Welch's t is normal theory, and close to its level from five runs an arm.",
      "Where the ns differ, the skewness that both sides share no longer cancels: with 20 runs of ours against 10 printed, REPRODUCED at a true deviation of one margin comes in about 8 of 100 studies of exponential runs, in up to 12 of more skewed ones, not in 5.",
    ),
    study: (population, stream, n, effect) => {
      const claim = point({ published: printedOf(drawn(population, stream, 10)) });
      return [decide([claim], [runs("a", drawn(population, stream, n, effect))])[0]!.verdict];
    },
  },
  {
    title: "A number printed without SD or n, taken as exact: one-sample TOST and t",
    design:
      "Our n runs against the true mean; margin 1 SD. The verdict is at most CONSISTENT; counted is whether equivalence is shown.",
    sizes: sizes(1, 1, 1),
    truths: numberTruths(MARGIN, "equivalence shown"),
    level: ONE_SAMPLE,
    study: (population, stream, n, effect) =>
      withEquivalence(decide([point({})], [runs("a", drawn(population, stream, n, effect))])[0]!),
  },
  ...(["unpaired", "paired"] as const).map(
    (design): Procedure => ({
      title: `A gap with its SD and n printed, ${design}`,
      design: `Two arms of n runs${design === "paired" ? " that share a part of variance 1 in each pair" : ""}, against the gap of the paper's n pairs; margin 1.5 SD.`,
      sizes: sizes(1, 1, 1),
      truths: numberTruths(1.5, "REPRODUCED"),
      level: WELCH,
      study: (population, stream, n, effect) => {
        const difference = () => population.draw(stream) - population.draw(stream);
        const common = design === "paired" ? drawn(population, stream, n) : new Array<number>(n).fill(0);
        const arm = (shift: number) => drawn(population, stream, n, shift).map((value, i) => value + common[i]!);
        const claim = {
          ...base,
          kind: "gap",
          id: "gap",
          arms: ["a", "b"],
          design,
          margin: { ...margin, value: 1.5 },
          published: printedOf(Array.from({ length: n }, difference)),
        } as const;
        return [decide([claim], [runs("a", arm(effect)), runs("b", arm(0))])[0]!.verdict];
      },
    }),
  ),
  {
    title: "Prediction interval of a number, which gives CONSISTENT",
    design: "The mean of the paper's n runs against the 95 % prediction interval from ours, both of one population.",
    sizes: sizes(1, 1, 1),
    truths: [
      { effect: 0, means: "no difference", falseAlarms: [{ outcomes: ["outside"], nominal: ALPHA }], power: [] },
    ],
    level: ofNormal(
      "The prediction interval is exact for normal runs.",
      "A faithful replication of modes or errors with a long tail misses CONSISTENT more often than 1 time in 20, and is then INCONCLUSIVE: the error is on the cautious side.",
    ),
    study: (population, stream, n) => {
      const { mean } = summarize(drawn(population, stream, n));
      return outside(predictionInterval(oneSample(summarize(drawn(population, stream, n))), n), mean)
        ? ["outside"]
        : [];
    },
  },
];
