/** Readings: the ways to take what a paper leaves open, as combinations of answers to declared questions. */

import type { Claim, PublishedValue } from "./claims.ts";

/** One answer to an open question, on a suite whose arms and metrics have these names. */
export interface ReadingOption<Arm extends string = string, Metric extends string = string> {
  /** Short, e.g. "fixed" or "≥ 5 samples". */
  readonly id: string;
  readonly description: string;
  /** The `setting` of the runs that this option is judged on, for all arms. In one question of a suite at most. */
  readonly setting?: string;
  /** What it adds to the setting of single arms, e.g. {vae: "unit variance"}: only their runs differ. */
  readonly armSetting?: Readonly<Partial<Record<Arm, string>>>;
  /** Metrics that are read in the place of others, e.g. {modes: "modesAtLeast5"}. */
  readonly metrics?: Readonly<Partial<Record<Metric, Metric>>>;
  /** ddof that the printed SDs were computed with; 1 when absent. */
  readonly printedDdof?: 0 | 1;
}
export interface OpenQuestion<Arm extends string = string, Metric extends string = string> {
  readonly id: string;
  /** What the paper does not say. */
  readonly question: string;
  /** The first is the primary one. */
  readonly options: readonly [ReadingOption<Arm, Metric>, ...ReadingOption<Arm, Metric>[]];
}
export interface Reading {
  readonly id: string;
  readonly description: string;
  /** The chosen option of each question, by the id of the question. */
  readonly options: Readonly<Record<string, ReadingOption>>;
}

/** The reading of a suite whose paper leaves nothing open, or whose one question has these runs. */
export function singleReading(id: string, description: string): readonly [Reading] {
  return [{ id, description, options: {} }];
}

/**
 * Every combination of the questions' options, the primary one first. A reading is named by the option of the first question and
 * by the options of the others that are not their question's first.
 */
export function crossReadings(questions: readonly [OpenQuestion, ...OpenQuestion[]]): readonly [Reading, ...Reading[]] {
  let combinations: (readonly ReadingOption[])[] = [[]];
  for (const { options } of questions)
    combinations = combinations.flatMap((chosen) => options.map((o) => [...chosen, o]));
  const readings = combinations.map((chosen): Reading => {
    const named = chosen.filter((option, i) => i === 0 || option !== questions[i]!.options[0]);
    return {
      id: named.map((option) => option.id).join(", "),
      description: named.map((option) => option.description).join("; "),
      options: Object.fromEntries(chosen.map((option, i) => [questions[i]!.id, option])),
    };
  });
  return readings as [Reading, ...Reading[]];
}

/** The `setting` of the runs of an arm under a reading. */
export function settingOf({ id, options }: Reading, arm: string): string {
  const chosen = Object.values(options);
  const base = chosen.find((option) => option.setting !== undefined)?.setting ?? id;
  return [base, ...chosen.flatMap((option) => option.armSetting?.[arm] ?? [])].join("-");
}

/** The metric that a reading takes for another: each question, in their order, may take another one for what is taken so far. */
export function metricUnder({ options }: Reading, metric: string): string {
  return Object.values(options).reduce((taken, option) => option.metrics?.[taken] ?? taken, metric);
}

/**
 * A claim under a reading: the quantity has the unit of the reading's metric, and a printed SD of ddof 0 becomes the
 * sample SD of the same n values, s = √(n / (n − 1)) · SD.
 * @param metrics units of a suite's metrics; for a metric not among them the quantity keeps its own unit
 */
export function claimUnder(
  reading: Reading,
  declared: Claim,
  metrics: readonly { readonly key: string; readonly unit: string }[] = [],
): Claim {
  const claim = inUnitTaken(reading, declared, metrics);
  if (printedDdof(reading) === 1 || !("published" in claim) || claim.published === null) return claim;
  switch (claim.kind) {
    case "point":
    case "gap":
    case "range":
      return { ...claim, published: sampleSd(claim.published) } as Claim;
    case "ordering":
      return { ...claim, published: [sampleSd(claim.published[0]), sampleSd(claim.published[1])] };
  }
}

function inUnitTaken(
  reading: Reading,
  claim: Claim,
  metrics: readonly { readonly key: string; readonly unit: string }[],
): Claim {
  if (claim.kind === "qualitative") return claim;
  const { metric, unit } = claim.quantity;
  const taken = metricUnder(reading, metric);
  const its = metrics.find(({ key }) => key === taken)?.unit ?? unit;
  return taken === metric || its === unit ? claim : { ...claim, quantity: { ...claim.quantity, unit: its } };
}

/** Bars of one, 1.96 or 3 SD scale alike; other kinds of ± hold no SD of a stated ddof. */
function sampleSd(value: PublishedValue): PublishedValue {
  const { spread, n } = value;
  if (n === null || n < 2 || !("value" in spread) || !["sd", "3sd", "1.96sd"].includes(spread.kind)) return value;
  return { ...value, spread: { ...spread, value: spread.value * Math.sqrt(n / (n - 1)) } };
}

/** ddof of the printed SDs under a reading. */
export function printedDdof({ options }: Reading): 0 | 1 {
  return Object.values(options).find((option) => option.printedDdof !== undefined)?.printedDdof ?? 1;
}
