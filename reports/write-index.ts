/** From reports to the page that lists them. */
import { relative } from "node:path";
import type { ReportData } from "../harness/verdict/report-data.ts";
import { type IndexEntry, writeIndex } from "./pages/index-page.ts";

export interface WrittenReport {
  readonly data: ReportData;
  /** Path of its page. */
  readonly html: string;
}

/** Writes `index.html` into the folder; resolves to its path. */
export function writeReportIndex(reports: readonly WrittenReport[], folder: string): Promise<string> {
  return writeIndex(
    reports.map(({ data, html }): IndexEntry => {
      const primary = data.readings[0]?.id;
      return {
        title: data.suite.title,
        paper: data.paper?.title ?? null,
        place: data.suite.place,
        profile: data.plan.profile,
        scope: data.plan.scope,
        generatedAt: data.generatedAt,
        href: relative(folder, html),
        verdicts: data.judgements.filter((j) => j.reading === primary).map((j) => j.verdict),
        finished: data.records.filter((record) => record.state === "finished").length,
        planned: data.plan.runs.length,
      };
    }),
    folder,
  );
}
