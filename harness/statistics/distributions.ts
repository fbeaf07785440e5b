/** Tail areas and quantiles of the two distributions we use; the numerics are @stdlib's. */
import normal from "@stdlib/stats-base-dists-normal";
import t from "@stdlib/stats-base-dists-t";

/** P(T > x) for Student's t with `df` > 0 degrees of freedom; by symmetry, so that small tails keep their digits. */
export function tUpperTail(x: number, df: number): number {
  return t.cdf(-x, df);
}

/** Size of the quantile cache: a report or simulation repeats few quantiles, at some 10 µs each. */
const KEPT = 64;
const quantiles = new Map<string, number>();

/** The x with P(T ≤ x) = `probability`. */
export function tQuantile(probability: number, df: number): number {
  const asked = `${probability},${df}`;
  const known = quantiles.get(asked);
  if (known !== undefined) return known;
  const quantile = t.quantile(probability, df);
  if (quantiles.size === KEPT) quantiles.delete(quantiles.keys().next().value!);
  quantiles.set(asked, quantile);
  return quantile;
}

/** P(Z ≤ x) of the standard normal. */
export function normalCdf(x: number): number {
  return normal.cdf(x, 0, 1);
}

/** The x with P(Z ≤ x) = `probability`. */
export function normalQuantile(probability: number): number {
  return normal.quantile(probability, 0, 1);
}
