import { resolve } from "node:path";
import { paperOf } from "../contract/paper.ts";
import { PROFILES } from "../contract/profiles.ts";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { storedPaperCost } from "../plan/paper-cost.ts";
import { storedPlans } from "../plan/stored-plans.ts";
import { Store } from "../store/store.ts";
import { commandOn } from "../terminal/commands.ts";
import { assemble } from "../verdict/assemble.ts";
import { evidenceRuns } from "../verdict/measured-again.ts";
import type { ReportData } from "../verdict/report-data.ts";
import { readStandings } from "../verdict/standings.ts";
import { keptRuns } from "./kept-runs.ts";
import { findSuite, jsonOption, oneOf, outOption, storeOption } from "./options.ts";
import type { Parts } from "./parts.ts";
import { type Published, publish, publishIndex } from "./publish.ts";
import { type LoadedVerb, verb } from "./verb.ts";

/** The pages again, from what is stored: one suite or all. Needs no engine. */
export function reportCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { id: { describe: "A suite; without it all of them" } },
    options: {
      profile: {
        type: "string",
        describe: "Only this profile",
        coerce: (value: string) => oneOf("profile", value, PROFILES),
      },
      ...storeOption,
      ...outOption,
      ...jsonOption,
    },
    async run(args) {
      const suites = args.id === undefined ? parts.suites : [findSuite(parts.suites, args.id)];
      const kept = keptRuns(
        suites.map(({ id }) => id),
        resolve(args.store),
      );
      const store = openStore(resolve(args.store), kept);
      const out = resolve(args.out);
      const say = (line: string): void => void process.stderr.write(`${line}\n`);
      const reports: (Published & { data: ReportData })[] = [];
      let code: ExitCode = EXIT.done;
      for (const suite of suites) {
        const { plans, problems } = storedPlans(store, suite, args.profile);
        for (const problem of problems) say(`Warning: ${problem.message}`);
        for (const { plan, places, engineClass, rootSeed } of plans) {
          const { standings, warnings: unknown } = readStandings(store, places);
          const { runs, warnings: again } = evidenceRuns(store, places);
          const warnings = [...problems.map((p) => `Unreadable file in the store: ${p.message}`), ...unknown, ...again];
          const paperCost = plan.profile === "quick" ? storedPaperCost(store, suite, engineClass, rootSeed) : null;
          const command = commandOn("report", suite.id, args.store);
          const paper = paperOf(parts.papers, suite);
          const data = assemble({
            paper,
            suite,
            plan,
            runs,
            standings,
            store: args.store,
            warnings,
            command,
            paperCost,
          });
          const published = await publish(parts, data, { out, engineClass, json: args.json, say });
          code = Math.max(code, published.exitCode) as ExitCode;
          reports.push({ ...published, data });
        }
      }
      if (reports.length === 0)
        throw new HarnessError(
          `The store ${store.folder} holds no runs of ${args.id ?? "any suite"} that this version can read. Run npm run suite ${args.id ?? suites[0]?.id} first.${lines(kept)}`,
          EXIT.cannotJudge,
        );
      if (args.json) console.log(JSON.stringify(reports.map((report) => report.json)));
      if (args.id === undefined && args.profile === undefined)
        for (const paper of parts.papers) await parts.writeCoverage?.(paper, reports, out);
      say(`All reports: ${await publishIndex(parts, reports, out)}`);
      for (const line of kept) say(line);
      return code;
    },
  });
}

/** Throws HarnessError if there is no store; the message names the runs kept in git. */
function openStore(folder: string, kept: readonly string[]): Store {
  try {
    return Store.open(folder, { create: false, readOnce: true });
  } catch (error) {
    if (!(error instanceof HarnessError) || kept.length === 0) throw error;
    throw new HarnessError(`${error.message}${lines(kept)}`, error.exitCode, { cause: error });
  }
}

const lines = (kept: readonly string[]): string => kept.map((line) => `\n${line}`).join("");
