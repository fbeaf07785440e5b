import type { BenchCase } from "../bench/case.ts";
import type { ChangeData } from "../compare/change-data.ts";
import type { Suite } from "../contract/suite.ts";
import type { Reproduction } from "../reproduce/reproduction.ts";
import type { ReportData } from "../verdict/report-data.ts";
import type { AuditParts } from "./audit.ts";
import type { DatasetParts } from "./dataset-parts.ts";

export interface ReportFiles {
  readonly html: string;
  readonly files: readonly string[];
}
/** What main.ts wires into the command line. Each verb loads what it needs: a light one must not wait for the suites. */
export interface Wiring extends Omit<Parts, "suites"> {
  suites(): Promise<readonly Suite[]>;
  /** Without printed numbers there is nothing to audit, and no such command. */
  audit?(): Promise<AuditParts>;
  /** What can be timed; without any there is no such command. */
  bench?(): Promise<readonly BenchCase[]>;
  /** Data sets that are fetched or imported; without any there is no such command. */
  datasets?(): Promise<DatasetParts>;
}
/** What verbs get. */
export interface Parts {
  readonly suites: readonly Suite[];
  writeReport(data: ReportData, folder: string): Promise<ReportFiles>;
  /** Writes the page of a compare and its data, `<name>.html` and `<name>.json`. */
  writeChange(data: ChangeData, folder: string, name: string): Promise<ReportFiles>;
  /** Writes the page of a reproduction and its data, as `writeChange` does. */
  writeReproduction(data: Reproduction, folder: string, name: string): Promise<ReportFiles>;
  /** Resolves to the path of the page that lists them. */
  writeReportIndex(
    reports: readonly { readonly data: ReportData; readonly html: string }[],
    folder: string,
  ): Promise<string>;
  /** Writes how much of the paper the reports of all suites cover. A program without a paper has none. */
  writeCoverage?(reports: readonly { readonly data: ReportData }[], folder: string): Promise<void>;
}
