/** Values on a coarse lattice: counts, and shares of few cases. Continuous metrics lie on a lattice only by chance. */

/** Largest range of a coarse lattice, in steps: rounding to a finer one adds less than 1/1,000 to a variance. */
const MOST_STEPS = 32;
/** Tolerance for a whole number of steps. */
const WHOLE = 1e-6;

/**
 * The largest step, in the unit of the finite values, of which all their distances are whole multiples, if their range
 * is at most 32 such steps; null without such a step, or if all values are equal.
 */
export function latticeStep(values: readonly number[]): number | null {
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  if (range === 0) return null;
  const fits = (steps: number): boolean =>
    values.every((value) => {
      const at = (steps * (value - least)) / range;
      return Math.abs(at - Math.round(at)) <= WHOLE;
    });
  const steps = Array.from({ length: MOST_STEPS }, (_, i) => i + 1).find(fits);
  return steps === undefined ? null : range / steps;
}

/** Tolerance for equal differences and means, relative to the largest value. */
export const ROUNDING = 2 ** -40;
