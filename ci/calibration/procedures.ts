/** Every procedure that decides something, with what is true in a simulated study and what it must then not say. */
import type { Claim, PointClaim, PublishedValue, Quantity, Sample } from "../../harness/claims.ts";
import { judgeChange } from "../../harness/comparing/judge-change.ts";
import { type Arm, armOf } from "../../harness/judging/arm.ts";
import { adjustFamilies } from "../../harness/judging/families.ts";
import type { Finding } from "../../harness/judging/finding.ts";
import { findingOf, type TestableClaim } from "../../harness/judging/finding-of.ts";
import type { Stream } from "../../harness/seeds.ts";
import { summarize } from "../../harness/statistics/descriptive.ts";
import { predictionInterval } from "../../harness/statistics/prediction.ts";
import { oneSample } from "../../harness/statistics/welch.ts";
import { armsOf } from "../../harness/verdicts.ts";
import { drawn, type Population } from "./populations.ts";

export const ALPHA = 0.05;

/** Outcomes to count where `effect` is the truth. */
export interface Truth {
  readonly effect: number;
  readonly means: string;
  /** Outcomes that are wrong here, each set with the rate it must not exceed. */
  readonly falseAlarms: readonly { readonly outcomes: readonly string[]; readonly nominal: number }[];
  /** The outcome hoped for: its rate is the power. */
  readonly power: readonly string[];
}
export interface Procedure {
  readonly title: string;
  /** How a study is made, in one or two sentences. */
  readonly design: string;
  /** Units an arm, and the share of the studies asked for that such a cell gets: permutations take long. */
  readonly sizes: readonly { readonly n: number; readonly share: number }[];
  readonly truths: readonly Truth[];
  /** Why it may be above its nominal rate, where it is known to be. */
  readonly limit?: string;
  /** What the procedure says of one simulated study. */
  study(population: Population, stream: Stream, n: number, effect: number): readonly string[];
}

const sizes = (five: number, ten: number, twenty: number) => [
  { n: 5, share: five },
  { n: 10, share: ten },
  { n: 20, share: twenty },
];
const quantity: Quantity = { metric: "score", label: "score", unit: "SD", better: "higher", worst: -100 };
const unbounded: Quantity = { ...quantity, worst: null };
const base = { statement: "", place: "", axis: "run", family: "main", quantity } as const;
const published = (over: Partial<PublishedValue>): PublishedValue => ({
  id: "printed",
  place: "",
  unit: "SD",
  mean: 0,
  spread: { kind: "none" },
  n: null,
  axis: "run",
  ...over,
});
/** What a paper prints of these runs. */
const printedOf = (values: readonly number[]): PublishedValue => {
  const { mean, sd, n } = summarize(values);
  return published({ mean, spread: { kind: "sd", value: sd }, n });
};

type Value = number | null;
/** Runs as a sample; null failed. */
const runs = (arm: string, values: readonly Value[]): Sample => ({
  arm,
  reading: "only",
  planned: values.length,
  observations: values.map((value, replicate) => ({ replicate, value: value ?? Number.NaN, finished: value !== null })),
});
const draws = (arm: string, encoders: readonly (readonly number[])[]): Sample => ({
  arm,
  reading: "only",
  planned: encoders.flat().length,
  nesting: ["encoder", "labelDraw"],
  observations: encoders.flatMap((values, encoder) =>
    values.map((value, labelDraw) => ({ replicate: labelDraw, units: { encoder, labelDraw }, value, finished: true })),
  ),
});

interface Decided {
  readonly verdict: string;
  readonly agreement: number;
  readonly finding: Finding;
  readonly arms: readonly Arm[];
}
/** The verdicts of claims that share a Holm family, on finished runs of the paper's profile. */
function decide(claims: readonly Exclude<Claim, { kind: "qualitative" }>[], samples: readonly Sample[]): Decided[] {
  const members = claims.map((claim: TestableClaim) => {
    const arms = armsOf(claim).map((arm) =>
      armOf(samples.find((sample) => sample.arm === arm)!, claim.quantity, claim.axis),
    );
    return { family: claim.family, finding: findingOf(claim, arms), finished: true, arms };
  });
  const adjusted = adjustFamilies(members);
  return members.map((member) => {
    const { agreement, departure, size } = adjusted.get(member)!;
    const { verdict } = member.finding.decide({ agreement, departure, planningAlpha: ALPHA / size });
    return { verdict, agreement, finding: member.finding, arms: member.arms };
  });
}

