/** Claims without a test of their own: printed extremes (`range`), and exact values of the theory (`identity`). */
import type { IdentityClaim, RangeClaim } from "../contract/claims.ts";
import { levelOf } from "../contract/claims.ts";
import { extremeIntervals } from "../statistics/bootstrap.ts";
import { type Arm, estimates, unboundedReason, unitCount } from "./arm.ts";
import {
  consistent,
  decided,
  FEWEST_UNITS,
  type Finding,
  inconclusive,
  none,
  show,
  showInterval,
  showLevel,
} from "./finding.ts";
import { notShown } from "./smallest-shown.ts";

const untested = {
  effect: null,
  agreement: null,
  departure: null,
  pointsAsClaimed: null,
  directional: () => null,
} as const;

/**
 * Each printed extreme in the bootstrap interval of ours at the paper's n: CONSISTENT, never more. A range has no
 * margin, so it is never contradicted; and fewer units than the paper's could not show its extremes, so they decide
 * nothing.
 */
export function rangeFinding(claim: RangeClaim, arm: Arm): Finding {
  const { min, max, n } = claim.published;
  const fewest = Math.max(FEWEST_UNITS, n);
  const units = unitCount(arm);
  return {
    ...untested,
    estimates: estimates([arm], levelOf(claim)),
    decide: () => {
      if (arm.unbounded) return inconclusive(unboundedReason([arm]), none);
      if (units < fewest)
        return inconclusive(`Only ${units} of at least ${fewest} units, the paper's number.`, () => fewest - units);
      const level = levelOf(claim);
      const ours = extremeIntervals(arm.values, n, level);
      const inside = (value: number, { low, high }: { low: number; high: number }) => low <= value && value <= high;
      const what = `printed minimum ${show(min)} against ${showInterval(ours.min)}, maximum ${show(max)} against ${showInterval(ours.max)}`;
      return inside(min, ours.min) && inside(max, ours.max)
        ? consistent(
            `Both printed extremes lie in our ${showLevel(level)} bootstrap intervals at n = ${n}: ${what}.`,
            () => notShown("a range tests no mean, and no runs contradict it"),
          )
        : inconclusive(
            `A printed extreme lies outside our ${showLevel(level)} bootstrap interval at n = ${n}: ${what}.`,
            none,
          );
    },
  };
}

/** Every observation, no mean of them, within the tolerance: REPRODUCED; each outside: CONTRADICTED; some of each: INCONCLUSIVE. */
export function identityFinding(claim: IdentityClaim, arm: Arm): Finding {
  const distances = arm.observed.placed.map(({ value }) => Math.abs(value - claim.expected));
  const within = distances.filter((distance) => distance <= claim.tolerance).length;
  return {
    ...untested,
    estimates: estimates([arm], levelOf(claim)),
    decide: () => {
      if (distances.length === 0) return inconclusive("There is no unit to compare.", none);
      const largest = Math.max(...distances);
      const what = `${within} of ${distances.length} units within ${claim.tolerance} of ${show(claim.expected)}`;
      if (within === 0) return decided("CONTRADICTED", `${what}.`);
      if (within < distances.length)
        return inconclusive(`${what}.`, none, () => (Number.isFinite(largest) ? largest : null));
      if (claim.assumption === undefined)
        return decided("REPRODUCED", `${what}; the largest distance is ${show(largest)}.`);
      return consistent(`${what}, but at most CONSISTENT: the protocol is partly ours (${claim.assumption}).`, () =>
        notShown("an identity compares each value with its tolerance, and no chance enters"),
      );
    },
  };
}
