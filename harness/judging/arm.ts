/** The values of one arm, with failed runs counted as the worst that the metric allows. */
import type { Estimate, Observation, Quantity, Sample } from "../claims.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { estimate } from "../statistics/descriptive.ts";

export interface Arm {
  readonly name: string;
  readonly replicates: readonly number[];
  /** One a unit, in the order of `replicates`; ±Infinity for a failed run of a metric without a bound. */
  readonly values: readonly number[];
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

/** Throws where a replicate stands twice, there are more units than planned, or a finished run has no finite value. */
export function armOf(sample: Sample, quantity: Quantity): Arm {
  const replicates = sample.observations.map((observation) => observation.replicate);
  const place = `sample "${sample.arm}", reading "${sample.reading}"`;
  if (new Set(replicates).size < replicates.length)
    throw new HarnessError(`A replicate stands twice in ${place}: ${replicates.join(", ")}.`, EXIT.cannotJudge);
  if (replicates.length > sample.planned)
    throw new HarnessError(
      `${replicates.length} units in ${place}, but ${sample.planned} planned. Judge the planned runs, or plan more.`,
      EXIT.cannotJudge,
    );
  const values = sample.observations.map((observation) => countedValue(observation, quantity, sample));
  return {
    name: sample.arm,
    replicates,
    values,
    failed: sample.observations.filter(({ finished }) => !finished).length,
    unbounded: values.some((value) => !Number.isFinite(value)),
  };
}

/** Estimates of the arms that have a mean, with intervals of coverage `level`. */
export function estimates(arms: readonly Arm[], level: number): Estimate[] {
  return arms
    .filter((arm) => arm.values.length > 0 && !arm.unbounded)
    .map((arm) => estimate(arm.name, arm.values, arm.failed, level));
}

/** Values of both arms for the replicates that both have, in rising order of replicate. */
export function pairs(first: Arm, second: Arm): readonly (readonly [number, number])[] {
  return first.replicates
    .flatMap((replicate, index) => {
      const other = second.replicates.indexOf(replicate);
      return other < 0 ? [] : [{ replicate, pair: [first.values[index]!, second.values[other]!] as const }];
    })
    .toSorted((a, b) => a.replicate - b.replicate)
    .map(({ pair }) => pair);
}

/** First minus second; 0 where both failed without a bound, since neither is then the better one. */
export function pairedDifferences(first: Arm, second: Arm): number[] {
  return pairs(first, second).map(([a, b]) => (a === b ? 0 : a - b));
}

/** Why no mean can be taken. */
export function unboundedReason(arms: readonly Arm[]): string {
  const counts = arms
    .filter((arm) => arm.unbounded)
    .map((arm) => `${arm.failed} of ${arm.values.length} of ${arm.name}`);
  return `Runs failed (${counts.join(", ")}) and the metric has no worst value, so no mean can be taken.`;
}
