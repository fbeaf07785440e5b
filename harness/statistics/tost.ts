/**
 * Equivalence: two one-sided tests (D. J. Schuirmann, J. Pharmacokinetics and Biopharmaceutics 15, 1987), here with
 * Welch's error as in D. Lakens, "Equivalence tests", Social Psychological and Personality Science 8 (2017).
 */
import { EXIT, HarnessError } from "../errors.ts";
import { tQuantile, tUpperTail } from "./distributions.ts";
import { type Contrast, degreesOfFreedom, standardError } from "./welch.ts";

function requireMargin(margin: number): void {
  if (!(margin > 0) || !Number.isFinite(margin))
    throw new HarnessError(`An equivalence margin must be positive and finite; got ${margin}.`, EXIT.cannotJudge);
}

/** P(T > distance / SE); without any variance 0 beyond the bound, otherwise 1. */
function oneSided(distance: number, contrast: Contrast): number {
  const error = standardError(contrast);
  if (error === 0) return distance > 0 ? 0 : 1;
  return tUpperTail(distance / error, degreesOfFreedom(contrast));
}

export interface Equivalence {
  /** p against "the contrast is at or below reference − margin". */
  readonly lower: number;
  /** p against "the contrast is at or above reference + margin". */
  readonly upper: number;
  /** The larger of the two: equivalent where it is at most α (the 1 − 2α interval lies within the margin). */
  readonly p: number;
}

/** Is the contrast within `margin` of `reference`? One-sample or Welch, as its error terms are. */
export function tost(contrast: Contrast, margin: number, reference = 0): Equivalence {
  requireMargin(margin);
  const distance = contrast.value - reference;
  const lower = oneSided(margin + distance, contrast);
  const upper = oneSided(margin - distance, contrast);
  return { lower, upper, p: Math.max(lower, upper) };
}

/**
 * Is the contrast further than `margin` from `reference`? Two-sided p = 2 · P(T > (|value − reference| − margin)/SE),
 * at most 1: it is at most α exactly where the 1 − α interval lies wholly beyond the margin.
 */
export function beyondMargin(contrast: Contrast, margin: number, reference = 0): number {
  requireMargin(margin);
  return Math.min(1, 2 * oneSided(Math.abs(contrast.value - reference) - margin, contrast));
}

/** The smallest margin for which these data show equivalence: |value − reference| + t(1 − α, df) · SE. */
export function smallestMargin(contrast: Contrast, reference = 0, alpha = 0.05): number {
  return Math.abs(contrast.value - reference) + resolutionFloor(contrast, alpha);
}

/** The margin that even a perfect match cannot go below: t(1 − α, df) · SE. */
export function resolutionFloor(contrast: Contrast, alpha = 0.05): number {
  return tQuantile(1 - alpha, degreesOfFreedom(contrast)) * standardError(contrast);
}
