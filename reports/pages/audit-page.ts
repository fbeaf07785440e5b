/** The page of what a paper's printed numbers can show, before anything is run. */
import { join } from "node:path";
import type { Audit } from "../../harness/audit/audit.ts";
import type { ClaimChances } from "../../harness/audit/chances.ts";
import {
  CHECKS,
  DETECTABLE_MEANS,
  FLOOR_MEANS,
  groupFindings,
  groupReasons,
  KIND_WORDS,
  onlyVerdict,
  printedMean,
  resolutionCells,
  sayArms,
  sayChances,
  sayShare,
  saySuite,
  sayTest,
  sayTruth,
} from "../../harness/audit/words.ts";
import { VERDICTS_OF_RUNS } from "../../harness/contract/claims.ts";
import { writeAtomic } from "../../harness/files/atomic-file.ts";
import type { Markup } from "../figures/svg.ts";
import { ABSENT, formatNumber } from "../format.ts";
import { styles, template } from "../templates.ts";
import { AUDIT_BADGES, type Badge } from "../views/badge.ts";

type ShortBadge = Omit<Badge, "meaning">;
interface AuditView {
  readonly styles: Markup;
  readonly title: string;
  readonly meanings: readonly string[];
  readonly values: readonly {
    readonly id: string;
    readonly place: string;
    readonly unit: string;
    readonly mean: string;
    readonly plusMinus: string;
    readonly kind: string;
    readonly n: string;
    readonly axis: string;
    readonly floor: string;
    readonly detectable: string;
  }[];
  readonly reasons: readonly { readonly said: string; readonly ids: readonly string[] }[];
  readonly comparisons: readonly {
    readonly id: string;
    readonly statement: string;
    readonly said: readonly string[];
  }[];
  readonly outcomes: readonly string[];
  readonly chancesMean: readonly string[];
  readonly chances: readonly {
    readonly claim: string;
    /** Title of the suite at its first claim; else null. */
    readonly heading: string | null;
    readonly statement: string;
    readonly arms: string;
    readonly notes: readonly string[];
    /** Text instead of rows; null if there are rows. */
    readonly instead: string | null;
    readonly rows: readonly { readonly truth: string; readonly shares: readonly string[] }[];
  }[];
  readonly checks: readonly {
    readonly name: string;
    readonly asks: string;
    readonly groups: readonly { readonly badge: ShortBadge; readonly said: string; readonly ids: readonly string[] }[];
  }[];
  readonly crossChecks: readonly {
    readonly badge: ShortBadge;
    readonly statement: string;
    readonly detail: string;
  }[];
  readonly notes: readonly string[];
}

function chancesView(
  claim: ClaimChances,
  index: number,
  claims: readonly ClaimChances[],
): AuditView["chances"][number] {
  const { chances, suite, statement, notes } = claim;
  const heading = claims[index - 1]?.suite === suite ? null : saySuite(claim);
  const only = chances.state === "computed" ? onlyVerdict(chances.of) : null;
  return {
    claim: claim.claim,
    heading,
    statement,
    arms: sayArms(claim),
    notes,
    instead:
      chances.state === "not computable"
        ? `not computable: ${chances.reason}`
        : only && `${only} in every study, whatever the truth`,
    rows:
      chances.state === "not computable" || only !== null
        ? []
        : chances.of.map(({ truth, shares }) => ({
            truth: sayTruth(claim, truth),
            shares: VERDICTS_OF_RUNS.map((outcome) => sayShare(shares[outcome])),
          })),
  };
}

export function renderAudit({ title, values, comparisons, chances, crossChecks, notes }: Audit): string {
  return template<AuditView>("audit")({
    styles,
    title,
    meanings: [FLOOR_MEANS, DETECTABLE_MEANS, "In brackets: if the printed SD has ddof 0."],
    values: values.map((value) => ({
      id: value.id,
      place: value.place,
      unit: value.unit,
      mean: printedMean(value).replace("-", "−"),
      plusMinus: formatNumber(value.plusMinus),
      kind: KIND_WORDS[value.kind],
      n: formatNumber(value.n),
      axis: value.axis ?? ABSENT,
      ...resolutionCells(value),
    })),
    reasons: groupReasons(values),
    comparisons: comparisons.map((comparison) => ({
      id: comparison.id,
      statement: comparison.statement,
      said: sayTest(comparison),
    })),
    outcomes: VERDICTS_OF_RUNS,
    chancesMean: sayChances(chances),
    chances: chances.claims.map(chancesView),
    checks: CHECKS.map(({ key, name, asks }) => ({
      name,
      asks,
      groups: groupFindings(values, key).map((group) => ({ ...group, badge: AUDIT_BADGES[group.result] })),
    })),
    crossChecks: crossChecks.map((check) => ({ ...check, badge: AUDIT_BADGES[check.result] })),
    notes,
  });
}

/** Writes `audit-<paper>.html` into the folder and returns its path. */
export async function writeAuditPage(audit: Audit, folder: string): Promise<string> {
  const path = join(folder, `audit-${audit.id}.html`);
  writeAtomic(path, renderAudit(audit));
  return path;
}
