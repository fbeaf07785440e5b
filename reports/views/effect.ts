/** What a judgement's effect is the difference of; it depends on the kind of claim. */
import type { Claim } from "../../harness/contract/claims.ts";

/** "a minus b", "ours minus printed". For a gap the effect is our gap minus the printed gap. */
export function effectName(claim: Claim): string {
  switch (claim.kind) {
    case "gap":
      return `(${claim.arms[0]} minus ${claim.arms[1]}), ours minus printed`;
    case "ordering":
      return `${claim.arms[0]} minus ${claim.arms[1]}`;
    case "trend":
      return `${claim.arms.at(-1)} minus ${claim.arms[0]}`;
    case "identity":
      return "ours minus expected";
    case "point":
    case "range":
    case "qualitative":
      return "ours minus printed";
  }
}