const MARGIN = 1;
const margin = { value: MARGIN, reason: "simulated" };
const point = (over: Partial<PointClaim>): PointClaim => ({
  ...base,
  kind: "point",
  id: "point",
  arm: "a",
  published: published({}),
  margin,
  ...over,
});
const NUMBER_TRUTHS = (unit: number, agreement: string): readonly Truth[] => [
  {
    effect: 0,
    means: "no difference",
    falseAlarms: [
      { outcomes: ["CONTRADICTED"], nominal: ALPHA / 2 },
      { outcomes: ["BETTER"], nominal: ALPHA / 2 },
    ],
    power: [agreement],
  },
  {
    effect: -unit,
    means: "worse by the margin",
    falseAlarms: [
      { outcomes: [agreement], nominal: ALPHA },
      { outcomes: ["CONTRADICTED"], nominal: ALPHA / 2 },
    ],
    power: [],
  },
  {
    effect: unit,
    means: "better by the margin",
    falseAlarms: [
      { outcomes: [agreement], nominal: ALPHA },
      { outcomes: ["BETTER"], nominal: ALPHA / 2 },
    ],
    power: [],
  },
  { effect: -3 * unit, means: "worse by three margins", falseAlarms: [], power: ["CONTRADICTED"] },
];
const ORDER_TRUTHS = (effect: number): readonly Truth[] => [
  {
    effect: 0,
    means: "no order",
    falseAlarms: [
      { outcomes: ["REPRODUCED"], nominal: ALPHA / 2 },
      { outcomes: ["CONTRADICTED"], nominal: ALPHA / 2 },
    ],
    power: [],
  },
  { effect, means: `first arm above by ${effect} SD`, falseAlarms: [], power: ["REPRODUCED"] },
];
const order = { ...base, kind: "ordering", id: "order", arms: ["a", "b"], published: null } as const;
/** Each run fails one time in five. */
const failing = (values: readonly number[], stream: Stream): Value[] =>
  values.map((value) => (stream.uniform() < 0.2 ? null : value));
const withEquivalence = ({ verdict, agreement }: Decided): string[] =>
  agreement <= ALPHA ? [verdict, "equivalence shown"] : [verdict];
const outside = (interval: { low: number; high: number } | null | undefined, truth: number): boolean =>
  interval !== null && interval !== undefined && (truth < interval.low || truth > interval.high);

const ONE_SAMPLE_T =
  "one-sample t tests are normal theory. Under skewness the mean and its standard error are not independent, and few runs of two humps may all come from one of them: one tail is too heavy, the more so the fewer the units. Such a number is at most CONSISTENT; of five runs even that is weak.";

