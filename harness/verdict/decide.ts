/** Verdicts of simulated studies: judged as `verdicts.ts` judges finished paper runs, without plans or texts. */
import type { Sample } from "../contract/claims.ts";
import { alphaOf } from "../contract/claims.ts";
import { armOf } from "./arm.ts";
import { adjustFamilies } from "./families.ts";
import type { Decision, Finding } from "./finding.ts";
import { findingOf, type TestableClaim } from "./finding-of.ts";
import { armsOf } from "./judge.ts";

export interface Decided {
  readonly verdict: Decision["verdict"];
  /** p, after Holm, of the test that could confirm the claim. */
  readonly agreement: number;
  readonly finding: Finding;
}

/** A claim with the finding from its samples. */
export interface Found {
  readonly claim: TestableClaim;
  readonly finding: Finding;
}

export function foundOn(claim: TestableClaim, sampleOf: (arm: string) => Sample): Found {
  const arms = armsOf(claim).map((arm) => armOf(sampleOf(arm), claim.quantity, claim.axis));
  return { claim, finding: findingOf(claim, arms) };
}

/** Verdicts of the claims, in order, after Holm over each family. */
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
