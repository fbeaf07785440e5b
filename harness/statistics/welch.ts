/**
 * A contrast is a difference with its error: terms s²/n that add up, and Welch–Satterthwaite degrees of freedom.
 * B. L. Welch, "The generalization of 'Student's' problem when several different population variances are involved",
 * Biometrika 34 (1947); F. E. Satterthwaite, Biometrics Bulletin 2 (1946).
 */
import type { Interval } from "../contract/claims.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { type Summary, summarize } from "./descriptive.ts";
import { tQuantile, tUpperTail } from "./distributions.ts";

/** One independent mean within a contrast: the variance of one unit, and how many units the mean is over. */
export interface ErrorTerm {
  readonly variance: number;
  readonly n: number;
  /** Group means that the variance is pooled around, 1 when absent: the term has n − means degrees of freedom. */
  readonly means?: number;
}
export interface Contrast {
  readonly value: number;
  readonly terms: readonly ErrorTerm[];
}

/** Throws for fewer than two units, an invalid SD, and an SD whose square is not representable. */
export function errorTerm({ sd, n }: Pick<Summary, "sd" | "n">): ErrorTerm {
  if (!(n >= 2) || !(sd >= 0) || !Number.isFinite(sd))
    throw new HarnessError(
      `An error term needs n ≥ 2 and a finite SD ≥ 0; got n = ${n}, SD = ${sd}.`,
      EXIT.cannotJudge,
    );
  const variance = sd ** 2;
  if (variance === Infinity || (variance < LEAST_VARIANCE && sd > 0))
    throw new HarnessError(
      `The variance of an SD of ${sd} is too ${sd > 1 ? "large" : "small"} for double precision. ` +
        "Measure the metric in another unit, so that its SD lies between 1e-150 and 1e150.",
      EXIT.cannotJudge,
    );
  return { variance, n };
}

/** Smaller doubles have fewer than 53 bits. */
const LEAST_VARIANCE = 2 ** -1022;

/** Mean of the first minus mean of the second. */
export function difference(first: Summary, second: Summary): Contrast {
  return { value: first.mean - second.mean, terms: [errorTerm(first), errorTerm(second)] };
}

/** Mean of pairwise differences: one error term, n − 1 degrees of freedom. */
export function pairedDifference(differences: readonly number[]): Contrast {
  return oneSample(summarize(differences));
}

export function oneSample(summary: Summary): Contrast {
  return { value: summary.mean, terms: [errorTerm(summary)] };
}

/** sqrt(Σ s²/n). */
export function standardError({ terms }: Contrast): number {
  return Math.sqrt(terms.reduce((sum, { variance, n }) => sum + variance / n, 0));
}

/** (Σ s²/n)² / Σ (s²/n)²/(n − 1); without any variance Σ(n − 1), the pooled value. n − `means` for n − 1. */
export function degreesOfFreedom({ terms }: Contrast): number {
  const largest = Math.max(...terms.map(({ variance, n }) => variance / n));
  if (largest === 0) return terms.reduce((sum, { n, means = 1 }) => sum + n - means, 0);
  // Relative to the largest term, so that tiny or huge variances neither vanish nor overflow when squared.
  const shares = terms.map(({ variance, n, means = 1 }) => ({ share: variance / n / largest, df: n - means }));
  return (
    shares.reduce((sum, { share }) => sum + share, 0) ** 2 /
    shares.reduce((sum, { share, df }) => sum + share ** 2 / df, 0)
  );
}

/** (value − reference) in standard errors. Without any variance: 0 when equal, otherwise ±Infinity. */
function tStatistic(contrast: Contrast, reference = 0): number {
  const distance = contrast.value - reference;
  return distance === 0 ? 0 : distance / standardError(contrast);
}

export interface TTest {
  readonly t: number;
  readonly df: number;
  /** Two-sided. */
  readonly p: number;
}

/** Two-sided t test of a contrast against `reference`. Without any variance p is 1 when equal, otherwise 0. */
export function tTest(contrast: Contrast, reference = 0): TTest {
  const t = tStatistic(contrast, reference);
  const df = degreesOfFreedom(contrast);
  return { t, df, p: Math.min(1, 2 * tUpperTail(Math.abs(t), df)) };
}

/** value ± t(1 − (1 − level)/2, df) · SE. */
export function contrastInterval(contrast: Contrast, level = 0.95): Interval {
  const half = tQuantile(0.5 + level / 2, degreesOfFreedom(contrast)) * standardError(contrast);
  const kind = contrast.terms.length === 1 ? "t" : "welch";
  return { low: contrast.value - half, high: contrast.value + half, level, kind };
}
