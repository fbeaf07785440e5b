/** Values on a coarse lattice: counts, and shares of few cases. A continuous metric is on none, but by chance. */

/** Steps of a lattice that is coarse: with more, rounding to it adds less than 1 part in 1,000 to a variance. */
const MOST_STEPS = 32;
/** A number of steps that is whole, but for rounding. */
const WHOLE = 1e-6;

/**
 * The largest step, in the unit of the values, of which all distances between finite values are whole multiples, where the
 * values range over at most 32 of them; null where there is no such step, or all values are equal.
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

/** Numbers that are equal differ by rounding where they are differences or means, in units of the largest one. */
export const ROUNDING = 2 ** -40;
