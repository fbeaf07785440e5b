/** What samples show of a claim, by its kind. */
import type { Claim } from "../contract/claims.ts";
import type { Arm } from "./arm.ts";
import { identityFinding, rangeFinding } from "./extremes.ts";
import type { Finding } from "./finding.ts";
import { gapFinding, pointFinding } from "./number.ts";
import { orderingFinding, trendFinding } from "./ordering.ts";

export type TestableClaim = Exclude<Claim, { readonly kind: "qualitative" }>;

export function findingOf(claim: TestableClaim, arms: readonly Arm[]): Finding {
  const [first, second] = arms;
  switch (claim.kind) {
    case "point":
      return pointFinding(claim, first!);
    case "gap":
      return gapFinding(claim, first!, second!);
    case "ordering":
      return orderingFinding(claim, first!, second!);
    case "trend":
      return trendFinding(claim, arms);
    case "range":
      return rangeFinding(claim, first!);
    case "identity":
      return identityFinding(claim, first!);
  }
}
