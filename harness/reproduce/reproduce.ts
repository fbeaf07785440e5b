/** The runs of an exported file, done again by the code that is here. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { baselineRun, differencesOf } from "../compare/baseline.ts";
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
import { isResult, Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import { assemble } from "../verdict/assemble.ts";
import { readStandings } from "../verdict/standings.ts";
import { codeDigest, codeOfEachArm, requireMadeBy } from "./code.ts";
import { type ExportFile, readExportFile } from "./export-file.ts";
import { madeWithRows } from "./made-with.ts";
import { type Reproduction, repeatedRuns, reproductionVerdict } from "./reproduction.ts";

export interface ReproduceOptions {
  /** Path of the exported file. */
  readonly file: string;
  readonly workers?: number;
  /** Folder of the main store; the runs go into a store below it. */
  readonly store: string;
}
type Publish = (reproduction: Reproduction) => Promise<ExitCode>;

/**
 * Does the runs of an exported file by the code that is here, and hands the reproduction to `publish`; resolves to the exit
 * code. Throws HarnessError where the file cannot be read or the runs are not comparable with it.
 * @param find finds a suite by its id
 */
export async function reproduce(
  find: (id: string) => Suite,
  args: ReproduceOptions,
  publish: Publish,
): Promise<ExitCode> {
  const file = resolve(args.file);
  const exported = readExportFile(file);
  const suite = find(exported.results.suite);
  const main = Store.open(resolve(args.store), { create: true }).folder;
  const digest = createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 12);
  const folder = join(main, "reproductions", digest);
  const lock = await lockStore(folder, `npm run reproduce ${file}`);
  try {
    return await repeat(suite, exported, file, folder, args, publish);
  } finally {
    await lock.release();
  }
}

/** @param byFile the folder of what is done for this file: of other code's runs and of this one's */
function repeat(
  suite: Suite,
  exported: ExportFile,
  file: string,
  byFile: string,
  args: ReproduceOptions,
  publish: Publish,
): Promise<ExitCode> {
  const { profile, rootSeed, provenance, engineClass } = exported.results;
  return interruptible(async (signals) => {
    const wanted = { requested: provenance.engine.id, stacked: isStackedClass(engineClass) };
    const { plan, places, store, code } = await withEngine(wanted, async (opened) => {
      const plan = planOf(suite, { profile, seed: rootSeed, replicates: exported.replicates }, opened.engine.class);
      const now = { suite, plan, engineClass: opened.engine.class, rootSeed };
      requireComparable(relative(process.cwd(), file), differencesOf(exported.results, now));
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
    const repeated = repeatedRuns(exported, records);
    const { comparisons, differences } = comparisonsOf(
      suite.regression,
      exported.results.runs,
      records.map(baselineRun),
    );
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
      engineClass: exported.results.engineClass,
      rootSeed,
      file: relative(process.cwd(), file),
      exportedAt: exported.exportedAt,
      recipe: exported.recipe,
      lock: madeWithRows(exported, records),
      runs: repeated,
      change,
      claims: exported.claims.map((claim) => ({
        statement: claim.statement,
        locked: claim.verdict,
        here: judgements.find((one) => one.claimId === claim.id)?.verdict ?? "not in this suite",
      })),
      generatedAt: new Date().toISOString(),
      command: `npm run reproduce ${relative(process.cwd(), file)}`,
    };
    return publish(reproduction);
  });
}
