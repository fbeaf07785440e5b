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
   * Replicates of a compare that is looked at once (`compare --replicates`); null where runs are being added, and where no
   * number would do. Where its seeds are those of this look it looks at the same runs a second time, at a level that was
   * meant for one look: on fresh seeds it does not.
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
  // Ranks have no spread to plan by; but pairs that all differ to the same side will be significant once there are enough.
  if (!contrast) return tooFew && differAlike(one) ? furtherToReach(sizesOf(comparison), alpha) : null;
  const power =
    Math.abs(contrast.value) > margin ? powerToDiffer(one, contrast, alpha) : powerToAgree(one, contrast, alpha);
  // What is undecided now is decided by one more run at the soonest.
  const beyondOne = furtherReplicates((k) => power(k + 1));
  return beyondOne === null ? null : beyondOne + 1;
}

type Power = (more: number) => number;

/** No other signs or splits are as extreme as those of the runs, but for their mirror image. */
const differAlike = ({ comparison, difference }: MeasuredChange): boolean =>
  difference.p <= smallestP(sizesOf(comparison));

/** By the t test's power; where values recur, no more than the chance of as many pairs that differ at all as sign flips need. */
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
