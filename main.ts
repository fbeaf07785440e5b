/** Wires suites and reports into the harness's command line. What is slow to load is loaded when it is used. */
import { runCli } from "./harness/cli/run-cli.ts";

const args = process.argv.slice(2);
const suites = async () => (await import("./suites/index.ts")).SUITES;

if (args[0] === "worker" && process.send) {
  const { serveWorker } = await import("./harness/worker/worker.ts");
  const { withChangedModel } = await import("./harness/worker/changed-model.ts");
  serveWorker(await withChangedModel(await suites()));
} else
  process.exitCode = await runCli(args, {
    suites,
    writeReport: async (data, folder) => (await import("./reports/write-report.ts")).writeReport(data, folder),
    writeChange: async (data, folder, name) =>
      (await import("./reports/pages/compare-page.ts")).writeChange(data, folder, name),
    writeReproduction: async (data, folder, name) =>
      (await import("./reports/pages/reproduction-page.ts")).writeReproduction(data, folder, name),
    writeReportIndex: async (reports, folder) =>
      (await import("./reports/write-index.ts")).writeReportIndex(reports, folder),
    writeCoverage: async (paper, reports, folder) =>
      (await import("./reports/exports/coverage-badge.ts")).writeCoverage(paper, reports, folder),
    papers: async () => (await import("./suites/index.ts")).PAPERS,
    writeAuditPage: async (audit, folder) =>
      (await import("./reports/pages/audit-page.ts")).writeAuditPage(audit, folder),
    datasets: async () => (await import("./datasets/command.ts")).DATASETS,
    bench: async () => (await import("./ci/bench/index.ts")).BENCH_CASES,
  });
