/** Runs a night and writes what came of it: node --import tsx ci/nightly/nightly.ts [--budget MINUTES] [--store DIR] [--out DIR] */
import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { differencesOf } from "../../harness/compare/baseline.ts";
import { currentBaselines } from "../../harness/compare/baseline-files.ts";
import type { Suite } from "../../harness/contract/suite.ts";
import { EXIT, HarnessError, messageOf } from "../../harness/errors.ts";
import { writeAtomic } from "../../harness/files/atomic-file.ts";
import { missingData } from "../../harness/plan/places.ts";
import { todaysCandidates } from "../../harness/revisions/candidate.ts";
import { Store } from "../../harness/store/store.ts";
import { renderNight } from "../../reports/pages/night-page.ts";
import { PAPERS, SUITES } from "../../suites/index.ts";
import type { Baselined, Ended } from "./course.ts";
import { night } from "./night.ts";
import { removeUnused } from "./old-stores.ts";
import { junit, markdown } from "./outputs.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const BASELINES = join(ROOT, "baselines", "accepted");
/** A command that is asked to stop writes its checkpoints first. */
const GRACE_MS = 60_000;
/** The root seed says only which runs there are; data and budgets do not depend on it. */
const ANY = { rootSeed: "any" };

const FILES = ["night.json", "night.junit.xml", "night.md", "index.html"];

const suiteOf = (id: string): Suite => SUITES.find((suite) => suite.id === id)!;
/** Of times only those say something that both codes take on this machine, in one night. */
const isTimed = ({ regression }: Suite): boolean => regression.some(({ timed }) => timed);
const hasRuns = (suite: Suite): boolean => suite.plan("quick", "tensorflow-cpu", ANY).runs.length > 0;

/** What this checkout and its data have for a night. */
function watched() {
  const suites = SUITES.filter(({ id }) => id !== "controls");
  /** The paper's own data are here, all of them. */
  const hasPapersData = (suite: Suite): boolean =>
    !suite.literal &&
    suite.usesPapersData("paper") &&
    missingData(suite.plan("paper", "tensorflow-cpu", ANY)).length === 0;
  return {
    suites: suites.filter(hasRuns).map(({ id }) => id),
    notHere: suites.flatMap((suite) =>
      (suite.plan("quick", "tensorflow-cpu", ANY).missing ?? []).map(
        ({ what }) => `${suite.id}: ${what}: the data are not here (npm run dataset says how to get them).`,
      ),
    ),
    paper: PAPERS.flatMap(({ suites }) => suites)
      .filter(hasPapersData)
      .map(({ id }) => id),
  };
}

/**
 * The current baseline on this engine, or on another: that one's revision can do its runs here. So can one whose runs are
 * of another processor, or of times.
 */
function baselineOf(id: string, engineClass: string): Baselined | null {
  const suite = suiteOf(id);
  const ofQuick = currentBaselines(BASELINES, id).filter(
    ({ baseline }) => suite.literal || baseline.profile === "quick",
  );
  const found = ofQuick.find(({ baseline }) => baseline.engineClass === engineClass) ?? ofQuick[0];
  if (!found) return null;
  const { rootSeed, provenance } = found.baseline;
  const now = { suite, plan: suite.plan("quick", engineClass, { rootSeed }), engineClass, rootSeed };
  const comparable = !isTimed(suite) && differencesOf(found.baseline, now).length === 0;
  return { revision: provenance.revision, seed: rootSeed, comparable };
}

interface Stores {
  /** Of the paper's profile, and of what other revisions did. */
  readonly main: string;
  /** Of times, anew every night. */
  readonly times: string;
}
/** Where a command has its runs: what is done in `quick` stands where a compare looks for runs of today's code. */
function storeOf([verb, id, , profile]: readonly string[], { main, times }: Stores): string {
  const suite = suiteOf(id!);
  if (isTimed(suite)) return times;
  return verb === "suite" && profile !== "paper" ? todaysCandidates(main, suite.id) : main;
}

