/** Changes against an accepted baseline. */
import { verdictsOf } from "../../harness/compare/judge-change.ts";
import { levelOf, runsAt } from "../../harness/compare/looks.ts";
import type { Comparison } from "../../harness/compare/measure-change.ts";
import type { Quantity } from "../../harness/contract/claims.ts";
import type { Stream } from "../../harness/random/seeds.ts";
import { type Level, ofAll, ofNone } from "./levels.ts";
import { drawn, POPULATIONS, type Population } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import { ALPHA, quantity, runs, sizes } from "./study.ts";

const PAIRED: Level = {
  claims: ({ population, n, outcomes }) => population === "normal" || (n >= 10 && !outcomes.includes("any EQUIVALENT")),
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
function fourMetrics(population: Population, stream: Stream, n: number, effect: number, margin: number): Comparison[] {
  return ["a", "b", "c", "d"].map((slot) => {
    const common = drawn(population, stream, n);
    const side = (shift: number) =>
      runs(
        slot,
        drawn(population, stream, n, shift).map((value, i) => value + common[i]!),
      ).observations;
    const within = { value: margin, reason: "simulated" };
    return { slot, setting: "only", quantity, margin: within, baseline: side(0), candidate: side(effect) };
  });
}

const said = ({ verdict, each }: ReturnType<typeof verdictsOf>): string[] => [
  `whole ${verdict}`,
  ...new Set(each.map((one) => `any ${one}`)),
];

/** What the last look says: `all` runs are added from n on, until it is decided, each look at its level. */
function addedUntilDecided(all: readonly Comparison[], n: number, level: (look: number) => number): string[] {
  for (let look = 1; ; look++) {
    const some = runsAt(look, n);
    const change = verdictsOf(
      all.map((one) => ({ ...one, baseline: one.baseline.slice(0, some), candidate: one.candidate.slice(0, some) })),
      level(look),
    );
    if (change.verdict !== "INCONCLUSIVE" || look === LOOKS) return said(change);
  }
}

const MARGIN = 1.5;
/** So small that it stops no alarm: what is left is what the tests and the levels of the looks do. */
const SMALL_MARGIN = 0.1;

/** A study of runs that are added, with the levels of each look given: the test of the calibration gives others. */
export const peeking =
  (margin: number, level: (look: number) => number): Procedure["study"] =>
  (population, stream, n, effect) =>
    addedUntilDecided(fourMetrics(population, stream, runsAt(LOOKS, n), effect, margin), n, level);

/** Modes covered: nine, unless a run falls. */
const MODES: Quantity = { metric: "modes", label: "modes", unit: "modes", better: "higher", worst: 0 };
const NINE: Population = { name: "nine modes", what: "9 modes in every run that does not fall", draw: () => 9 };
/** A share within 3σ of about 0.9. */
const SHARE: Quantity = { metric: "share", label: "share", unit: "share", better: "higher", worst: 0 };
const NINETY: Population = {
  name: "normal about 0.9",
  what: "0.9 ± 0.02 in every run that does not fall",
  draw: (stream) => 0.9 + 0.02 * POPULATIONS[0]!.draw(stream),
};

/** A metric of n pairs; candidates fall to `to` as often as shifts the mean by `effect`. */
function falling(quantity: Quantity, margin: number, height: number, to = 0): Procedure["study"] {
  return (population, stream, n, effect) => {
    const baseline = drawn(population, stream, n);
    const candidate = drawn(population, stream, n).map((value) => (stream.uniform() < -effect / height ? to : value));
    const [before, after] = [baseline, candidate].map((values) => runs("a", values).observations) as [Runs, Runs];
    const within = { value: margin, reason: "simulated" };
    return said(
      verdictsOf([{ slot: "a", setting: "only", quantity, margin: within, baseline: before, candidate: after }]),
    );
  };
}
type Runs = Comparison["baseline"];

/** A uniform distribution on these values. */
const evenly = (...values: readonly number[]): Population => ({
  name: values.join(" or "),
  what: `${values.join(" or ")} modes, evenly`,
  draw: (stream) => values[stream.below(values.length)]!,
});
const JITTER = [evenly(25, 24), evenly(25, 24, 23)] as const;
const [NORMAL, , , TWO_HUMPS] = POPULATIONS as readonly [Population, Population, Population, Population];
/** Populations of recurring values although nothing changed, and a normal one, whose values do not recur. */
const FEW_PAIRS: readonly Population[] = [
  ...JITTER,
  {
    name: "nine or one",
    what: "9 modes, 1 in every third run",
    draw: (stream) => (stream.below(3) === 0 ? 1 : 9),
  },
  { ...TWO_HUMPS, name: "two humps", what: "the counts above, in modes" },
  {
    name: "normal or failed",
    what: "0.9 ± 0.02, 0 in every third run",
    draw: (stream) => (stream.below(3) === 0 ? 0 : NINETY.draw(stream)),
  },
  NORMAL,
];
const TWO_HILLS: Population = {
  name: "two hills",
  what: "0.9 ± 0.02, 0.1 ± 0.02 in every third run",
  draw: (stream) => NINETY.draw(stream) - (stream.below(3) === 0 ? 0.8 : 0),
};
/** Smaller than the spread of all these populations, so the margin prevents no false alarm. */
const TINY_MARGIN = 0.005;
const TWELVE = Array.from({ length: 12 }, (_, i) => `${i}`);
const NOTHING_CHANGED: Procedure["truths"] = [{ ...TRUTHS[0]!, power: [] }];

/** Twelve metrics of one population, `sizes` runs a side; equal replicates are pairs unless `first` separates them. */
const twelve = (
  { draw }: Pick<Population, "draw">,
  stream: Stream,
  [n, m]: readonly [number, number],
  first = 0,
): Comparison[] =>
  TWELVE.map((slot) => {
    const side = (count: number, from: number): Runs =>
      Array.from({ length: count }, (_, i) => ({ replicate: from + i, value: draw(stream), finished: true }));
    const within = { value: TINY_MARGIN, reason: "simulated" };
    return {
      slot,
      setting: "only",
      quantity: { ...MODES, worst: -100 },
      margin: within,
      baseline: side(n, 0),
      candidate: side(m, first),
    };
  });

/** Four arms of the toy with the metrics that its suite declares: two correlated counts and a share. */
function toyModes(stream: Stream, n: number): Comparison[] {
  return ["ali, fixed", "ali, random", "gan, fixed", "gan, random"].flatMap((slot) => {
    const side = () =>
      Array.from({ length: n }, () => {
        const modes = JITTER[0].draw(stream);
        return { modes, sharp: modes - stream.below(2), share: NINETY.draw(stream) };
      });
    const [before, after] = [side(), side()];
    const compared = (metric: "modes" | "sharp" | "share", value: number): Comparison => ({
      slot,
      setting: metric,
      quantity: metric === "share" ? SHARE : MODES,
      margin: { value, reason: "simulated" },
      baseline: runs(
        slot,
        before.map((run) => run[metric]),
      ).observations,
      candidate: runs(
        slot,
        after.map((run) => run[metric]),
      ).observations,
    });
    return [compared("share", 0.05), compared("sharp", 0.5), compared("modes", 0.5)];
  });
}

const SIGNS_OR_T = ofAll(
  "Where values recur sign flips and permutations alone decide, exact in any population; the t test stands in only where they do not, and is normal theory.",
);
const few = (...ns: readonly number[]) => ns.map((n) => ({ n, share: 0.5 }));

/** Runs a side that barely suffice for a margin of 1 mode and of 2 modes. */
const REACHING = { 1: 80, 2: 40 } as const;

/** Jittering counts; candidates collapse to one mode as often as shifts their mean by `effect`. */
const jittering = (margin: 1 | 2): Procedure => ({
  title: `A change of counts that jitter below their ceiling, margin ${margin === 1 ? "1 mode" : "2 modes"}: unseen falls beside TOST`,
  design: `One metric, n pairs: 25 or 24 modes, or 25, 24 or 23, evenly in each run, but candidates collapse to one mode, as often as is said. Margin ${margin}, all numbers in modes.`,
  sizes: [
    { n: 3, share: 0.5 },
    { n: 10, share: 1 },
    { n: REACHING[margin], share: 0.3 },
    { n: 2 * REACHING[margin], share: 0.2 },
  ],
  truths: fallingTruths(margin, 23.5),
  level: ofAll(
    "With no pair below the margin at most the level by Markov's inequality, and the binomial's where pairs either agree or fall; between these no population is known for which Gaffke's test is above its level.",
  ),
  populations: JITTER,
  study: falling(MODES, margin, 23.5, 1),
});

const fallingTruths = (margin: number, height: number): Procedure["truths"] => [
  {
    effect: 0,
    means: "nothing changed",
    falseAlarms: [{ outcomes: ["any REGRESSED", "any IMPROVED"], nominal: ALPHA }],
    power: ["whole EQUIVALENT"],
  },
  {
    effect: -margin,
    means: "so many fall as make the margin",
    falseAlarms: [
      { outcomes: ["any EQUIVALENT"], nominal: ALPHA },
      { outcomes: ["any IMPROVED"], nominal: ALPHA / 2 },
    ],
    power: [],
  },
  {
    effect: -height / 10,
    means: "one run in ten falls",
    falseAlarms: [{ outcomes: ["any EQUIVALENT"], nominal: ALPHA }],
    power: [],
  },
  { effect: -height / 2, means: "every second run falls", falseAlarms: [], power: ["whole REGRESSED"] },
];

export const CHANGES: readonly Procedure[] = [
  {
    title: "A change against an accepted baseline, runs of equal seeds: TOST and sign flips",
    design:
      "Baseline and candidate of n runs that share a part of variance 1 in each pair, four metrics compared together, each with a margin of 1.5 SD; counted is what any of them says, and what the whole says.",
    sizes: sizes(0.5, 0.5, 0.04),
    truths: TRUTHS,
    level: PAIRED,
    study: (population, stream, n, effect) => said(verdictsOf(fourMetrics(population, stream, n, effect, MARGIN))),
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
    study: peeking(MARGIN, levelOf),
  },
  {
    title: "Nothing changed, a margin that stops no alarm, runs added",
    design: `As above with margins of ${SMALL_MARGIN} SD: an alarm needs the estimate beyond the margin, which a wide one hardly ever lets happen, so that the tests are not tried by it. Nothing is EQUIVALENT within so little, and all ${LOOKS} looks are taken.`,
    sizes: [
      { n: 6, share: 0.5 },
      { n: 10, share: 0.5 },
    ],
    truths: [TRUTHS[0]!].map((truth) => ({ ...truth, power: [] })),
    level: PAIRED,
    study: peeking(SMALL_MARGIN, levelOf),
  },
  {
    title: "Nothing changed, few pairs: sign flips where values recur, else the t test",
    design: `Twelve metrics of n pairs, independent of each other, each with a margin of ${TINY_MARGIN}, which stops no alarm; runs are ${FEW_PAIRS.map(({ what }) => what).join("; ")}.`,
    sizes: few(2, 3, 4),
    truths: NOTHING_CHANGED,
    level: SIGNS_OR_T,
    populations: FEW_PAIRS,
    study: (population, stream, n) => said(verdictsOf(twelve(population, stream, [n, n]))),
  },
  {
    title: "Nothing changed, few runs of unequal arms that are no pairs",
    design: "As above, n runs of the baseline beside n + 2 candidates of other replicates.",
    sizes: few(2, 3, 4),
    truths: NOTHING_CHANGED,
    level: SIGNS_OR_T,
    populations: FEW_PAIRS,
    study: (population, stream, n) => said(verdictsOf(twelve(population, stream, [n, n + 2], 100))),
  },
  {
    title: "Nothing changed, few pairs, runs added until it is decided",
    design: `As above in pairs, from n on, with half as many again until the whole is decided, ${LOOKS} looks at most, each at its level of \`looks.ts\`; counted is what the last look says.`,
    sizes: few(2, 3).map(({ n }) => ({ n, share: 0.2 })),
    truths: NOTHING_CHANGED,
    level: SIGNS_OR_T,
    populations: FEW_PAIRS.slice(0, 3),
    study: (population, stream, n) => {
      const most = runsAt(LOOKS, n);
      return addedUntilDecided(twelve(population, stream, [most, most]), n, levelOf);
    },
  },
  {
    title: "Nothing changed in the twelve comparisons of toy-modes, few pairs",
    design:
      "Four arms of n pairs: 25 or 24 modes evenly, as many that are sharp or one less, and a share of 0.9 ± 0.02; the suite's margins.",
    sizes: few(2, 3, 4),
    truths: NOTHING_CHANGED,
    level: SIGNS_OR_T,
    populations: [JITTER[0]],
    study: (_, stream, n) => said(verdictsOf(toyModes(stream, n))),
  },
  {
    title: "Nothing changed, few pairs of a continuous metric with two humps: the t test",
    design: `Twelve metrics as above in pairs; runs are ${TWO_HILLS.what}.`,
    sizes: few(2, 3, 4, 6),
    truths: NOTHING_CHANGED,
    level: ofNone(
      "The t test is normal theory.",
      "Three pairs in which all runs of one side collapsed look like a change that is sure: their differences are all alike. From nine pairs on, among twelve comparisons, sign flips decide, which are exact.",
    ),
    populations: [TWO_HILLS],
    study: (population, stream, n) => said(verdictsOf(twelve(population, stream, [n, n]))),
  },
  jittering(1),
  jittering(2),
  {
    title: "A change of a count at its ceiling: a binomial beside TOST",
    design:
      "One metric, n pairs: nine modes in each run, but candidates fall to none, as often as is said. Margin half a mode, all numbers in modes.",
    sizes: [10, 60, 120].map((n) => ({ n, share: n === 10 ? 1 : 0.2 })),
    truths: fallingTruths(0.5, 9),
    level: ofAll("Exact: of n runs none, or few, fell with the probability that a binomial gives."),
    populations: [NINE],
    study: falling(MODES, 0.5, 9),
  },
  {
    title: "A change of a continuous metric that falls in few runs: TOST",
    design:
      "One metric, n pairs: a share of 0.9 ± 0.02, but candidates fall to 0, as often as is said. Margin 0.05, all numbers in shares.",
    sizes: [10, 60].map((n) => ({ n, share: n === 10 ? 1 : 0.2 })),
    truths: fallingTruths(0.05, 0.9),
    level: ofNone(
      "TOST takes the spread of the runs that were done for that of all.",
      "Where no run that was done has fallen, their spread says nothing of those that do: EQUIVALENT then means that the runs that did not fall are the same. A fall of a share of the runs is excluded at 0.05 from 3 over that share on: 30 runs for one in ten.",
    ),
    populations: [NINETY],
    study: falling(SHARE, 0.05, 0.9),
  },
];
