/** The values of one arm on its claim's axis, with failed runs counted as the worst that the metric allows. */
import type { Estimate, Observation, Quantity, Sample } from "../contract/claims.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { estimate, summarize } from "../statistics/descriptive.ts";
import { hierarchicalBootstrap } from "../statistics/hierarchical-bootstrap.ts";
import { type Contrast, contrastInterval, errorTerm } from "../statistics/welch.ts";
import {
  averagedTo,
  failedThroughout,
  type Nested,
  nestedOf,
  outerUnits,
  placesWithin,
  showPlace,
  type Units,
  unitsOn,
} from "./axes.ts";

export interface Arm extends Units {
  readonly name: string;
  /** The claim's axis. */
  readonly axis: string;
  /** Every observation, in its place. */
  readonly observed: Nested;
  /** Measured units of the outermost axis, including failed ones. */
  readonly runs: number;
  /** Runs with a failed observation. */
  readonly failed: number;
  /** Some value is infinite: there is no mean, and tests are on ranks. */
  readonly unbounded: boolean;
}

function countedValue({ finished, value, replicate }: Observation, quantity: Quantity, sample: Sample): number {
  if (!finished) return quantity.worst ?? (quantity.better === "higher" ? -Infinity : Infinity);
  if (Number.isFinite(value)) return value;
  throw new HarnessError(
    `Replicate ${replicate} of "${sample.arm}" (reading "${sample.reading}") finished with ${quantity.metric} = ${value}; ` +
      "a finished run needs a finite value. Mark the run as diverged.",
    EXIT.cannotJudge,
  );
}

/** Throws if a unit occurs twice, there are more runs than planned, or a finished run has no finite value. */
export function armOf(sample: Sample, quantity: Quantity, axis: string): Arm {
  return armsFrom([sample], quantity, axis)[0]!;
}

/**
 * The arms of one claim, each from its sample. A run that failed as a whole has the worst value at every place where
 * the finished runs of its arm were measured, or if none finished, at every place of the other arms. Throws as `armOf`.
 */
export function armsFrom(samples: readonly Sample[], quantity: Quantity, axis: string): Arm[] {
  const placed = samples.map((sample) => {
    const nested = nestedOf(sample, axis, (observation) => countedValue(observation, quantity, sample));
    const runs = outerUnits(nested);
    if (runs.size > sample.planned)
      throw new HarnessError(
        `${runs.size} runs in sample "${sample.arm}", reading "${sample.reading}", but ${sample.planned} planned. ` +
          "Judge the planned runs, or plan more.",
        EXIT.cannotJudge,
      );
    const [finished, failed] = [true, false].map((state) =>
      outerUnits({ placed: nested.placed.filter((_, i) => sample.observations[i]!.finished === state) }),
    ) as [ReadonlySet<number>, ReadonlySet<number>];
    const within = placesWithin(nested, (run) => finished.has(run));
    return { sample, nested, runs, finished, failed, within };
  });
  return placed.map((one) => {
    const { sample, nested, runs, finished, failed } = one;
    const alike = placed.filter(({ nested: { axes } }) => axes.join() === nested.axes.join());
    const measured = [one, ...alike].find(({ within }) => within.length > 0);
    const whole = new Set([...failed].filter((run) => !finished.has(run)));
    const observed = failedThroughout(nested, whole, measured?.within ?? []);
    return {
      ...unitsOn(axis, observed),
      name: sample.arm,
      axis,
      observed,
      runs: runs.size,
      failed: failed.size,
      unbounded: observed.placed.some(({ value }) => !Number.isFinite(value)),
    };
  });
}

/** Units that count towards the fewest that decide: each outer mean that is taken out but one costs a unit. */
export function unitCount({ values, means }: Units): number {
  return values.length - means + 1;
}

/** Whether units can be permuted: not where an outer mean to be taken out leaves nothing, or a failed run leaves no mean. */
export function permutable(units: Units): boolean {
  return units.means === 1 ? units.values.length > 0 : unitCount(units) >= 2 && units.values.every(Number.isFinite);
}

/** The mean of the units with its error; null where there is no error to be had. */
export function contrastOf(units: Units): Contrast | null {
  if (unitCount(units) < 2 || !units.values.every(Number.isFinite)) return null;
  const summary = summarize(units.values);
  const term = errorTerm(summary);
  return { value: summary.mean, terms: [units.means === 1 ? term : { ...term, means: units.means }] };
}

/** Mean of the first minus mean of the second, independent arms; null where either has no error. */
export function differenceOf(first: Units, second: Units): Contrast | null {
  const [a, b] = [contrastOf(first), contrastOf(second)];
  return a && b && { value: a.value - b.value, terms: [...a.terms, ...b.terms] };
}

/** Estimates of the arms that have a mean, with intervals of coverage `level`. */
export function estimates(arms: readonly Arm[], level: number): Estimate[] {
  return arms
    .filter((arm) => arm.values.length > 0 && !arm.unbounded)
    .map((arm): Estimate => {
      const contrast = contrastOf(arm);
      const { draws, measured } = arm;
      return {
        ...estimate(arm.name, arm.values, arm.failed, level),
        min: Math.min(...measured),
        max: Math.max(...measured),
        interval: contrast && contrastInterval(contrast, level),
        ...(draws && draws.length > 1 && arm.means === 1
          ? { hierarchical: hierarchicalBootstrap(draws, { level }) }
          : {}),
      };
    });
}

/** Both arms on the axes that both have: a pair is where all of these indices are equal. Throws where they share too little. */
function shared(first: Arm, second: Arm): readonly [Nested, Nested] {
  const axes = first.observed.axes.filter((axis) => second.observed.axes.includes(axis));
  const [a, b] = [averagedTo(first.observed, axes), averagedTo(second.observed, axes)];
  if (a.axes.join() !== b.axes.join())
    throw new HarnessError(
      `Pairs of "${first.name}" and "${second.name}" cannot be formed: their axes are nested as ${a.axes.join(" ⊃ ")} and ` +
        `as ${b.axes.join(" ⊃ ")}. Nest them alike.`,
      EXIT.cannotJudge,
    );
  return [a, b];
}

/** Where one arm has no partner in the other, e.g. "encoder 3, labelDraw 1"; undefined for complete pairs. */
export function unpaired(first: Arm, second: Arm): string | undefined {
  const [a, b] = shared(first, second);
  const missing = (from: Nested, other: Nested) => {
    const there = new Set(other.placed.map(({ at }) => at.join()));
    return from.placed.find(({ at }) => !there.has(at.join()));
  };
  const alone = missing(a, b) ?? missing(b, a);
  return alone && showPlace(a.axes, alone.at);
}

/**
 * First minus second over the pairs, as units on the claim's axis; 0 where both failed without a bound, since neither is
 * then the better one.
 */
export function pairedDifferences(first: Arm, second: Arm): Units {
  const [a, b] = shared(first, second);
  const partners = new Map(b.placed.map(({ at, value }) => [at.join(), value]));
  const placed = a.placed.flatMap(({ at, value }) => {
    const other = partners.get(at.join());
    return other === undefined ? [] : [{ at, value: value === other ? 0 : value - other }];
  });
  return unitsOn(first.axis, { axes: a.axes, placed });
}

/** Why no mean can be taken. */
export function unboundedReason(arms: readonly Arm[]): string {
  const counts = arms.filter((arm) => arm.unbounded).map((arm) => `${arm.failed} of ${arm.runs} of ${arm.name}`);
  return `Runs failed (${counts.join(", ")}) and the metric has no worst value, so no mean can be taken.`;
}
