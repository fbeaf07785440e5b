import { join } from "node:path";
import type { PaperVerdict } from "../contract/claims.ts";
import { EXIT, type ExitCode } from "../errors.ts";
import { writeFailure } from "../files/atomic-file.ts";
import { makeFolder } from "../files/make-folder.ts";
import { isResult } from "../store/store.ts";
import type { ReportData } from "../verdict/report-data.ts";
import type { Parts } from "./parts.ts";

export interface PublishOptions {
  readonly out: string;
  readonly engineClass: string;
  readonly json: boolean;
  say(line: string): void;
}

export interface Published {
  readonly html: string;
  /** What `--json` prints of it. */
  readonly json: object;
  readonly exitCode: ExitCode;
}

/**
 * Writes a suite's report, prints its verdicts (not with `json`: then the caller prints) and gives the exit code. Throws
 * HarnessError when the report cannot be written; the runs are stored all the same.
 */
export async function publish(
  parts: Parts,
  data: ReportData,
  { out, engineClass, json, say }: PublishOptions,
): Promise<Published> {
  const folder = reportFolder(out, data, engineClass);
  const { html, files } = await written(folder, () => parts.writeReport(data, folder));
  if (!json) printVerdicts(data);
  for (const record of data.records)
    if (record.state !== "finished") say(`${record.spec.path}: ${record.state}: ${firstLine(record.failure.message)}`);
  say(`Report: ${html}`);
  const result = { html, json: { report: html, files, judgements: data.judgements } };
  if (data.records.some((record) => !isResult(record))) {
    say("Some runs crashed or timed out: they are not results. Run the same command again to try them once more.");
    return { ...result, exitCode: EXIT.bug };
  }
  const says = (verdict: PaperVerdict): boolean => data.judgements.some((judgement) => judgement.verdict === verdict);
  if (says("CONTRADICTED")) return { ...result, exitCode: EXIT.judgedAgainst };
  return { ...result, exitCode: says("STALE") ? EXIT.cannotJudge : EXIT.done };
}

/** Writes the page that lists the reports; resolves to its path. */
export function publishIndex(
  parts: Parts,
  reports: readonly { readonly data: ReportData; readonly html: string }[],
  out: string,
): Promise<string> {
  return written(out, () => parts.writeReportIndex(reports, out));
}

async function written<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    makeFolder(folder);
    return await write();
  } catch (error) {
    throw writeFailure(folder, error);
  }
}

const firstLine = (text: string): string => text.split("\n")[0]!;

function reportFolder(out: string, { suite, plan }: ReportData, engineClass: string): string {
  return join(out, suite.id, plan.budget, engineClass);
}

function printVerdicts({ claims, judgements, plan }: ReportData): void {
  const primary = judgements[0]?.reading;
  console.log(plan.scope);
  for (const claim of claims) {
    const judgement = judgements.find((j) => j.claimId === claim.id && j.reading === primary);
    if (!judgement) continue;
    console.log(`${judgement.verdict.padEnd(12)}  ${claim.statement}`);
    console.log(`              ${judgement.directional ?? judgement.reason}`);
  }
}
