/** Rates of each verdict when the truth differs from the printed value: a CONSISTENT is weak evidence. */
import { VERDICTS_OF_RUNS } from "../../harness/contract/claims.ts";
import { ofNone } from "./levels.ts";
import { drawn } from "./populations.ts";
import type { Procedure, Truth } from "./procedure.ts";
import { decide, MARGIN, point, printedOf, runs, sizes } from "./study.ts";

const SHIFTS = [0, 0.5, 1, 2] as const;

const truths: readonly Truth[] = SHIFTS.flatMap((margins) =>
  (margins === 0 ? [0] : [-margins, margins]).map(
    (effect): Truth => ({
      effect: effect * MARGIN,
      means:
        effect === 0
          ? "no shift"
          : `${effect < 0 ? "worse" : "better"} by ${margins} ${margins === 1 ? "margin" : "margins"}`,
      falseAlarms: [],
      power: [],
      read: VERDICTS_OF_RUNS,
    }),
  ),
);

const level = ofNone(
  "These rates are to be read, not held to anything; where one has a nominal rate it is held to it above (no shift: CONTRADICTED and BETTER at most 2.5 % each; by one margin: REPRODUCED at most 5 %).",
  "",
);

export const VERDICTS_UNDER_SHIFT: readonly Procedure[] = [
  {
    title: "Every verdict on a number with its SD and n printed",
    design: "The paper's n runs and our n runs from one population, ours shifted; margin 1 SD; alone in its family.",
    sizes: sizes(1, 1, 1),
    truths,
    level,
    study: (population, stream, n, effect) => {
      const claim = point({ published: printedOf(drawn(population, stream, n)) });
      return [decide([claim], [runs("a", drawn(population, stream, n, effect))])[0]!.verdict];
    },
  },
  {
    title: "Every verdict on a number printed without SD or n",
    design: "Our n runs, shifted, against the true mean as the print; margin 1 SD; alone in its family.",
    sizes: sizes(1, 1, 1),
    truths,
    level,
    study: (population, stream, n, effect) => [
      decide([point({})], [runs("a", drawn(population, stream, n, effect))])[0]!.verdict,
    ],
  },
];
