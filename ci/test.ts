/**
 * `npm test`: the engine, types, lint and format, then every test. `npm test -- PART…` runs only the test files whose
 * path contains one of the parts. Ends with node's own summary; exits with 1 when anything failed.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { install, verifyInstall } from "../harness/engine/tensorflow/install/provision.ts";
import { EXIT, HarnessError, messageOf } from "../harness/errors.ts";
import { installProgress } from "../harness/terminal/progress.ts";
import { findBrowser, NO_BROWSER } from "../reports/browser.ts";
import { compileTests } from "./compile-tests.ts";
import { FOLDERS, filesIn, ROOT } from "./source-tree.ts";
import { chooseTests } from "./test-files.ts";

const HELP = `npm test [-- [--fast] [--tests-only] [PART…]]
  PART          only test files whose path contains it; types and lint are not checked then
  --fast        without the slow test files
  --tests-only  types and lint are not checked`;
const TIMEOUT_MS = 10 * 60_000;
const RUNNER = "ci/run-tests.js";
const inCi = Boolean(process.env.CI);
const say = (line: string): void => console.log(line);

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof HarnessError)) throw error;
  console.error(`Error: ${error.message}`);
  process.exitCode = error.exitCode;
}

async function main(): Promise<number> {
  const { fast, testsOnly, help, patterns } = options();
  if (help) {
    say(HELP);
    return EXIT.done;
  }
  const files = chooseTests(filesIn(ROOT, FOLDERS, ".test.ts"), { fast, patterns });
  const failed: string[] = [];
  if (!(await provision()) && inCi) failed.push("tensorflow engine");
  if (!findBrowser()) say(`The tests of the pages are ${inCi ? "going to fail" : "skipped"}: ${NO_BROWSER}.`);
  if (!testsOnly && patterns.length === 0) {
    if (!(await node("Types", "node_modules/typescript/bin/tsc", "--noEmit"))) failed.push("types");
    if (!(await node("Lint and format", "node_modules/@biomejs/biome/bin/biome", "check", "."))) failed.push("lint");
  }
  const runner = ["--enable-source-maps", `--test-timeout=${TIMEOUT_MS}`, RUNNER];
  const limits = [availableParallelism() + 1, TIMEOUT_MS].map(String);
  const what = `Tests: ${files.length} files, Node ${process.versions.node}`;
  if (!(await node(what, ...runner, ...limits, ...(await compileTests(files))))) failed.push("tests");
  if (failed.length > 0) console.error(`\nFAILED: ${failed.join(", ")}.`);
  return failed.length > 0 ? 1 : 0;
}

function options() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        fast: { type: "boolean", default: false },
        "tests-only": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    const { fast, help } = values as { fast: boolean; help: boolean };
    return { fast, help, testsOnly: values["tests-only"] === true, patterns: positionals };
  } catch (error) {
    throw new HarnessError(`${messageOf(error)}\n${HELP}`);
  }
}

/** Installs the tensorflow engine if need be. False, with the reason printed, when that is impossible. */
async function provision(): Promise<boolean> {
  if (
    await verifyInstall().then(
      () => true,
      () => false,
    )
  )
    return true;
  say("The tensorflow engine is not installed: installing it, once for this user (about 280 MB).");
  const progress = installProgress(say);
  try {
    await install({ onProgress: progress.update });
    return true;
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    say(`The tensorflow engine cannot be installed: ${error.message}`);
    if (!inCi) say("Its tests are skipped.");
    return false;
  } finally {
    progress.stop();
  }
}

/** Runs a program of node's under a heading. True when it succeeded. */
function node(title: string, ...args: string[]): Promise<boolean> {
  say(`\n== ${title}`);
  const start = performance.now();
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", fail);
    child.on("close", (code) => {
      // Node's summary of the tests stays last.
      if (!args.includes(RUNNER))
        say(`${title}: ${code === 0 ? "ok" : "FAILED"}, ${((performance.now() - start) / 1000).toFixed(1)} s`);
      done(code === 0);
    });
  });
}
