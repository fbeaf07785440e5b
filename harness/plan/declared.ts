/** Checks of a claim's declaration: claims with an invalid level, margin, unit or arm are not judged. */
import { armsOf } from "../contract/arms-of.ts";
import type { Claim, PublishedValue } from "../contract/claims.ts";
import { alphaOf } from "../contract/claims.ts";
import { HarnessError } from "../errors.ts";

/** Unit of a difference: for errors in % it is percentage points, because "3 % less" could be a ratio. */
export function unitOfDifference(unit: string): string {
  return unit === "%" ? "percentage points" : unit;
}

/** The printed values of a claim. */
function printedBy(claim: Claim): readonly PublishedValue[] {
  if (!("published" in claim) || claim.published === null) return [];
  return "mean" in claim.published ? [claim.published] : claim.published;
}

/** Faults in a claim's declaration, one phrase each; empty if the claim can be tested. */
export function declaredFaults(claim: Claim): string[] {
  const alpha = alphaOf(claim);
  return [
    ...(alpha > 0 && alpha <= 0.5 ? [] : [`alpha = ${alpha}, but a level lies above 0 and is at most 0.5`]),
    ...numberFaults(claim),
    ...printedFaults(claim),
    ...armFaults(claim),
  ];
}

const isPositive = (value: number): boolean => value > 0 && Number.isFinite(value);

function numberFaults(claim: Claim): string[] {
  if (claim.kind === "point" || claim.kind === "gap") {
    const { value } = claim.margin;
    if (!isPositive(value)) return [`margin = ${value} ${claim.quantity.unit}, but a margin is positive and finite`];
  }
  if (claim.kind === "identity") {
    const { expected, tolerance } = claim;
    return [
      ...(Number.isFinite(expected) ? [] : [`expected = ${expected}, but an exact value is finite`]),
      ...(tolerance === 0 || isPositive(tolerance)
        ? []
        : [`tolerance = ${tolerance}, but it is at least 0 and finite`]),
    ];
  }
  if (claim.kind === "range") {
    const { min, max, n } = claim.published;
    return [
      ...(min <= max ? [] : [`the printed minimum ${min} is not below the printed maximum ${max}`]),
      ...(Number.isInteger(n) && n > 0
        ? []
        : [`the extremes are printed over n = ${n} units, which is no number of units`]),
    ];
  }
  return [];
}

/** Printed numbers must have the unit of the quantity, or for a gap the unit of its difference. */
function printedFaults(claim: Claim): string[] {
  if (claim.kind === "qualitative") return [];
  const { unit, label } = claim.quantity;
  const wanted = claim.kind === "gap" ? unitOfDifference(unit) : unit;
  return printedBy(claim).flatMap((printed) => [
    ...(printed.unit === wanted
      ? []
      : [
          `"${printed.id}" is printed in "${printed.unit}", but ${claim.kind === "gap" ? `a difference of ${label}` : label} is measured in "${wanted}"`,
        ]),
    ...(Number.isFinite(printed.mean)
      ? []
      : [`"${printed.id}" has the printed mean ${printed.mean}, which is no number`]),
  ]);
}

function armFaults(claim: Claim): string[] {
  const arms = armsOf(claim);
  const twice = arms.find((arm, i) => arms.indexOf(arm) < i);
  const distinct = new Set(arms).size;
  return [
    ...(twice === undefined ? [] : [`the arm "${twice}" is set beside itself`]),
    ...(claim.kind === "trend" && distinct < 3
      ? [`it has ${distinct} arm${distinct === 1 ? "" : "s"}, but a trend is over at least 3; two make an ordering`]
      : []),
  ];
}

/** Throws HarnessError (wrong use by the suite's author) if `declaredFaults` finds a fault. */
export function requireDeclared(claim: Claim): void {
  const wrong = declaredFaults(claim);
  if (wrong.length > 0)
    throw new HarnessError(`Claim "${claim.id}" cannot be tested: ${wrong.join("; ")}. Correct what it declares.`);
}
