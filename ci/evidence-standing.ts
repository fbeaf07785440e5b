/**
 * `node --import tsx ci/evidence-standing.ts [STORE]` checks that no file of a store (default: `reports/evidence`) was
 * altered or is missing, and that its runs are results of today's code. Exit code 3, with a list and the commands to
 * run, if some runs are STALE, not checked, altered, or not committed whole. A missing or empty store passes.
 */
import { join, relative, resolve } from "node:path";
import type { Suite } from "../harness/contract/suite.ts";
import { EXIT, type ExitCode, HarnessError } from "../harness/errors.ts";
import { storedPlans } from "../harness/plan/stored-plans.ts";
import { Store } from "../harness/store/store.ts";
import { verifyStore } from "../harness/store/verify.ts";
import type { Standing } from "../harness/verdict/standing.ts";
import { readStandings } from "../harness/verdict/standings.ts";
import { ROOT } from "./source-tree.ts";

export interface EvidenceStanding {
  /** Results of today's plans. */
  readonly runs: number;
  /** Records outside today's plans: of an earlier version of a suite or model, or without a result. */
  readonly others: number;
  /** Problems and remedies, line by line; empty if all runs are valid. */
  readonly lines: readonly string[];
}

/** Throws HarnessError if the folder is not a store, or has a file that cannot be trusted. */
export function evidenceStanding(folder: string, suites: readonly Suite[]): EvidenceStanding {
  const store = Store.openIfThere(folder);
  if (!store) return { runs: 0, others: 0, lines: [] };
  const verified = verifyStore(folder);
  const lines = verified.problems.map(({ kind, file, message }) => `${kind.toUpperCase()}  ${file}: ${message}`);
  if (lines.length > 0)
    lines.push("Restore these files, and commit every file that collect and revalidate wrote there.");
  let runs = 0;
  for (const suite of suites) {
    const { plans } = storedPlans(store, suite); // unreadable files are among the problems above
    const shown = relative(ROOT, folder).startsWith("..") ? folder : relative(ROOT, folder);
    for (const { plan, places } of plans) {
      const { standings, warnings } = readStandings(store, places);
      runs += standings.size;
      lines.push(...warnings);
      const pathsOf = (wanted: Standing): string[] =>
        places.filter(({ key }) => standings.get(key) === wanted).map(({ spec }) => spec.path);
      const [stale, unchecked] = [pathsOf("stale"), pathsOf("unchecked")];
      lines.push(...stale.map((path) => `STALE  ${path}`), ...unchecked.map((path) => `NOT CHECKED  ${path}`));
      const command = `npm run revalidate ${suite.id} --${suite.literal ? "" : ` --profile ${plan.profile}`} --store ${shown}`;
      if (stale.length > 0)
        lines.push(
          `STALE runs come out differently under today's code: ${command} prints how. Undo the change, or add --set-aside.`,
        );
      if (unchecked.length > 0)
        lines.push(
          `Other code made runs that are NOT CHECKED. Run ${command}, and commit what it writes there (*.revalidation.json).`,
        );
    }
  }
  return { runs, others: Math.max(0, verified.runs - runs), lines };
}

async function main(folder: string): Promise<ExitCode> {
  try {
    const { SUITES } = await import("../suites/index.ts");
    const { runs, others, lines } = evidenceStanding(resolve(folder), SUITES);
    if (others > 0)
      console.log(`${folder}: ${others} more records are of no plan of today's suites, and count for no claim.`);
    for (const line of lines) console.error(line);
    if (lines.length === 0)
      console.log(`${folder}: ${runs} runs${runs === 0 ? "" : ", all of them results of today's code"}.`);
    return lines.length === 0 ? EXIT.done : EXIT.cannotJudge;
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    console.error(`Error: ${error.message}`);
    return error.exitCode;
  }
}

if (process.argv[1] === import.meta.filename)
  process.exitCode = await main(process.argv[2] ?? join(ROOT, "reports", "evidence"));
