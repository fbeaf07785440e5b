/**
 * Can these means and SDs come from such data at all?
 * GRIM: N. J. L. Brown and J. A. J. Heathers, Social Psychological and Personality Science 8 (2017). GRIMMER (the SD too):
 * J. Anaya, PeerJ Preprints 4 (2016), here by enumeration. R. Bhatia and C. Davis, American Mathematical Monthly 107 (2000).
 */

/** Rounding may have gone either way at a half; the rest is for sums in binary. */
const SLACK = 1e-9;
export const halfUnit = (decimals: number): number => 0.5 * 10 ** -decimals + SLACK;

/** Means of n multiples of `step` are multiples of step/n: as fine as the print or finer, and any mean fits. */
export function grimSaysNothing(n: number, step: number, decimals: number): boolean {
  return step / n <= 10 ** -decimals + SLACK;
}

/** Totals of n units, counted in steps, whose mean is printed as `mean`. */
export function totalsPrintedAs(mean: number, n: number, step: number, decimals: number): number[] {
  const most = Math.floor(((mean + halfUnit(decimals)) * n) / step);
  const totals: number[] = [];
  for (let total = Math.ceil(((mean - halfUnit(decimals)) * n) / step); total <= most; total++) totals.push(total);
  return totals;
}

export interface Integers {
  readonly n: number;
  /** Smallest and largest, both of which occur. Without `occur` they are only bounds. */
  readonly min: number;
  readonly max: number;
  readonly occur: boolean;
}

/** All sums of squares Σx² of n integers from min to max with the given total. */
export function sumsOfSquares({ n, min, max, occur }: Integers, total: number): number[] {
  // In distances from the minimum: y = x − min, so Σx² = Σy² + 2·min·Σy + n·min².
  const span = max - min;
  const distance = total - n * min;
  const fixed = occur ? [...new Set([0, span])] : [];
  const free = n - fixed.length;
  const rest = distance - fixed.reduce((sum, y) => sum + y, 0);
  if (free < 0 || rest < 0) return [];
  // reached[count][sum]: bit q is set where `count` values with that sum have Σy² = q.
  const reached = Array.from({ length: free + 1 }, () => new Array<bigint>(rest + 1).fill(0n));
  reached[0]![0] = 1n;
  for (let y = 0; y <= span; y++)
    for (let count = 1; count <= free; count++)
      for (let sum = y; sum <= rest; sum++) reached[count]![sum]! |= reached[count - 1]![sum - y]! << BigInt(y * y);
  const bits = reached[free]![rest]!.toString(2);
  const offset = fixed.reduce((sum, y) => sum + y * y, 0) + 2 * min * distance + n * min * min;
  return [...bits].flatMap((bit, place) => (bit === "1" ? [bits.length - 1 - place + offset] : [])).reverse();
}

/** The SDs, unrounded, of n integers whose mean is printed as `mean`, that are printed as `sd`. */
export function sdsPrintedAs(
  integers: Integers,
  mean: number,
  sd: number,
  decimals: number,
  ddof: 0 | 1,
): readonly number[] {
  const { n } = integers;
  return totalsPrintedAs(mean, n, 1, decimals)
    .flatMap((total) => sumsOfSquares(integers, total).map((squares) => (squares - total ** 2 / n) / (n - ddof)))
    .map((variance) => Math.sqrt(Math.max(0, variance)))
    .filter((candidate) => Math.abs(candidate - sd) <= halfUnit(decimals));
}

/**
 * The greatest SD that values from `low` to `high` with a mean printed as `mean` can have: sqrt((high − μ)(μ − low)),
 * times sqrt(n/(n − 1)) where the SD has ddof = 1.
 */
export function greatestSd(mean: number, low: number, high: number, decimals: number, n: number, ddof: 0 | 1): number {
  const middle = (low + high) / 2;
  // The product is greatest where μ is nearest the middle, within what the print leaves open.
  const mu = Math.min(Math.max(middle, mean - halfUnit(decimals)), mean + halfUnit(decimals));
  const variance = Math.max(0, (high - mu) * (mu - low));
  return Math.sqrt(ddof === 0 ? variance : (variance * n) / (n - 1));
}
