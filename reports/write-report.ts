/** Writes a suite's report: one HTML page, its tables as CSV, its data as JSON, and it all as Markdown and JUnit XML. */
import { join } from "node:path";
import { writeAtomic } from "../harness/files/atomic-file.ts";
import type { ReportData } from "../harness/verdict/report-data.ts";
import { tableCsv } from "./exports/csv.ts";
import { reportJson } from "./exports/json.ts";
import { reportJunit } from "./exports/junit.ts";
import { reportMarkdown } from "./exports/markdown.ts";
import { slug } from "./format.ts";
import { pagesAbove } from "./pages/other-pages.ts";
import { type BesideFile, renderPage } from "./pages/page.ts";
import { estimateTableFile, runTableFile, verdictTableFile } from "./views/columns.ts";

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
