/** Sensitivity of a CONSISTENT: the smallest deviation from the printed value that its runs would have detected. */
import type { SmallestShown } from "../contract/claims.ts";
import { beyondPower, smallestEffect } from "../statistics/power.ts";
import { type Contrast, standardError } from "../statistics/welch.ts";
import { show, showLevel } from "./finding.ts";

/** Probability of detecting the deviation. */
const POWER = 0.8;

export interface Departure {
  /** Our value minus the printed value, with our error terms before the printed ones. */
  readonly contrast: Contrast;
  /** Number of our error terms; the others belong to the printed value, which stays when runs are repeated. */
  readonly ours: number;
  /** In the contrast's unit. */
  readonly margin: number;
  /** If units agree: the smallest deviation at which they exclude that unseen units reverse the result; else null. */
  readonly unseen: number | null;
  /** Two-sided level of the departure test. */
  readonly alpha: number;
  readonly unit: string;
}

/**
 * The deviation at which the departure test (`beyondMargin`) is significant with 80 % power, assuming that the
 * variances of these runs are true: for one term δ = margin + λ · SE, with λ the noncentrality at which the noncentral
 * t exceeds t(1 − α/2) with probability 0.8. The printed mean and SD are fixed. If units agree, the larger of this
 * deviation and `unseen`.
 */
export function smallestShown({ contrast, ours, margin, unseen, alpha, unit }: Departure): SmallestShown {
  const sampling = standardError({ ...contrast, terms: contrast.terms.slice(0, ours) });
  if (unseen === Infinity)
    return notShown("our units lie close together, and nothing bounds how far others move the mean");
  if (unseen === null && sampling === 0) return notShown("our units do not vary, so that their spread is unknown");
  const power = (value: number): number => beyondPower({ ...contrast, value }, margin, alpha, sampling);
  const error = standardError(contrast);
  const measured = error === 0 ? 0 : smallestEffect(power, error, margin, POWER);
  const deviation = Math.max(measured, unseen ?? 0);
  return { deviation, margins: deviation / margin, unit, power: POWER, alpha };
}

export const notShown = (reason: string): SmallestShown => ({ deviation: null, reason });

/** One sentence for the verdict's reason. */
export function saySmallestShown(shown: SmallestShown): string {
  if (shown.deviation === null)
    return `No smallest deviation that these runs would have shown can be given: ${shown.reason}.`;
  const { deviation, margins, unit, power, alpha } = shown;
  return (
    `These runs had ${showLevel(power)} power (α = ${show(alpha)}) to show a deviation of ${show(deviation)} ${unit} ` +
    `(${show(margins)} margins) from the printed value; a smaller one can go unseen.`
  );
}
