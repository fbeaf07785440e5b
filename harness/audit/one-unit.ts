/** Compared printed numbers have one unit, and a stated difference has the unit of a difference. */
import type { PublishedValue } from "../contract/claims.ts";
import type { CrossCheck } from "../contract/comparisons.ts";
import { HarnessError } from "../errors.ts";
import { unitOfDifference } from "../plan/declared.ts";
import type { AuditInput } from "./declared.ts";

/** Throws HarnessError (wrong use by the author of the audit's input), which names both numbers. */
export function requireOneUnit({ comparisons, crossChecks }: Pick<AuditInput, "comparisons" | "crossChecks">): void {
  for (const { id, first, second } of comparisons) same(id, [first, second]);
  for (const check of crossChecks) {
    const { terms, stated } = numbersOf(check);
    same(check.id, terms);
    const [first] = terms;
    if (stated && first) inUnit(check.id, stated, unitOfDifference(first.unit), `a difference of "${first.id}"`);
  }
}

/** All pairs of greatest gaps have one unit, since their gaps are compared with each other. */
function numbersOf(check: CrossCheck): { readonly terms: readonly PublishedValue[]; readonly stated?: PublishedValue } {
  switch (check.kind) {
    case "difference":
    case "difference spread":
      return { terms: [check.first, ...("unit" in check.second ? [check.second] : [])], stated: check.stated };
    case "falling":
      return { terms: check.values };
    case "greatest gaps":
      return { terms: check.pairs.flatMap(({ first, second }) => [first, second]) };
    case "citation":
      return { terms: [] };
  }
}

function same(check: string, [first, ...others]: readonly PublishedValue[]): void {
  for (const other of others) inUnit(check, other, first!.unit, `"${first!.id}"`);
}

function inUnit(check: string, { id, unit }: PublishedValue, wanted: string, beside: string): void {
  if (unit !== wanted)
    throw new HarnessError(
      `"${check}" sets "${id}", printed in "${unit}", beside ${beside}, in "${wanted}". Give both in one unit.`,
    );
}
