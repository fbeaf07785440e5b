/** What a bisection follows from revision to revision: the comparisons that are REGRESSED at the bad one. */
import type { Change, ChangeVerdict, ComparedChange } from "../compare/judge-change.ts";
import type { Tested } from "./bisect.ts";

export interface Followed {
  readonly slot: string;
  readonly setting: string;
  readonly metric: string;
}
export interface FollowedVerdict extends Followed {
  /** Null where a revision has no such comparison. */
  readonly verdict: ChangeVerdict | null;
}

/** Nothing else is followed: what was worse in between and is well again at the bad revision is not what is looked for. */
export const followedAt = (bad: Change): Followed[] =>
  bad.comparisons.filter(({ verdict }) => verdict === "REGRESSED").map(named);

/** Of the comparisons that are followed, in their order. */
export const verdictsOf = ({ comparisons }: Change, followed: readonly Followed[]): FollowedVerdict[] =>
  followed.map((one) => ({
    ...one,
    verdict: comparisons.find((other) => nameOf(named(other)) === nameOf(one))?.verdict ?? null,
  }));

/**
 * Bad where one is REGRESSED; good where each is known not to be; undecided where the runs are too few to say, which is
 * neither.
 */
export function testedBy(verdicts: readonly FollowedVerdict[]): Exclude<Tested, "skipped"> {
  if (verdicts.some(({ verdict }) => verdict === "REGRESSED")) return "bad";
  return verdicts.some(({ verdict }) => verdict === "INCONCLUSIVE" || verdict === null) ? "undecided" : "good";
}

/** "model, setting, modes covered" */
export const nameOf = ({ slot, setting, metric }: Followed): string => `${slot}, ${setting}, ${metric}`;

const named = ({ slot, setting, quantity }: ComparedChange): Followed => ({ slot, setting, metric: quantity.metric });
