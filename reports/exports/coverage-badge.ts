/** The share of a paper's claims that stored runs decide, as a badge. */
import { join } from "node:path";
import type { Claim } from "../../harness/contract/claims.ts";
import type { Paper } from "../../harness/contract/paper.ts";
import type { Suite } from "../../harness/contract/suite.ts";
import { writeAtomic } from "../../harness/files/atomic-file.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { escapeText } from "../figures/svg.ts";

/** Claims by the best that is stored of each, under the primary reading; then printed numbers that no claim speaks of. */
export interface Coverage {
  readonly claims: number;
  /** REPRODUCED, BETTER, CONSISTENT or CONTRADICTED. */
  readonly decided: number;
  /** The paper's protocol was run in full, and decides nothing, or no longer stands. */
  readonly undecided: number;
  /** Nothing but reduced profiles, stand-in data or unfinished runs. */
  readonly reducedOnly: number;
  readonly notTestable: number;
  readonly notRun: number;
  readonly numbersWithoutSuite: number;
}

type State = "decided" | "undecided" | "reducedOnly" | "notTestable" | "notRun";

function stateOf(claim: Claim, reports: readonly ReportData[]): State {
  if (claim.kind === "qualitative") return "notTestable";
  const verdicts = reports.flatMap(({ judgements, readings }) =>
    judgements.filter(({ claimId, reading }) => claimId === claim.id && reading === readings[0]?.id),
  );
  const one = (...names: readonly string[]): boolean => verdicts.some(({ verdict }) => names.includes(verdict));
  if (one("REPRODUCED", "BETTER", "CONSISTENT", "CONTRADICTED")) return "decided";
  if (one("INCONCLUSIVE", "STALE")) return "undecided";
  return one("NOT TESTED") ? "reducedOnly" : "notRun";
}

function printedIds(claim: Claim): readonly string[] {
  if (!("published" in claim) || claim.published === null) return [];
  return "id" in claim.published ? [claim.published.id] : claim.published.map(({ id }) => id);
}

/** A paper with the claims of its suites. */
export type Covered = Pick<Paper, "id" | "title" | "published"> & {
  readonly suites: readonly Pick<Suite, "id" | "claims">[];
};

export function coverageOf(reports: readonly ReportData[], { suites, published }: Covered): Coverage {
  const claims = suites.flatMap(({ id, claims }) => {
    const own = reports.filter((report) => report.suite.id === id);
    return claims.map((claim) => ({ claim, state: stateOf(claim, own) }));
  });
  const count = (wanted: State): number => claims.filter(({ state }) => state === wanted).length;
  const spoken = new Set(claims.flatMap(({ claim }) => printedIds(claim)));
  return {
    claims: claims.length,
    decided: count("decided"),
    undecided: count("undecided"),
    reducedOnly: count("reducedOnly"),
    notTestable: count("notTestable"),
    notRun: count("notRun"),
    numbersWithoutSuite: published.filter(({ id }) => !spoken.has(id)).length,
  };
}

const CHARACTER = 6.7;
const HEIGHT = 20;

/**
 * A badge of two parts with an accessible name. The number of characters fixes the widths, so that any font fits.
 * @param paper its id and title
 */
export function coverageBadge(coverage: Coverage, paper: Pick<Paper, "id" | "title">): string {
  const { claims, decided, undecided, reducedOnly, notTestable, notRun, numbersWithoutSuite } = coverage;
  const label = `claims of ${paper.id}`;
  const value = `${decided} of ${claims} decided`;
  const name = [
    `${paper.title}: of ${claims} claims with a suite ${decided} decided`,
    `${undecided} run in full without a decision`,
    `${reducedOnly} run at a reduced scale only`,
    `${notTestable} not testable`,
    `${notRun} not run`,
  ].join(", ");
  const title = escapeText(`${name}. Printed numbers without a suite yet: ${numbersWithoutSuite}.`);
  const [left, right] = [label, value].map((text) => Math.ceil(text.length * CHARACTER + 12)) as [number, number];
  const width = left + right;
  const text = (content: string, middle: number, length: number): string =>
    `<text x="${middle}" y="14" textLength="${length - 12}" lengthAdjust="spacingAndGlyphs">${escapeText(content)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${title}"><title>${title}</title><rect width="${width}" height="${HEIGHT}" rx="3" fill="#40474d"/><path d="M${left} 0H${width - 3}a3 3 0 0 1 3 3V${HEIGHT - 3}a3 3 0 0 1-3 3H${left}Z" fill="${decided > 0 ? "#1f5f8b" : "#5e666c"}"/><g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">${text(label, left / 2, left)}${text(value, left + right / 2, right)}</g></svg>
`;
}

/** Writes `coverage-<paper>.svg` and `coverage-<paper>.json` into the folder. */
export async function writeCoverage(
  paper: Covered,
  reports: readonly { readonly data: ReportData }[],
  folder: string,
): Promise<void> {
  const coverage = coverageOf(
    reports.map(({ data }) => data),
    paper,
  );
  writeAtomic(join(folder, `coverage-${paper.id}.svg`), coverageBadge(coverage, paper));
  writeAtomic(join(folder, `coverage-${paper.id}.json`), `${JSON.stringify(coverage, null, 2)}\n`);
}
