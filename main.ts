/** Wires suites and reports into the harness's command line. */
import { AUDIT_INPUT } from "./baselines/comparisons.ts";
import { runCli } from "./harness/cli/run-cli.ts";
import { serveWorker } from "./harness/execute/worker.ts";
import { writeAuditPage } from "./reports/audit-page.ts";
import { writeReportIndex } from "./reports/write-index.ts";
import { writeReport } from "./reports/write-report.ts";
import { SUITES } from "./suites/index.ts";

const args = process.argv.slice(2);
if (args[0] === "worker" && process.send) serveWorker(SUITES);
else {
  const audit = { input: AUDIT_INPUT, writePage: writeAuditPage };
  process.exitCode = await runCli(args, { suites: SUITES, writeReport, writeReportIndex, audit });
}
