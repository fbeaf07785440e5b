/** What would decide a comparison that is INCONCLUSIVE, if what was seen were the truth. */
import { binomialLowerTail } from "../statistics/binomial.ts";
import { changePower, equivalencePower, extended, furtherReplicates } from "../statistics/power.ts";
import { smallestMargin } from "../statistics/tost.ts";
import type { Contrast } from "../statistics/welch.ts";
import type { LookLevel, MeasuredChange } from "./measure-change.ts";
import { differencesOf } from "./pairs.ts";
import { furtherToReach, sizesOf, smallestP } from "./reach.ts";
import { unseenFallsMargin, unseenFallsShown } from "./unseen-falls.ts";

export interface WouldDecide {
  /** On each side, one at least, for 80 % power to decide this comparison; null where no number would do. */
  readonly furtherReplicates: number | null;
  /**
   * Replicates of a compare with a single look (`compare --replicates`); null while runs are being added, and if no
   * number would decide. On the seeds of this look it would look at the same runs a second time, at a level meant for
   * one look; fresh seeds avoid that.
   */
  readonly newCompare: number | null;
  /** Smallest margin within which equivalence could be said now; null where there is none. */
  readonly smallestMargin: number | null;
}

export interface Level extends LookLevel {
  /** Level of the look that may follow; null where no runs will be added. */
  readonly next: number | null;
}

/** At Bonferroni's α/m, a little more than Holm asks for. */
export function whatWouldDecide(one: MeasuredChange, { alpha, next, family }: Level): WouldDecide {
  const further = furtherOf(one, (next ?? alpha) / family);
  const { baseline, candidate } = one.comparison;
  const size = Math.max(baseline.length, candidate.length);
  return {
    furtherReplicates: further,
    newCompare: next === null && further !== null ? size + further : null,
    smallestMargin: marginOf(one, alpha / family),
  };
}

function furtherOf(one: MeasuredChange, alpha: number): number | null {
  const { contrast, comparison, tooFew } = one;
  const { value: margin } = comparison.margin;
  // Ranks have no spread to plan by; but enough pairs that all differ in one direction become significant.
  if (!contrast) return tooFew && differAlike(one) ? furtherToReach(sizesOf(comparison), alpha) : null;
  const power =
    Math.abs(contrast.value) > margin ? powerToDiffer(one, contrast, alpha) : powerToAgree(one, contrast, alpha);
  // What is undecided now is decided by one more run at the soonest.
  const beyondOne = furtherReplicates((k) => power(k + 1));
  return beyondOne === null ? null : beyondOne + 1;
}

type Power = (more: number) => number;

/** Whether only the runs' own signs or split, and their mirror image, are this extreme. */
const differAlike = ({ comparison, difference }: MeasuredChange): boolean =>
  difference.p <= smallestP(sizesOf(comparison));

/** Power of the t test; for recurring values at most the probability of enough nonzero pairs for sign flips. */
function powerToDiffer({ comparison, falls }: MeasuredChange, contrast: Contrast, alpha: number): Power {
  const byT: Power = (more) => changePower(extended(contrast, more), comparison.margin.value, alpha);
  if (!falls) return byT;
  const differences = differencesOf(comparison);
  if (!differences) {
    const least = furtherToReach(sizesOf(comparison), alpha);
    return (more) => (more < least ? 0 : byT(more));
  }
  const least = furtherToReach({ pairs: 0 }, alpha);
  const equal = differences.filter((difference) => difference === 0).length / differences.length;
  return (more) => {
    const pairs = differences.length + more;
    const enough = binomialLowerTail(pairs - least, pairs, equal);
    return enough === 0 ? 0 : Math.min(enough, byT(more));
  };
}

function powerToAgree({ comparison, falls }: MeasuredChange, contrast: Contrast, alpha: number): Power {
  const margin = comparison.margin.value;
  return (more) =>
    falls && !unseenFallsShown(falls, margin, alpha, more)
      ? 0
      : equivalencePower(extended(contrast, more), margin, alpha);
}

function marginOf({ contrast, falls }: MeasuredChange, alpha: number): number | null {
  if (!contrast) return null;
  const within = smallestMargin(contrast, 0, alpha);
  const margin = falls ? Math.max(within, unseenFallsMargin(falls, alpha)) : within;
  return Number.isFinite(margin) ? margin : null;
}
