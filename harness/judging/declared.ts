/** What a claim declares about its own test: nothing is judged by a level or a margin that is no level or no margin. */
import type { Claim } from "../claims.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { alphaOf } from "./finding.ts";

/** Throws for an α outside (0, 0.5] and for an equivalence margin that is not positive and finite. */
export function requireDeclared(claim: Claim): void {
  const wrong: string[] = [];
  const alpha = alphaOf(claim);
  if (!(alpha > 0 && alpha <= 0.5)) wrong.push(`alpha = ${alpha}, but a level lies above 0 and is at most 0.5`);
  if (claim.kind === "point" || claim.kind === "gap") {
    const { value } = claim.margin;
    if (!(value > 0 && Number.isFinite(value)))
      wrong.push(`margin = ${value} ${claim.quantity.unit}, but a margin is positive and finite`);
  }
  if (wrong.length > 0)
    throw new HarnessError(
      `Claim "${claim.id}" cannot be tested: ${wrong.join("; ")}. Correct what it declares.`,
      EXIT.cannotJudge,
    );
}
