/** The harness as a package: the main module of a project calls `main(defineProject(…))`. */
import type { BenchCase } from "./harness/bench/case.ts";
import type { Paper } from "./harness/contract/paper.ts";
import type { Suite } from "./harness/contract/suite.ts";
import type { DatasetParts } from "./harness/dataset/parts.ts";
import { enterProject } from "./harness/project.ts";

/** A value, or a function that loads it: `--help` must not wait for the suites. */
type Loaded<T> = T | (() => Promise<T>);

export interface Project {
  /** Absolute path of the folder with package.json; `import.meta.dirname` of its main module. */
  readonly root: string;
  readonly papers: Loaded<readonly Paper[]>;
  /** Suites that belong to no paper: they test the harness or the machine. */
  readonly controls?: Loaded<readonly Suite[]>;
  /** Data sets that are fetched or imported; without any the program has no command `dataset`. */
  readonly datasets?: Loaded<DatasetParts>;
  /** Timed programs; without any the program has no command `bench`. */
  readonly bench?: Loaded<readonly BenchCase[]>;
  /** The suite that help texts take as an example: its id. */
  readonly mainSuite?: string;
}

/** Checks nothing at run time: the types of a project where it is written. */
export const defineProject = (project: Project): Project => project;

/**
 * Runs one command of a project, from the arguments of this process, and sets the exit code; or serves as one of its worker
 * processes. Root seed and cache are named in the field "reproducibility" of its package.json (harness/project.ts).
 */
export async function main({ root, papers, controls, datasets, bench, mainSuite }: Project): Promise<void> {
  const args = process.argv.slice(2);
  enterProject(root);
  const suites = async (): Promise<readonly Suite[]> => [
    ...(await loaded(papers)).flatMap((paper) => paper.suites),
    ...(controls === undefined ? [] : await loaded(controls)),
  ];
  if (args[0] === "worker" && process.send) {
    const { serveWorker } = await import("./harness/worker/worker.ts");
    const { withChangedModel } = await import("./harness/worker/changed-model.ts");
    serveWorker(await withChangedModel(await suites()));
    return;
  }
  const { runCli } = await import("./harness/cli/run-cli.ts");
  process.exitCode = await runCli(args, {
    suites,
    papers: () => loaded(papers),
    ...(datasets !== undefined && { datasets: () => loaded(datasets) }),
    ...(bench !== undefined && { bench: () => loaded(bench) }),
    ...(mainSuite !== undefined && { mainSuite }),
    writeReport: async (data, folder) => (await import("./reports/write-report.ts")).writeReport(data, folder),
    writeChange: async (data, folder, name) =>
      (await import("./reports/pages/compare-page.ts")).writeChange(data, folder, name),
    writeReproduction: async (data, folder, name) =>
      (await import("./reports/pages/reproduction-page.ts")).writeReproduction(data, folder, name),
    writeReportIndex: async (reports, folder) =>
      (await import("./reports/write-index.ts")).writeReportIndex(reports, folder),
    writeCoverage: async (paper, reports, folder) =>
      (await import("./reports/exports/coverage-badge.ts")).writeCoverage(paper, reports, folder),
    writeAuditPage: async (audit, folder) =>
      (await import("./reports/pages/audit-page.ts")).writeAuditPage(audit, folder),
  });
}

const loaded = async <T extends object>(value: Loaded<T>): Promise<T> =>
  typeof value === "function" ? (value as () => Promise<T>)() : value;
