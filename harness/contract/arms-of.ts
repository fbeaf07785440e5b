import type { Claim } from "./claims.ts";

/** The arms whose samples a claim needs. */
export function armsOf(claim: Claim): readonly string[] {
  switch (claim.kind) {
    case "point":
    case "range":
    case "identity":
      return [claim.arm];
    case "gap":
    case "ordering":
    case "trend":
      return claim.arms;
    case "qualitative":
      return [];
  }
}
