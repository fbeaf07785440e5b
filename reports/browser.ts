/** A written page in a real browser, cut off from the network. For tests and checks alone. */
import { accessSync, constants } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
export const NO_BROWSER = "there is no chromium: install it (chromium on Debian), or set CHROMIUM to its path";

/** `$CHROMIUM`, else chromium or Chrome from the usual folder or the search path; null when there is none. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | null {
  if (env.CHROMIUM) return env.CHROMIUM;
  const folders = ["/usr/bin", ...(env.PATH ?? "").split(delimiter).filter((folder) => folder !== "")];
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Throws when there is no browser. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error(NO_BROWSER);
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-quic",
      "--no-first-run",
    ],
  });
}

/** A telephone and a desk, by day and by night. */
export const VIEWS = [400, 1400].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })),
);

/** What a page asked of the network and said on the console. */
export interface Seen {
  readonly requests: string[];
  readonly problems: string[];
}

/** Opens the file in a page of its own. Its requests are noted and refused, its messages and errors noted. */
export async function withPage(
  browser: Browser,
  file: string,
  options: BrowserContextOptions,
  look: (page: Page, seen: Seen) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const seen: Seen = { requests: [], problems: [] };
    await page.route("**/*", (route) => {
      const url = route.request().url();
      if (/^(file|data):/.test(url)) return route.continue();
      seen.requests.push(url);
      return route.abort();
    });
    page.on("console", (message) => seen.problems.push(message.text()));
    page.on("pageerror", (error) => seen.problems.push(error.message));
    await page.goto(pathToFileURL(file).href);
    await look(page, seen);
  } finally {
    await context.close();
  }
}

/** Width of all that is on the page, in CSS pixels: more than the window's when something sticks out. */
export const contentWidth = (page: Page): Promise<number> => page.evaluate("document.documentElement.scrollWidth");

/** Opened details are part of the page too. */
export async function openDetails(page: Page): Promise<void> {
  await page.evaluate("document.querySelectorAll('details').forEach((element) => { element.open = true; })");
}

/** axe's serious and critical findings, one line each. The context has to step over the page's policy (`bypassCSP`). */
export async function seriousBarriers(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  return page.evaluate(`axe.run().then((result) => result.violations
    .filter((violation) => ["serious", "critical"].includes(violation.impact))
    .map((violation) => violation.id + ": " + violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + " " + node.failureSummary).join(" | ")))`);
}
