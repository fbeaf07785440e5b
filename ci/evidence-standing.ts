/**
 * `node --import tsx ci/evidence-standing.ts [STORE]`: whether the runs of a store, `reports/evidence` by default, are results of
 * today's code. Exit code 3, with the runs and the command that settles it, where some are STALE or not checked, or cannot be
 * read. A folder without a store and a store without runs pass. It only reads.
 */
import { join, relative, resolve } from "node:path";
import { readStandings } from "../harness/cli/standings.ts";
import { storedPlans } from "../harness/cli/stored-plans.ts";
import { EXIT, type ExitCode, HarnessError } from "../harness/errors.ts";
import type { Standing } from "../harness/revalidating/standing.ts";
import { Store } from "../harness/store/store.ts";
import type { Suite } from "../harness/suite.ts";
import { ROOT } from "./source-tree.ts";

export interface EvidenceStanding {
  /** Results of today's plans. */
  readonly runs: number;
  /** What is wrong and what to do, line by line; empty where all runs stand. */
  readonly lines: readonly string[];
}

/** Throws HarnessError for a folder that is no store, and for a file of it that cannot be trusted. */
export function evidenceStanding(folder: string, suites: readonly Suite[]): EvidenceStanding {
  const store = Store.openIfThere(folder);
  if (!store) return { runs: 0, lines: [] };
  const lines: string[] = [];
  let runs = 0;
  for (const suite of suites) {
    const { plans, problems } = storedPlans(store, suite);
    lines.push(...problems.map(({ message }) => message));
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
  return { runs, lines };
}

async function main(folder: string): Promise<ExitCode> {
  try {
    const { SUITES } = await import("../suites/index.ts");
    const { runs, lines } = evidenceStanding(resolve(folder), SUITES);
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
