/** Verdicts of simulated studies: the judging of `verdicts.ts` for finished runs of the paper's profile, without plans and words. */

import type { Sample } from "../contract/claims.ts";
import { alphaOf } from "../contract/claims.ts";
import { armOf } from "./arm.ts";
import { adjustFamilies } from "./families.ts";
import type { Decision, Finding } from "./finding.ts";
import { findingOf, type TestableClaim } from "./finding-of.ts";
import { armsOf } from "./judge.ts";

export interface Decided {
  readonly verdict: Decision["verdict"];
  /** p of the test that could confirm the claim, after Holm. */
  readonly agreement: number;
  readonly finding: Finding;
}

/** A claim with what its samples show. */
export interface Found {
  readonly claim: TestableClaim;
  readonly finding: Finding;
}

export function foundOn(claim: TestableClaim, sampleOf: (arm: string) => Sample): Found {
  const arms = armsOf(claim).map((arm) => armOf(sampleOf(arm), claim.quantity, claim.axis));
  return { claim, finding: findingOf(claim, arms) };
}

/** The verdicts of claims, in their order, after Holm over each of their families. */
export function decideFound(found: readonly Found[]): Decided[] {
  const members = found.map(({ claim, finding }) => ({ claim, family: claim.family, finding, finished: true }));
  const adjusted = adjustFamilies(members);
  return members.map((member) => {
    const { agreement, departure, size } = adjusted.get(member)!;
    const planningAlpha = alphaOf(member.claim) / size;
    const { verdict } = member.finding.decide({ agreement, departure, planningAlpha });
    return { verdict, agreement, finding: member.finding };
  });
}