function optionsOf(args: readonly string[], stores: Stores, out: string): string[] {
  if (args[0] === "engine") return [];
  return ["--store", storeOf(args, stores), ...(["suite", "compare"].includes(args[0]!) ? ["--out", out] : [])];
}

/** Of the first signal that asks the night to end. */
let stoppedBy: number | undefined;
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

function command(args: readonly string[], limitMs: number): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ["main.js", ...args], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
    let [stdout, stopped] = ["", false];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    const end = (): void => {
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
    };
    const late = setTimeout(() => {
      stopped = true;
      end();
    }, limitMs);
    const signalled = (signal: NodeJS.Signals): void => {
      stoppedBy ??= SIGNALS[signal as keyof typeof SIGNALS];
      end();
    };
    for (const signal of Object.keys(SIGNALS)) process.on(signal, signalled);
    child.on("error", fail);
    child.on("close", (code) => {
      clearTimeout(late);
      for (const signal of Object.keys(SIGNALS)) process.off(signal, signalled);
      done({ code: code ?? EXIT.bug, stdout, stopped });
    });
  });
}

const USAGE = `bash ci/nightly.sh [--budget MINUTES] [--store DIR] [--out DIR]

One night: engine, controls, every suite in quick, today's code against the accepted baselines, runs of the paper's profile.
  --budget  minutes, of which what is under way may take a little more [120]
  --store   folder of the stored runs [runs]
  --out     folder for index.html, night.json, night.junit.xml, night.md and the pages [reports/out/nightly]

Exit codes: 0 nothing is shown to be worse; 1 a regression, confirmed on fresh seeds; 2 wrong use; 3 something that is watched could
not be judged; 4 a bug; 129, 130, 143 stopped by a signal.`;

function options() {
  try {
    return parseArgs({
      options: {
        budget: { type: "string", default: "120" },
        store: { type: "string", default: "runs" },
        out: { type: "string", default: "reports/out/nightly" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new HarnessError(`${messageOf(error)}\n\n${USAGE}`, EXIT.wrongUse, { cause: error });
  }
}

async function main(): Promise<number> {
  const values = options();
  if (values.help) {
    console.log(USAGE);
    return EXIT.done;
  }
  const minutes = /^\d+(\.\d+)?$/.test(values.budget) ? Number(values.budget) : Number.NaN;
  if (!(minutes > 0)) throw new HarnessError(`--budget takes a number of minutes above 0, got "${values.budget}".`);
  const [store, out] = [resolve(values.store), resolve(values.out)];
  mkdirSync(out, { recursive: true });
  // Of another night: whoever finds none finds out that this one did not end.
  for (const name of FILES) rmSync(join(out, name), { force: true });
  const date = new Date().toISOString();
  // First of all: a folder that has candidates alone is none.
  Store.open(store, { create: true });
  const stores = { main: store, times: join(store, "times", date.replaceAll(":", "-")) };
  const today = SUITES.map(({ id }) => todaysCandidates(store, id));
  removeUnused(store, Date.parse(date), today);
  const result = await night({
    ...watched(),
    command: (args, limitMs) => command([...args, ...optionsOf(args, stores, out)], limitMs),
    now: () => performance.now(),
    stopping: () => stoppedBy !== undefined,
    say: (line) => console.error(line),
    baselineOf,
    budgetMs: minutes * 60_000,
    freshSeed: (suite) => `confirmation ${basename(todaysCandidates(store, suite))}`,
  });
  const told = { format: "reproducibility-night", version: 2, date, ...result };
  writeAtomic(join(out, "night.json"), `${JSON.stringify(told, null, 1)}\n`);
  writeAtomic(join(out, "night.junit.xml"), junit(result, date));
  writeAtomic(join(out, "night.md"), markdown(result, date));
  writeAtomic(join(out, "index.html"), renderNight(result, date, out));
  console.log(result.summary);
  return stoppedBy ?? result.exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof HarnessError ? `Error: ${error.message}` : error);
  if (!(error instanceof HarnessError)) console.log(`COULD NOT JUDGE: ${messageOf(error)}`);
  process.exitCode = error instanceof HarnessError ? error.exitCode : EXIT.bug;
}
