/** What simulated studies are made of: claims, samples, truths, and the decision on them. */
import type { PointClaim, PublishedValue, Quantity, Sample } from "../../harness/contract/claims.ts";
import type { Stream } from "../../harness/random/seeds.ts";
import { summarize } from "../../harness/statistics/descriptive.ts";
import { type Decided, decideFound, foundOn } from "../../harness/verdict/decide.ts";
import type { TestableClaim } from "../../harness/verdict/finding-of.ts";
import type { Truth } from "./procedure.ts";

export const ALPHA = 0.05;

export const sizes = (five: number, ten: number, twenty: number) => [
  { n: 5, share: five },
  { n: 10, share: ten },
  { n: 20, share: twenty },
];
export const quantity: Quantity = { metric: "score", label: "score", unit: "SD", better: "higher", worst: -100 };
export const unbounded: Quantity = { ...quantity, worst: null };
export const base = { statement: "", place: "", axis: "run", family: "main", quantity } as const;
export const published = (over: Partial<PublishedValue>): PublishedValue => ({
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
export const printedOf = (values: readonly number[]): PublishedValue => {
  const { mean, sd, n } = summarize(values);
  return published({ mean, spread: { kind: "sd", value: sd }, n });
};

export type Value = number | null;
/** Runs as a sample; null failed. */
export const runs = (arm: string, values: readonly Value[]): Sample => ({
  arm,
  reading: "only",
  planned: values.length,
  observations: values.map((value, replicate) => ({ replicate, value: value ?? Number.NaN, finished: value !== null })),
});
export const draws = (arm: string, encoders: readonly (readonly number[])[]): Sample => ({
  arm,
  reading: "only",
  planned: encoders.length,
  nesting: ["encoder", "labelDraw"],
  observations: encoders.flatMap((values, encoder) =>
    values.map((value, labelDraw) => ({ replicate: labelDraw, units: { encoder, labelDraw }, value, finished: true })),
  ),
});

/** The verdicts of claims that share a Holm family, on finished runs of the paper's profile. */
export function decide(claims: readonly TestableClaim[], samples: readonly Sample[]): Decided[] {
  return decideFound(claims.map((claim) => foundOn(claim, (arm) => samples.find((sample) => sample.arm === arm)!)));
}

export const MARGIN = 1;
export const margin = { value: MARGIN, reason: "simulated" };
export const point = (over: Partial<PointClaim>): PointClaim => ({
  ...base,
  kind: "point",
  id: "point",
  arm: "a",
  published: published({}),
  margin,
  ...over,
});
export const numberTruths = (unit: number, agreement: string): readonly Truth[] => [
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
export const orderTruths = (effect: number): readonly Truth[] => [
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
export const order = { ...base, kind: "ordering", id: "order", arms: ["a", "b"], published: null } as const;
/** Each run fails one time in five. */
export const failing = (values: readonly number[], stream: Stream): Value[] =>
  values.map((value) => (stream.uniform() < 0.2 ? null : value));
export const withEquivalence = ({ verdict, agreement }: Decided): string[] =>
  agreement <= ALPHA ? [verdict, "equivalence shown"] : [verdict];
export const outside = (interval: { low: number; high: number } | null | undefined, truth: number): boolean =>
  interval !== null && interval !== undefined && (truth < interval.low || truth > interval.high);
