import type { Audit } from "../audit/audit.ts";
import type { BenchCase } from "../bench/case.ts";
import type { ChangeData } from "../compare/change-data.ts";
import type { Paper } from "../contract/paper.ts";
import type { Suite } from "../contract/suite.ts";
import type { DatasetParts } from "../dataset/parts.ts";
import type { Reproduction } from "../reproduce/reproduction.ts";
import type { ReportData } from "../verdict/report-data.ts";

export interface ReportFiles {
  readonly html: string;
  readonly files: readonly string[];
}
/** What index.ts wires into the command line. Each verb loads what it needs: a light one must not wait for the suites. */
export interface Wiring extends Omit<Parts, "suites" | "papers" | "example"> {
  /** The suite that help texts take as an example; without it the first one. */
  readonly mainSuite?: string;
  /** All suites, those of papers included. */
  suites(): Promise<readonly Suite[]>;
  /** Without papers there are no printed numbers to audit, and no such command. */
  papers?(): Promise<readonly Paper[]>;
  /** Writes the page of an audit; resolves to its path. */
  writeAuditPage?(audit: Audit, folder: string): Promise<string>;
  /** What can be timed; without any there is no such command. */
  bench?(): Promise<readonly BenchCase[]>;
  /** Data sets that are fetched or imported; without any there is no such command. */
  datasets?(): Promise<DatasetParts>;
}
/** Names for the examples of help texts, from the project's own suites. */
export interface Example {
  readonly suite: string;
  /** A slot of the suite, else "model". */
  readonly slot: string;
}
/** What verbs get. */
export interface Parts {
  readonly example: Example;
  readonly suites: readonly Suite[];
  readonly papers: readonly Paper[];
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
  /** Writes the share of a paper's claims that the reports of all suites decide. */
  writeCoverage?(paper: Paper, reports: readonly { readonly data: ReportData }[], folder: string): Promise<void>;
}
