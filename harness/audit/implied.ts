/** The test that two printed means imply, and what a printed mean can be compared with at best. */
import type { Interval, PublishedValue } from "../contract/claims.ts";
import type { Comparison } from "../contract/comparisons.ts";
import { differencePower, smallestEffect, unitsPerArm } from "../statistics/power.ts";
import { publishedSd } from "../statistics/spread.ts";
import { resolutionFloor } from "../statistics/tost.ts";
import { type Contrast, contrastInterval, type TTest, tTest } from "../statistics/welch.ts";
import { type Computed, notComputable } from "./declared.ts";

/** SDs are read with ddof = 1; as a paper rarely says, both are shown. */
export type Ddof = 0 | 1;

export interface Unit {
  readonly sd: number;
  readonly n: number;
}

/** SD (brought to ddof = 1) and n of one unit, or the reason why they cannot be had. */
export function unitOf(value: PublishedValue, ddof: Ddof = 1): Computed<Unit> {
  const { n, spread } = value;
  const missing = [
    ...(spread.kind === "none" ? ["no ± is printed"] : []),
    ...(spread.kind === "unknown" ? ["the kind of its ± is not printed"] : []),
    ...(n === null ? ["n is not printed"] : []),
    ...(n === 1 ? ["n is 1"] : []),
  ];
  const sd = publishedSd(value);
  if (sd === null || n === null || n < 2) return notComputable(`${value.id}: ${missing.join(", ")}`);
  return { state: "computed", sd: ddof === 1 ? sd : sd * Math.sqrt(n / (n - 1)), n };
}

const oneArm = (value: number, { sd, n }: Unit): Contrast => ({ value, terms: [{ variance: sd ** 2, n }] });
const twoArms = (value: number, first: Unit, second: Unit): Contrast => ({
  value,
  terms: [first, second].map(({ sd, n }) => ({ variance: sd ** 2, n })),
});

const POWER = 0.8;

/** The effect that a two-sided Welch test at α = 0.05 detects with 80 % power. */
export function minimumDetectableEffect(first: Unit, second: Unit): number {
  if (first.sd === 0 && second.sd === 0) return 0;
  const power = (effect: number): number => differencePower(twoArms(effect, first, second));
  return smallestEffect(power, Math.max(first.sd, second.sd), 0, POWER);
}

export interface Resolution {
  /** The equivalence margin that no number of our own units can go below: t(0.95, n − 1)·s/√n. */
  readonly floor: number;
  /** What a re-run of the same n and SD could tell from the printed mean with 80 % power. */
  readonly minimumDetectable: number;
}

export function resolutionOf(value: PublishedValue, ddof: Ddof = 1): Computed<Resolution> {
  const unit = unitOf(value, ddof);
  if (unit.state === "not computable") return unit;
  return {
    state: "computed",
    floor: resolutionFloor(oneArm(value.mean, unit)),
    minimumDetectable: minimumDetectableEffect(unit, unit),
  };
}

export interface ImpliedTest extends TTest {
  /** First minus second. */
  readonly difference: number;
  readonly interval: Interval;
  /** Power of the two-sided test at α = 0.05 if the printed difference and SDs were the truth. */
  readonly power: number;
  readonly minimumDetectable: number;
  /** Units an arm for 80 % power at the printed difference; null: more than 100,000. */
  readonly unitsPerArm: number | null;
}

/** Welch's test of two printed means, taken as unpaired. */
export function impliedTest({ first, second }: Comparison, ddof: Ddof = 1): Computed<ImpliedTest> {
  const [a, b] = [unitOf(first, ddof), unitOf(second, ddof)];
  if (a.state === "not computable" || b.state === "not computable")
    return notComputable([a, b].flatMap((unit) => ("reason" in unit ? [unit.reason] : [])).join("; "));
  if (first.axis !== second.axis)
    return notComputable(`${first.id} is over ${first.axis ?? "?"}, ${second.id} over ${second.axis ?? "?"}`);
  const difference = first.mean - second.mean;
  const contrast = twoArms(difference, a, b);
  return {
    state: "computed",
    difference,
    ...tTest(contrast),
    interval: contrastInterval(contrast),
    power: differencePower(contrast),
    minimumDetectable: minimumDetectableEffect(a, b),
    unitsPerArm: unitsPerArm(difference, [a.sd, b.sd]),
  };
}
