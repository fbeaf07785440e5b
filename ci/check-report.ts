/**
 * `node --import tsx ci/check-report.ts FOLDER [--screenshots FOLDER]`: opens every HTML page under the folder in
 * chromium, narrow and wide, light and dark: quiet, without requests, no wider than the window, no serious barrier.
 */
import { mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { contentWidth, launchBrowser, openDetails, seriousBarriers, VIEWS, withPage } from "../reports/browser.ts";
import { filesIn } from "./source-tree.ts";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { screenshots: { type: "string" } } });
const [folder] = positionals;
if (folder === undefined) {
  console.error("Name the folder with the pages: node --import tsx ci/check-report.ts FOLDER [--screenshots FOLDER]");
  process.exit(2);
}
if (values.screenshots) mkdirSync(values.screenshots, { recursive: true });
const pages = filesIn(resolve(folder), ["."], ".html");
if (pages.length === 0) {
  console.error(`No HTML page was found in ${resolve(folder)}.`);
  process.exit(3);
}
const browser = await launchBrowser();
let [passed, failed] = [0, 0];
try {
  for (const page of pages)
    for (const view of VIEWS) {
      const problems = await problemsOf(browser, join(folder, page), view);
      if (problems.length > 0) failed += 1;
      else passed += 1;
      console.log(`${problems.length > 0 ? "✖" : "✔"} ${page}, ${view.width} pixels, ${view.colorScheme}`);
      for (const problem of problems) console.log(`    ${problem}`);
    }
} finally {
  await browser.close();
}
if (values.screenshots) console.log(`Pictures: ${resolve(values.screenshots)}`);
console.log(`pages: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function problemsOf(browser: Browser, file: string, view: (typeof VIEWS)[number]): Promise<string[]> {
  const { width, colorScheme } = view;
  const options = { viewport: { width, height: 1000 }, colorScheme };
  const problems: string[] = [];
  await withPage(browser, resolve(file), options, async (page, seen) => {
    for (const what of ["as it opens", "with everything opened"]) {
      const got = await contentWidth(page);
      if (got !== width) problems.push(`${got} pixels wide ${what}, in a window of ${width}`);
      await openDetails(page);
    }
    if (values.screenshots) {
      const picture = `${basename(file, ".html")}-${width}-${colorScheme}.png`;
      await page.screenshot({ path: join(values.screenshots, picture), fullPage: true });
    }
    problems.push(...seen.requests.map((url) => `asked for ${url}`), ...seen.problems.map((said) => `said "${said}"`));
  });
  // Only this context steps over the page's policy, to put the checker in.
  await withPage(browser, resolve(file), { ...options, bypassCSP: true }, async (page) => {
    await openDetails(page);
    problems.push(...(await seriousBarriers(page)));
  });
  return problems;
}
