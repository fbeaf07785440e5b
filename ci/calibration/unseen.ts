/** Numbers whose units agree or jitter below a bound while rare units collapse, unseen in the spread. */
import type { Quantity } from "../../harness/contract/claims.ts";
import type { Stream } from "../../harness/random/seeds.ts";
import { ofAll } from "./levels.ts";
import { drawn, type Population } from "./populations.ts";
import type { Procedure, Truth } from "./procedure.ts";
import { ALPHA, decide, point, printedOf, published, runs, withEquivalence } from "./study.ts";

const MODES: Quantity = { metric: "modes", label: "modes", unit: "modes", better: "higher", worst: 0, best: 25 };
/** Modes that a collapsed run covers. */
const COLLAPSED = 1;

/** Equally likely numbers of modes. */
const either = (...modes: readonly number[]): Population => ({
  name: modes.join(" or "),
  what: `${modes.join(" or ")} modes, each as likely`,
  draw: (stream) => modes[Math.floor(stream.uniform() * modes.length)]!,
});
const SOUND: readonly Population[] = [
  { name: "25 modes", what: "25 modes in every sound run", draw: () => 25 },
  either(25, 24),
  either(25, 24, 23),
  either(25, 24, 23, 22, 21),
];
const meanOf = ({ name }: Population): number => {
  const modes = name.split(" or ").map((word) => Number.parseInt(word, 10));
  return modes.reduce((sum, one) => sum + one, 0) / modes.length;
};

/** Runs that collapse as often as shifts the mean by `effect` ≤ 0. */
function collapsing(population: Population, stream: Stream, n: number, effect: number): number[] {
  const share = -effect / (meanOf(population) - COLLAPSED);
  return drawn(population, stream, n).map((value) => (stream.uniform() < share ? COLLAPSED : value));
}

/** One run in ten collapses if sound runs have 25 modes (24 above a collapsed run); slightly more otherwise. */
const ONE_IN_TEN = -2.4;
const truths = (margin: number, equivalent: string): readonly Truth[] => [
  {
    effect: 0,
    means: "none collapses",
    falseAlarms: [
      { outcomes: ["CONTRADICTED"], nominal: ALPHA / 2 },
      { outcomes: ["BETTER"], nominal: ALPHA / 2 },
    ],
    power: [equivalent],
  },
  ...[
    { effect: -margin, means: "so many collapse as make the margin" },
    { effect: ONE_IN_TEN, means: "one run in ten collapses" },
  ].map((truth) => ({
    ...truth,
    falseAlarms: [
      { outcomes: [equivalent], nominal: ALPHA },
      { outcomes: ["BETTER"], nominal: ALPHA / 2 },
    ],
    power: [],
  })),
];

const EXACT = ofAll(
  "Exact: of n runs none, or few, collapsed with the probability that a binomial gives, and the jitter of the others is small beside a collapse.",
);
const within = (value: number) => ({ value, reason: "simulated" });

/** Runs of 24 modes, of which this share has 25. */
const nearly = (share: number): Population => ({
  name: `24 modes, 25 in ${100 * share} of 100`,
  what: `24 modes, 25 in ${100 * share} of 100 runs`,
  draw: (stream) => (stream.uniform() < share ? 25 : 24),
});
const NEARLY = new Map([0.05, 0.1, 0.5].map((share) => [nearly(share), 24 + share]));

export const UNSEEN: readonly Procedure[] = [
  {
    title: "A number printed without SD, counts at their bound of which few collapse: a binomial beside TOST",
    design:
      "n runs against the mean of sound ones, taken as exact: 25 modes, 25 or 24, 25 to 23 or 25 to 21, but 1 mode as often as is said. Margin half a mode, all numbers in modes.",
    sizes: [5, 10, 20, 160].map((n) => ({ n, share: n === 160 ? 0.2 : 1 })),
    truths: truths(0.5, "equivalence shown"),
    level: EXACT,
    populations: SOUND,
    study: (population, stream, n, effect) => {
      const claim = { quantity: MODES, margin: within(0.5), published: published({ mean: meanOf(population) }) };
      return withEquivalence(decide([point(claim)], [runs("a", collapsing(population, stream, n, effect))])[0]!);
    },
  },
  {
    title: "A number printed with its SD and n, counts at their bound of which few collapse: a binomial beside TOST",
    design:
      "As above, but against ten printed runs of which none collapses in truth, with their SD. Margin two modes, all numbers in modes.",
    sizes: [5, 10, 20, 40].map((n) => ({ n, share: n === 40 ? 0.2 : 1 })),
    truths: truths(2, "REPRODUCED"),
    level: EXACT,
    populations: SOUND,
    study: (population, stream, n, effect) => {
      const claim = { quantity: MODES, margin: within(2), published: printedOf(drawn(population, stream, 10)) };
      return [decide([point(claim)], [runs("a", collapsing(population, stream, n, effect))])[0]!.verdict];
    },
  },
  {
    title: "A number printed with its SD and n, of whose ten runs few collapse: a binomial beside TOST",
    design: "As above, but ours never collapse, and of the printed runs as many do as is said.",
    sizes: [5, 10, 20].map((n) => ({ n, share: 1 })),
    truths: truths(2, "REPRODUCED")
      .slice(1)
      .map((truth) => ({ ...truth, falseAlarms: truth.falseAlarms.slice(0, 1) })),
    level: EXACT,
    populations: SOUND,
    study: (population, stream, n, effect) => {
      const paper = printedOf(collapsing(population, stream, 10, effect));
      const claim = { quantity: MODES, margin: within(2), published: paper };
      return [decide([point(claim)], [runs("a", drawn(population, stream, n))])[0]!.verdict];
    },
  },
  {
    title: "A number taken as exact, counts that are nearly all equal: a binomial beside t",
    design:
      "n runs of 24 modes, or of 25 as often as the population says, against a printed mean that is above theirs by the margin of 0.3 modes.",
    sizes: [5, 10, 20].map((n) => ({ n, share: 1 })),
    truths: [
      {
        effect: -0.3,
        means: "worse by the margin",
        falseAlarms: [
          { outcomes: ["equivalence shown"], nominal: ALPHA },
          { outcomes: ["CONTRADICTED"], nominal: ALPHA / 2 },
        ],
        power: [],
      },
      { effect: -5, means: "worse by five modes", falseAlarms: [], power: ["CONTRADICTED"] },
    ],
    level: EXACT,
    populations: [...NEARLY.keys()],
    study: (population, stream, n, effect) => {
      const printed = published({ mean: NEARLY.get(population)! - effect });
      const claim = { quantity: { ...MODES, best: 30 }, margin: within(0.3), published: printed };
      return withEquivalence(decide([point(claim)], [runs("a", drawn(population, stream, n))])[0]!);
    },
  },
];
