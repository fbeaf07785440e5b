/** Holm over each family of claims, separately for the tests that could confirm and for those that could contradict. */
import { holm } from "../statistics/holm.ts";
import type { Finding } from "./finding.ts";

/** A claim's tests within its family. */
export interface Member {
  readonly family: string;
  readonly finding: Pick<Finding, "agreement" | "departure">;
  /** False: its plan is unfinished, and it weighs in the family with p = 1. */
  readonly finished: boolean;
}
export interface AdjustedMember {
  readonly agreement: number;
  readonly departure: number;
  /** Claims in the family. */
  readonly size: number;
}

/**
 * Adjusted p of each member, in the order given. A test that could not be made, or whose plan is unfinished, counts as
 * p = 1, so that testing less never makes the correction milder. An unfinished member itself gets Bonferroni, for show.
 * Members of one family may have different α: its error is then at most the largest of them, since what each rejects at
 * its own α Holm also rejects at the largest.
 */
export function adjustFamilies<M extends Member>(members: readonly M[]): ReadonlyMap<M, AdjustedMember> {
  const names = new Set(members.map(({ family }) => family));
  return new Map([...names].flatMap((name) => adjustFamily(members.filter(({ family }) => family === name))));
}

function adjustFamily<M extends Member>(members: readonly M[]): (readonly [M, AdjustedMember])[] {
  const over = (role: "agreement" | "departure"): number[] => {
    const own = members.map(({ finding }) => finding[role]?.p ?? 1);
    const adjusted = holm(own.map((p, index) => (members[index]!.finished ? p : 1)));
    return members.map(({ finished }, index) =>
      finished ? adjusted[index]! : Math.min(1, members.length * own[index]!),
    );
  };
  const agreement = over("agreement");
  const departure = over("departure");
  return members.map((member, index) => [
    member,
    { agreement: agreement[index]!, departure: departure[index]!, size: members.length },
  ]);
}
