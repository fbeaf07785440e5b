/** Writes a suite's report: one HTML page, its tables as CSV, its data as JSON, and it all as Markdown and JUnit XML. */
import { join } from "node:path";
import type { ReportData } from "../harness/report-data.ts";
import { writeAtomic } from "../harness/store/atomic-file.ts";
import { estimateTableFile, runTableFile, verdictTableFile } from "./columns.ts";
import { tableCsv } from "./csv.ts";
import { slug } from "./format.ts";
import { reportJson } from "./json.ts";
import { reportJunit } from "./junit.ts";
import { reportMarkdown } from "./markdown.ts";
import { pagesAbove } from "./other-pages.ts";
import { type BesideFile, renderPage } from "./page.ts";

/**
 * Writes `<suite>-<budget>.html`, `.json`, `.md`, `.junit.xml` and `.runs|verdicts|estimates.csv` into the folder, each whole or not at all.
 * Everything but the JSON is made before anything is written. Throws when the data do not fit their declared columns.
 */
export async function writeReport(data: ReportData, folder: string): Promise<{ html: string; files: string[] }> {
  const name = `${slug(data.suite.id)}-${slug(data.plan.budget)}`;
  const runs = runTableFile(data);
  const tables = [runs, verdictTableFile(data), estimateTableFile(data)];
  const beside: BesideFile[] = [
    ...tables.map((table) => ({ name: `${name}.${table.name}.csv`, meaning: table.meaning, columns: table.columns })),
    { name: `${name}.json`, meaning: "All data of this page but the points of its pictures.", columns: [] },
    { name: `${name}.md`, meaning: "Verdicts, protocol and provenance as Markdown, for a comment.", columns: [] },
    { name: `${name}.junit.xml`, meaning: "A test case a claim, for continuous integration.", columns: [] },
  ];
  // The page first: what it takes the most room for is gone when the others are made.
  const page = Buffer.from(renderPage(data, beside, pagesAbove(folder)));
  const contents = new Map<string, string | Iterable<Uint8Array>>([
    ...tables.map((table): [string, string] => [`${name}.${table.name}.csv`, tableCsv(table)]),
    [`${name}.json`, reportJson(data, runs)],
    [`${name}.md`, reportMarkdown(data)],
    [`${name}.junit.xml`, reportJunit(data)],
    // Last: a reader who sees the page finds its files.
    [`${name}.html`, [page]],
  ]);
  const files: string[] = [];
  for (const [file, content] of contents) {
    writeAtomic(join(folder, file), content);
    files.push(join(folder, file));
  }
  return { html: join(folder, `${name}.html`), files };
}
