/** Does again what an exported file says was done, and reports whether the same came out. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { CommandModule } from "yargs";
import { baselineRun, differencesOf } from "../comparing/baseline.ts";
import { comparisonsOf } from "../comparing/comparisons.ts";
import { judgeChange } from "../comparing/judge-change.ts";
import { EXIT, type ExitCode } from "../errors.ts";
import { assemble, placesOf, storedRuns } from "../evidence.ts";
import { readOrigin } from "../provenance.ts";
import { type LockFile, readLockFile } from "../reproducing/lock-file.ts";
import { type Locked, type Reproduction, repeatedRuns, reproductionVerdict } from "../reproducing/reproduction.ts";
import type { RunRecord } from "../run.ts";
import { PROJECT } from "../sources.ts";
import { isResult, Store } from "../store/store.ts";
import type { Suite } from "../suite.ts";
import { changeTable } from "./change-text.ts";
import { requireComparable } from "./comparable.ts";
import { CHECKPOINT_MS, doRuns, interruptible, lockStore, tellStopped, withEngine } from "./do-runs.ts";
import { findSuite, jsonOption, outOption, storeOption, workersOption } from "./options.ts";
import { say } from "./output.ts";
import type { Parts } from "./parts.ts";
import { planOf } from "./plan-of.ts";
import { readStandings } from "./standings.ts";

export function reproduceCommand(parts: Parts, finish: (code: ExitCode) => void): CommandModule {
  return {
    builder: (yargs) =>
      yargs
        .positional("file", { type: "string", describe: "What npm run export wrote" })
        .options({ ...workersOption, ...storeOption, ...outOption, ...jsonOption })
        .example("$0 reproduce reports/out/toy-modes.quick.tensorflow-cpu.lock.json", "")
        .epilogue(
          "Does every run of the file by the code that is here, in a store of its own, and compares bits, then statistics as compare does. IDENTICAL: the same bits; EQUIVALENT: within the suite's margins; DIFFERENT: significantly not. Exit code 1: DIFFERENT.",
        ),
    handler: async (raw) => finish(await reproduce(parts, raw as unknown as ReproduceArguments)),
  };
}

interface ReproduceArguments {
  readonly file: string;
  readonly workers?: number;
  readonly store: string;
  readonly out: string;
  readonly json: boolean;
}

async function reproduce(parts: Parts, args: ReproduceArguments): Promise<ExitCode> {
  const file = resolve(args.file);
  const lock = readLockFile(file);
  const suite = findSuite(parts.suites, lock.results.suite);
  // By what the file says: another file is another reproduction, the same one goes on where it was.
  const digest = createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 12);
  const main = Store.open(resolve(args.store), { create: true }).folder;
  const folder = join(main, "reproductions", digest);
  const held = await lockStore(folder, `npm run reproduce ${file}`);
  try {
    return await repeat(parts, suite, lock, file, Store.open(folder, { create: true }), args);
  } finally {
    await held.release();
  }
}

function repeat(
  parts: Parts,
  suite: Suite,
  lock: LockFile,
  file: string,
  store: Store,
  args: ReproduceArguments,
): Promise<ExitCode> {
  const { profile, rootSeed, provenance } = lock.results;
  return interruptible(async (signals) => {
    const { plan, places } = await withEngine({ requested: provenance.engine.id }, async (opened) => {
      const plan = planOf(suite, { profile, seed: rootSeed, replicates: lock.replicates }, opened.engine.class);
      const now = { suite, plan, engineClass: opened.engine.class, rootSeed };
      requireComparable(relative(process.cwd(), file), differencesOf(lock.results, now));
      const places = placesOf(plan, opened.engine.class, rootSeed);
      await doRuns({
        opened,
        store,
        wanted: places,
        what: `${suite.title}: ${places.length} runs again`,
        seed: rootSeed,
        workers: args.workers,
        checkpointMs: CHECKPOINT_MS,
        timeoutMs: null,
        signals,
      });
      return { plan, places };
    });
    if (signals.received) return tellStopped(store, places, signals);
    const runs = storedRuns(store, places);
    const records = runs.map(({ record }) => record);
    const failed = records.filter((record) => !isResult(record));
    if (failed.length > 0) {
      say(`${failed.length} of ${places.length} runs crashed: nothing is judged. Run the same command again.`);
      return EXIT.bug;
    }
    const repeated = repeatedRuns(lock, records);
    const { comparisons, differences } = comparisonsOf(suite.regression, lock.results.runs, records.map(baselineRun));
    requireComparable(relative(process.cwd(), file), differences);
    const change = comparisons.length === 0 ? null : judgeChange(comparisons);
    const { standings } = readStandings(store, places);
    const { judgements } = assemble({ suite, plan, runs, standings, warnings: [], command: "", paperCost: null });
    const { id, title, version } = suite;
    const reproduction: Reproduction = {
      verdict: reproductionVerdict(repeated, change),
      suite: { id, title, version },
      scope: plan.scope,
      budget: plan.budget,
      engineClass: lock.results.engineClass,
      rootSeed,
      file: relative(process.cwd(), file),
      exportedAt: lock.exportedAt,
      recipe: lock.recipe,
      lock: await lockedAndHere(lock, records[0]!),
      runs: repeated,
      change,
      claims: lock.claims.map((claim) => ({
        statement: claim.statement,
        locked: claim.verdict,
        here: judgements.find((one) => one.claimId === claim.id)?.verdict ?? "not in this suite",
      })),
      generatedAt: new Date().toISOString(),
      command: `npm run reproduce ${relative(process.cwd(), file)}`,
    };
    return publishReproduction(parts, reproduction, args);
  });
}

/** Both sides of what the runs were made with. */
async function lockedAndHere({ results }: LockFile, record: RunRecord): Promise<Locked[]> {
  const { revision, sourceSha256, lockfileSha256, engine, machine } = results.provenance;
  const origin = await readOrigin(PROJECT, results.rootSeed, results.suite);
  const here = record.provenance;
  const text = (value: unknown): string => (value === null || value === undefined ? "none" : String(value));
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    ["Revision", revision, `${origin.revision}${origin.dirty ? ", with uncommitted changes" : ""}`],
    ["Sources of the suite, SHA-256", sourceSha256, origin.sourceSha256],
    ["package-lock.json, SHA-256", lockfileSha256, origin.lockfileSha256],
    ["Engine", engine.class, here.engine.class],
    ["Device", engine.device, here.engine.device],
    ...[...new Set([...Object.keys(engine.versions), ...Object.keys(here.engine.versions)])].map(
      (name) => [name, engine.versions[name], here.engine.versions[name]] as const,
    ),
    ["Node", machine.node, here.machine.node],
    ["Processor", machine.cpu, here.machine.cpu],
    ["Cores", machine.cores, here.machine.cores],
    ["System", machine.platform, here.machine.platform],
  ];
  return rows.map(([what, locked, now]) => ({ what, locked: text(locked), here: text(now) }));
}

async function publishReproduction(
  parts: Parts,
  reproduction: Reproduction,
  { out, json }: ReproduceArguments,
): Promise<ExitCode> {
  const { suite, budget, engineClass, verdict, runs, change, lock } = reproduction;
  const folder = join(resolve(out), suite.id, budget, engineClass);
  const { html, files } = await parts.writeReproduction(reproduction, folder, "reproduction");
  const same = runs.filter(({ identical }) => identical).length;
  if (json) console.log(JSON.stringify({ report: html, files, ...reproduction }));
  else {
    console.log(`${verdict}: ${same} of ${runs.length} runs are the same bits.`);
    for (const { what, locked, here } of lock) if (locked !== here) console.log(`  ${what}: ${locked}, here ${here}`);
    if (change && verdict !== "IDENTICAL") console.log(changeTable(change));
  }
  say(`Report: ${html}`);
  return verdict === "DIFFERENT" ? EXIT.judgedAgainst : EXIT.done;
}
