/** Does again what an exported file says was done, and reports whether the same came out. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { baselineRun, differencesOf } from "../compare/baseline.ts";
import { changeTable } from "../compare/change-text.ts";
import { requireComparable } from "../compare/comparable.ts";
import { comparisonsOf } from "../compare/comparisons.ts";
import { judgeChange } from "../compare/judge-change.ts";
import type { Suite } from "../contract/suite.ts";
import { isStackedClass } from "../engine/engine.ts";
import { EXIT, type ExitCode } from "../errors.ts";
import { CHECKPOINT_MS, doRuns, interruptible, lockStore, tellStopped } from "../execute/do-runs.ts";
import { withEngine } from "../execute/open-engine.ts";
import { placesOf, storedRuns } from "../plan/places.ts";
import { planOf, withNeeded } from "../plan/plan-of.ts";
import { codeDigest, codeOfEachArm, requireMadeBy } from "../reproduce/code.ts";
import { type LockFile, readLockFile } from "../reproduce/lock-file.ts";
import { lockedAndHere } from "../reproduce/made-with.ts";
import { type Reproduction, repeatedRuns, reproductionVerdict } from "../reproduce/reproduction.ts";
import { isResult, Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import { assemble } from "../verdict/evidence.ts";
import { readStandings } from "../verdict/standings.ts";
import { findSuite, jsonOption, outOption, storeOption, workersOption } from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export function reproduceCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { file: { required: true, describe: "What npm run export wrote" } },
    options: { ...workersOption, ...storeOption, ...outOption, ...jsonOption },
    examples: [[`$0 reproduce reports/out/${parts.example.suite}.quick.tensorflow-cpu.lock.json`, ""]],
    epilogue:
      "Does every run of the file by the code that is here, in a store of its own, and compares bits, then statistics as compare does. IDENTICAL: the same bits; EQUIVALENT: within the suite's margins; DIFFERENT: significantly not. Exit code 1: DIFFERENT.",
    run: (args) => reproduce(parts, args),
  });
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
  const main = Store.open(resolve(args.store), { create: true }).folder;
  const digest = createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 12);
  const folder = join(main, "reproductions", digest);
  const held = await lockStore(folder, `npm run reproduce ${file}`);
  try {
    return await repeat(parts, suite, lock, file, folder, args);
  } finally {
    await held.release();
  }
}

/** @param byFile the folder of what is done for this file: of other code's runs and of this one's */
function repeat(
  parts: Parts,
  suite: Suite,
  lock: LockFile,
  file: string,
  byFile: string,
  args: ReproduceArguments,
): Promise<ExitCode> {
  const { profile, rootSeed, provenance, engineClass } = lock.results;
  return interruptible(async (signals) => {
    const wanted = { requested: provenance.engine.id, stacked: isStackedClass(engineClass) };
    const { plan, places, store, code } = await withEngine(wanted, async (opened) => {
      const plan = planOf(suite, { profile, seed: rootSeed, replicates: lock.replicates }, opened.engine.class);
      const now = { suite, plan, engineClass: opened.engine.class, rootSeed };
      requireComparable(relative(process.cwd(), file), differencesOf(lock.results, now));
      const places = placesOf(plan, opened.engine.class, rootSeed);
      const code = codeOfEachArm(withNeeded(places));
      const store = Store.open(`${byFile}-${codeDigest(code)}`, { create: true });
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
      return { plan, places, store, code };
    });
    if (signals.received) return tellStopped(store, places, signals);
    const runs = storedRuns(store, places);
    const records = runs.map(({ record }) => record);
    const failed = records.filter((record) => !isResult(record));
    if (failed.length > 0) {
      say(`${failed.length} of ${places.length} runs crashed: nothing is judged. Run the same command again.`);
      return EXIT.bug;
    }
    const all = withNeeded(places);
    const made = storedRuns(store, all).map(({ record }) => record);
    requireMadeBy(code, { records: made, places: all, store });
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
      lock: lockedAndHere(lock, records),
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

async function publishReproduction(
  parts: Parts,
  reproduction: Reproduction,
  { out, json }: ReproduceArguments,
): Promise<ExitCode> {
  const { suite, budget, engineClass, verdict, runs, change, lock } = reproduction;
  const folder = join(resolve(out), suite.id, budget, engineClass);
  const { html, files } = await parts.writeReproduction(reproduction, folder, "reproduction");
  const same = runs.filter(({ bits }) => bits === "same").length;
  const unknown = runs.filter(({ bits }) => bits === "none").length;
  if (json) console.log(JSON.stringify({ report: html, files, ...reproduction }));
  else {
    console.log(`${verdict}: ${same} of ${runs.length} runs are the same bits.`);
    if (unknown > 0)
      console.log(`  ${unknown} diverged in both, and nothing was kept by which their bits could be compared.`);
    for (const { what, locked, here } of lock) if (locked !== here) console.log(`  ${what}: ${locked}, here ${here}`);
    if (change && verdict !== "IDENTICAL") console.log(changeTable(change));
  }
  say(`Report: ${html}`);
  return verdict === "DIFFERENT" ? EXIT.judgedAgainst : EXIT.done;
}
