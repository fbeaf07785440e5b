/** Runs a night and writes what came of it: node --import tsx ci/nightly/nightly.ts [--budget MINUTES] [--store DIR] [--out DIR] */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { baselineHistories } from "../../harness/comparing/baseline-files.ts";
import { EXIT, HarnessError, messageOf } from "../../harness/errors.ts";
import { writeAtomic } from "../../harness/store/atomic-file.ts";
import type { Suite } from "../../harness/suite.ts";
import { renderNight } from "../../reports/night-page.ts";
import { PAPER_SUITES } from "../../suites/index.ts";
import { type Baselined, type Ended, night, type PaperSuite } from "./night.ts";
import { junit, markdown } from "./outputs.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const BASELINES = join(ROOT, "baselines", "accepted");
/** A command that is asked to stop writes its checkpoints first. */
const GRACE_MS = 60_000;

/** The latest baseline of each budget. */
function baselined(): Baselined[] {
  return readdirSync(BASELINES).flatMap((suite) =>
    baselineHistories(BASELINES, suite).map((history) => {
      const { profile, engineClass, provenance } = history.at(-1)!.baseline;
      return { suite, profile, engineClass, revision: provenance.revision };
    }),
  );
}

/** Suites whose `paper` plan leaves nothing out for want of data, and reads the paper's own. */
function paperSuites(): PaperSuite[] {
  const possible = ({ literal, usesPapersData, plan }: Suite): boolean =>
    !literal &&
    usesPapersData("paper") &&
    (plan("paper", "tensorflow-cpu", { rootSeed: "any" }).missing ?? []).length === 0;
  return PAPER_SUITES.filter(possible).map(({ id, claims }) => ({
    suite: id,
    open: claims.filter(({ kind }) => kind !== "qualitative").length,
  }));
}

function command(args: readonly string[], limitMs: number): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ["main.js", ...args], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
    let [stdout, stopped] = ["", false];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    const late = setTimeout(() => {
      stopped = true;
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
    }, limitMs);
    child.on("error", fail);
    child.on("close", (code) => {
      clearTimeout(late);
      done({ code: code ?? EXIT.bug, stdout, stopped });
    });
  });
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      budget: { type: "string", default: "120" },
      store: { type: "string", default: "runs" },
      out: { type: "string", default: "reports/out/nightly" },
    },
  });
  const minutes = Number(values.budget);
  if (!(minutes > 0)) throw new HarnessError(`--budget takes minutes above 0, got "${values.budget}".`);
  const [store, out] = [resolve(values.store), resolve(values.out)];
  mkdirSync(out, { recursive: true });
  const date = new Date().toISOString();
  const result = await night({
    // Only what does runs or shows them has a store; `engine` has none.
    command: (args, limitMs) =>
      command(
        args[0] === "engine" ? args : [...args, ...(args[0] === "plan" ? [] : ["--store", store, "--out", out])],
        limitMs,
      ),
    now: () => performance.now(),
    say: (line) => console.error(line),
    baselines: baselined(),
    paper: paperSuites(),
    budgetMs: minutes * 60_000,
    freshSeed: `nightly ${date.slice(0, 10)}`,
  });
  const told = { format: "reproducibility-night", version: 1, date, ...result };
  writeAtomic(join(out, "night.json"), `${JSON.stringify(told, null, 1)}\n`);
  writeAtomic(join(out, "night.junit.xml"), junit(result, date));
  writeAtomic(join(out, "night.md"), markdown(result, date));
  writeAtomic(join(out, "index.html"), renderNight(result, date, out));
  console.log(result.summary);
  return result.exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof HarnessError ? `Error: ${error.message}` : error);
  if (!(error instanceof HarnessError)) console.log(`COULD NOT JUDGE: ${messageOf(error)}`);
  process.exitCode = error instanceof HarnessError ? error.exitCode : EXIT.bug;
}
