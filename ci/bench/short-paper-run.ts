/** The program with one suite of one run: ALI of toy-modes' paper profile, of a fortieth of its updates. */
import { runCli } from "../../harness/cli/run-cli.ts";
import type { Suite } from "../../harness/contract/suite.ts";
import { serveWorker } from "../../harness/worker/worker.ts";
import { toyModesSuite } from "../../suites/toy-modes/suite.ts";

const SHARE = 1 / 40;

const suite: Suite = {
  ...toyModesSuite,
  plan(_profile, engineClass, options) {
    const plan = toyModesSuite.plan("paper", engineClass, { ...options, replicates: 1 });
    const run = plan.runs.find(({ model }) => model === "ali")!;
    return { ...plan, runs: [{ ...run, updates: SHARE * run.updates }] };
  },
};

const args = process.argv.slice(2);
const nothing = async () => ({ html: "", files: [] });
if (args[0] === "worker" && process.send) serveWorker([suite]);
else
  process.exitCode = await runCli(args, {
    suites: async () => [suite],
    writeReport: nothing,
    writeChange: nothing,
    writeReproduction: nothing,
    writeReportIndex: async () => "",
  });
