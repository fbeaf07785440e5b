/** Wires suites and reports into the harness's command line. */
import { runCli } from "./harness/cli/run-cli.ts";
import { serveWorker } from "./harness/execute/worker.ts";
import { writeReportIndex } from "./reports/write-index.ts";
import { writeReport } from "./reports/write-report.ts";
import { SUITES } from "./suites/index.ts";

const args = process.argv.slice(2);
if (args[0] === "worker" && process.send) serveWorker(SUITES);
else process.exitCode = await runCli(args, { suites: SUITES, writeReport, writeReportIndex });
