/** Printed extremes. */
import { ofAll } from "./levels.ts";
import { drawn } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import { base, decide, published, runs, sizes } from "./study.ts";

export const RANGES: readonly Procedure[] = [
  {
    title: "A printed range: each extreme in the bootstrap interval of ours",
    design:
      "The paper's n runs and our n runs. It can agree or not decide, and has no nominal rate: agreement with a shifted population is a weakness to know, not an error rate that is promised.",
    sizes: sizes(1, 1, 1),
    truths: [
      { effect: 0, means: "no difference", falseAlarms: [], power: ["CONSISTENT"] },
      { effect: 2, means: "ours shifted by 2 SD", falseAlarms: [], power: ["CONSISTENT"] },
    ],
    level: ofAll("No level is promised, so none can be exceeded."),
    study: (population, stream, n, effect) => {
      const paper = drawn(population, stream, n);
      const range = { min: Math.min(...paper), max: Math.max(...paper), n };
      const claim = {
        ...base,
        kind: "range",
        id: "range",
        arm: "a",
        published: { ...published({}), ...range },
      } as const;
      return [decide([claim], [runs("a", drawn(population, stream, n, effect))])[0]!.verdict];
    },
  },
];
