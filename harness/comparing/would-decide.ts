/** What would decide a comparison that is INCONCLUSIVE, if what was seen were the truth. */
import { changePower, equivalencePower, extended, furtherReplicates } from "../statistics/power.ts";
import { smallestMargin } from "../statistics/tost.ts";
import { ceilingMargin, ceilingPower } from "./ceiling.ts";
import type { LookLevel, MeasuredChange } from "./measure-change.ts";

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

function furtherOf({ contrast, ceiling, comparison }: MeasuredChange, alpha: number): number | null {
  if (!contrast) return null;
  const { value: margin } = comparison.margin;
  const power = (more: number): number => {
    const then = extended(contrast, more);
    if (Math.abs(contrast.value) > margin) return changePower(then, margin, alpha);
    const within = equivalencePower(then, margin, alpha);
    return ceiling ? Math.min(within, ceilingPower(ceiling, margin, alpha, more)) : within;
  };
  // What is undecided now is decided by one more run at the soonest.
  const beyondOne = furtherReplicates((k) => power(k + 1));
  return beyondOne === null ? null : beyondOne + 1;
}

function marginOf({ contrast, ceiling }: MeasuredChange, alpha: number): number | null {
  if (!contrast) return null;
  const within = smallestMargin(contrast, 0, alpha);
  const margin = ceiling ? Math.max(within, ceilingMargin(ceiling, alpha)) : within;
  return Number.isFinite(margin) ? margin : null;
}
