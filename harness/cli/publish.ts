import { join } from "node:path";
import { EXIT, type ExitCode } from "../errors.ts";
import { isResult } from "../execute/execute.ts";
import type { ReportData } from "../report-data.ts";
import type { Parts } from "./run-cli.ts";

export interface PublishOptions {
  readonly out: string;
  readonly engineClass: string;
  readonly json: boolean;
  say(line: string): void;
}

export interface Published {
  readonly html: string;
  readonly exitCode: ExitCode;
}

/** Writes a suite's report, prints its verdicts and gives the exit code. */
export async function publish(
  parts: Parts,
  data: ReportData,
  { out, engineClass, json, say }: PublishOptions,
): Promise<Published> {
  const { html, files } = await parts.writeReport(data, reportFolder(out, data, engineClass));
  if (json) process.stdout.write(`${JSON.stringify({ report: html, files, judgements: data.judgements })}\n`);
  else printVerdicts(data);
  const failed = data.records.filter((record) => record.state !== "finished");
  for (const { spec, state } of failed) say(`${spec.path}: ${state}`);
  say(`Report: ${html}`);
  if (data.records.some((record) => !isResult(record))) {
    say("Some runs crashed or timed out even after a retry; run the same command again to try them once more.");
    return { html, exitCode: EXIT.bug };
  }
  const contradicted = data.judgements.some((j) => j.verdict === "CONTRADICTED");
  return { html, exitCode: contradicted ? EXIT.judgedAgainst : EXIT.done };
}

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
