/** Writes what the store holds of a suite as one file, from which it can be done again elsewhere. */
import { join, resolve } from "node:path";
import { replicatesOf } from "../compare/acceptable.ts";
import { type StoredChoice, storedBaseline } from "../compare/stored-baseline.ts";
import type { RunRecord } from "../contract/run.ts";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { writeAtomic } from "../files/atomic-file.ts";
import { storedRuns } from "../plan/places.ts";
import type { ExportFile } from "../reproduce/export-file.ts";
import { bitsOf } from "../store/bits.ts";
import { Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import { assemble } from "../verdict/assemble.ts";
import { readStandings } from "../verdict/standings.ts";
import { findSuite, notEmpty, profileOption, seedOption, storeOption } from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export function exportCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { id: { required: true, describe: `One of: ${parts.suites.map((s) => s.id).join(", ")}` } },
    options: {
      lock: { type: "boolean", default: false, describe: "Recipe, lock and results as one JSON file" },
      file: {
        type: "string",
        defaultDescription: "reports/out/<suite>.<budget>.<engine class>.lock.json",
        describe: "Where to write it",
        coerce: (value: string) => notEmpty("file", value),
      },
      ...profileOption,
      engine: {
        type: "string",
        describe: "Engine or engine class of the runs; needed where the store holds several",
      },
      ...seedOption,
      ...storeOption,
    },
    examples: [[`$0 export ${parts.example.suite} -- --lock`, "then elsewhere: npm run reproduce <file>"]],
    epilogue:
      "As for a baseline, all runs have to be there, of one clean revision. The file has every run's settings, metrics and hashes, what they were made with, and the commands that do them again; no weights and no samples.",
    run: (args) => exportLock(parts, args),
  });
}

interface ExportArguments extends StoredChoice {
  readonly id: string;
  readonly lock: boolean;
  readonly file?: string;
}

async function exportLock(parts: Parts, args: ExportArguments): Promise<ExitCode> {
  const suite = findSuite(parts.suites, args.id);
  if (!args.lock) throw new HarnessError(`Say what to export: npm run export ${suite.id} -- --lock.`);
  const { baseline, stored, records } = await storedBaseline(suite, args, { verb: "export", what: "an exported file" });
  const { plan, places, engineClass } = stored;
  const store = Store.open(resolve(args.store), { create: false });
  const { standings } = readStandings(store, places);
  const runs = storedRuns(store, places);
  const { judgements, claims } = assemble({ suite, plan, runs, standings, warnings: [], command: "", paperCost: null });
  const first = judgements[0]?.reading;
  const { revision } = baseline.provenance;
  const file = resolve(args.file ?? join("reports", "out", `${suite.id}.${plan.budget}.${engineClass}.lock.json`));
  const exported: ExportFile = {
    format: "reproducibility-lock",
    version: 1,
    exportedAt: new Date().toISOString(),
    recipe: [`git checkout ${revision}`, "npm ci", "npm run reproduce <this file>"],
    replicates: replicatesOf(plan),
    results: baseline,
    bits: Object.fromEntries(records.flatMap(bitsEntry)),
    claims: claims.flatMap(({ id, statement }) => {
      const judgement = judgements.find((one) => one.claimId === id && one.reading === first);
      return judgement ? [{ id, statement, verdict: judgement.verdict, reason: judgement.reason }] : [];
    }),
  };
  writeAtomic(file, `${JSON.stringify(exported, null, 1)}\n`);
  console.log(`Exported: ${file}`);
  say(`${records.length} runs of ${suite.id}, ${plan.budget} on ${engineClass}. Elsewhere: npm run reproduce FILE`);
  return EXIT.done;
}

function bitsEntry(record: RunRecord): [string, ExportFile["bits"][string]][] {
  const bits = bitsOf(record);
  return bits ? [[record.spec.path, bits]] : [];
}