export const PROCEDURES: readonly Procedure[] = [
  {
    title: "A number with its SD and n printed: TOST and difference beyond the margin, Welch",
    design: "The paper's n runs and our n runs from one population, ours shifted; margin 1 SD.",
    sizes: sizes(1, 1, 1),
    truths: NUMBER_TRUTHS(MARGIN, "REPRODUCED"),
    study: (population, stream, n, effect) => {
      const claim = point({ published: printedOf(drawn(population, stream, n)) });
      return [decide([claim], [runs("a", drawn(population, stream, n, effect))])[0]!.verdict];
    },
  },
  {
    title: "A number printed without SD or n, taken as exact: one-sample TOST and t",
    design:
      "Our n runs against the true mean; margin 1 SD. The verdict is at most CONSISTENT; counted is whether equivalence is shown.",
    sizes: sizes(1, 1, 1),
    truths: NUMBER_TRUTHS(MARGIN, "equivalence shown"),
    limit: ONE_SAMPLE_T,
    study: (population, stream, n, effect) =>
      withEquivalence(decide([point({})], [runs("a", drawn(population, stream, n, effect))])[0]!),
  },
  ...(["unpaired", "paired"] as const).map(
    (design): Procedure => ({
      title: `A gap with its SD and n printed, ${design}`,
      design: `Two arms of n runs${design === "paired" ? " that share a part of variance 1 in each pair" : ""}, against the gap of the paper's n pairs; margin 1.5 SD.`,
      sizes: sizes(0.4, 0.4, 0.4),
      truths: NUMBER_TRUTHS(1.5, "REPRODUCED"),
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
    limit:
      "the interval is normal theory: too short on the side of a long tail, and where few runs come from one of two humps.",
    study: (population, stream, n) => {
      const { mean } = summarize(drawn(population, stream, n));
      return outside(predictionInterval(oneSample(summarize(drawn(population, stream, n))), n), mean)
        ? ["outside"]
        : [];
    },
  },
  {
    title: "An ordering, unpaired: permutation of the difference of means",
    design: "Two arms of n runs; enumerated up to n = 10, Monte Carlo at 20.",
    sizes: sizes(1, 0.3, 0.06),
    truths: ORDER_TRUTHS(1),
    study: (population, stream, n, effect) => [
      decide(
        [{ ...order, design: "unpaired" }],
        [runs("a", drawn(population, stream, n, effect)), runs("b", drawn(population, stream, n))],
      )[0]!.verdict,
    ],
  },
  {
    title: "An ordering, unpaired, the second arm with twice the SD",
    design: "As above, but equal means do not make the arms exchangeable: the test's own assumption is broken.",
    sizes: sizes(1, 0.2, 0.04),
    truths: ORDER_TRUTHS(0).slice(0, 1),
    limit: "a permutation test is exact for equal distributions; of unequal ones with equal means it is approximate.",
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
    title: "An ordering, paired: sign flips",
    design:
      "n pairs that share a part of variance 1; enumerated up to n = 17, Monte Carlo at 20. Five pairs cannot decide.",
    sizes: sizes(1, 1, 0.2),
    truths: ORDER_TRUTHS(1),
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
      sizes: design === "paired" ? sizes(1, 1, 0.1) : sizes(1, 0.2, 0.05),
      truths: ORDER_TRUTHS(1),
      study: (population, stream, n, effect) => {
        const arm = (name: string, shift: number) => runs(name, failing(drawn(population, stream, n, shift), stream));
        return [decide([{ ...order, quantity: unbounded, design }], [arm("a", effect), arm("b", 0)])[0]!.verdict];
      },
    }),
  ),
  {
    title: "A trend over three arms: Jonckheere–Terpstra",
    design: "Three arms of n runs, each above the one before by the effect; Monte Carlo.",
    sizes: sizes(0.05, 0.03, 0.02),
    truths: [
      ORDER_TRUTHS(0)[0]!,
      { effect: 0.75, means: "each arm above the one before by 0.75 SD", falseAlarms: [], power: ["REPRODUCED"] },
    ],
    study: (population, stream, n, effect) => {
      const claim = { ...base, kind: "trend", id: "trend", arms: ["a", "b", "c"], direction: "rising" } as const;
      const samples = claim.arms.map((arm, i) => runs(arm, drawn(population, stream, n, i * effect)));
      return [decide([claim], samples)[0]!.verdict];
    },
  },
  {
    title: "A printed range: each extreme in the bootstrap interval of ours",
    design:
      "The paper's n runs and our n runs. It can agree or not decide, and has no nominal rate: agreement with a shifted population is a weakness to know, not an error rate that is promised.",
    sizes: sizes(0.4, 0.4, 0.4),
    truths: [
      { effect: 0, means: "no difference", falseAlarms: [], power: ["CONSISTENT"] },
      { effect: 2, means: "ours shifted by 2 SD", falseAlarms: [], power: ["CONSISTENT"] },
    ],
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
  {
    title: "A Holm family of four orderings, paired, all without an order",
    design: "Five arms, four of them paired with the fifth; counted is any REPRODUCED or CONTRADICTED in the family.",
    sizes: sizes(0.6, 0.4, 0.04),
    truths: [
      { effect: 0, means: "no order anywhere", falseAlarms: [{ outcomes: ["any"], nominal: ALPHA }], power: [] },
    ],
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
    sizes: sizes(0.4, 0.4, 0.4),
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
    study: (population, stream, n, effect) => {
      const arms = ["a", "b", "c", "d"].map((arm) => runs(arm, drawn(population, stream, n, effect)));
      const claims = arms.map(({ arm }) => point({ id: arm, arm, published: printedOf(drawn(population, stream, n)) }));
      return [...new Set(decide(claims, arms).map(({ verdict }) => `any ${verdict}`))];
    },
  },
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
    truths: ORDER_TRUTHS(0.75),
    study: (population, stream, n, effect) => {
      const arm = (gap: number, shift: number) => [-1, 0, 1].map((e) => drawn(population, stream, n, gap * e + shift));
      const claim = { ...order, axis: "labelDraw", design: "paired" } as const;
      return [decide([claim], [draws("a", arm(1, effect)), draws("b", arm(0, 0))])[0]!.verdict];
    },
  },
  {
    title: "A change against an accepted baseline, runs of equal seeds: TOST and sign flips",
    design:
      "Baseline and candidate of n runs that share a part of variance 1 in each pair, four metrics compared together, each with a margin of 1.5 SD; counted is what any of them says, and what the whole says.",
    sizes: sizes(0.1, 0.1, 0.04),
    truths: [
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
    ],
    limit: ONE_SAMPLE_T,
    study: (population, stream, n, effect) => {
      const comparisons = ["a", "b", "c", "d"].map((slot) => {
        const common = drawn(population, stream, n);
        const side = (shift: number) =>
          runs(
            slot,
            drawn(population, stream, n, shift).map((value, i) => value + common[i]!),
          ).observations;
        const margin = { value: 1.5, reason: "simulated" };
        return { slot, setting: "only", quantity, margin, baseline: side(0), candidate: side(effect) };
      });
      const change = judgeChange(comparisons);
      return [`whole ${change.verdict}`, ...new Set(change.comparisons.map(({ verdict }) => `any ${verdict}`))];
    },
  },
];
