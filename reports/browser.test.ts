/** The written page in a real browser: nothing leaves it, nothing overflows, nothing is unreadable. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { fixtureData, hostileData } from "./fixtures/report-data.ts";
import { writeIndex } from "./index-page.ts";
import { writeReport } from "./write-report.ts";

/** $CHROMIUM, then the usual place, then the search path; null when there is none. */
function findChromium(): string | null {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, "chromium")).find((path) => existsSync(path)) ?? null;
}

const executablePath = findChromium();
const missing = "no chromium: set CHROMIUM to its path or install it";
if (executablePath === null && process.env.CI) test("a browser is there", () => assert.fail(missing));

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];
const VIEWS = [400, 1400].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })),
);

interface Seen {
  readonly requests: string[];
  readonly problems: string[];
}

describe("the page in chromium", {
  skip: executablePath === null && !process.env.CI ? missing : executablePath === null,
}, () => {
  let browser: Browser;
  let folder: string;
  /** Kept when REPORT_SCREENSHOTS names a folder; otherwise they go with the temporary one. */
  let pictures: string;
  const pages = new Map<string, string>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-pages-"));
    pictures = process.env.REPORT_SCREENSHOTS ?? folder;
    pages.set("paper", (await writeReport(fixtureData(), join(folder, "paper"))).html);
    const quick = fixtureData({ profile: "quick", mixedProvenance: true, unfinished: true, usesPapersData: false });
    pages.set("quick", (await writeReport(quick, join(folder, "quick"))).html);
    pages.set(
      "hostile",
      (await writeReport(hostileData(fixtureData({ pointsAPanel: 100 })), join(folder, "hostile"))).html,
    );
    const entry = {
      title: "TEST FIXTURE",
      place: "section 1",
      profile: "quick",
      scope: "Scope.",
      generatedAt: "2020-01-01T00:00:00.000Z",
      href: "paper/fixture-paper.html",
      verdicts: ["REPRODUCED", "NOT TESTED"] as const,
      finished: 1,
      planned: 2,
    };
    pages.set("index", await writeIndex([entry, { ...entry, href: null }], folder));
    browser = await chromium.launch({ executablePath: executablePath!, args: FLAGS });
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a page of its own; whatever it asks of the network or says on the console is collected. */
  async function withPage(
    name: string,
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
      await page.goto(pathToFileURL(pages.get(name)!).href);
      await look(page, seen);
    } finally {
      await context.close();
    }
  }

  for (const name of ["paper", "quick", "hostile", "index"])
    for (const { width, colorScheme } of VIEWS)
      test(`${name} at ${width} pixels, ${colorScheme}: quiet, and as wide as its window`, async () => {
        await withPage(name, { viewport: { width, height: 1000 }, colorScheme }, async (page, seen) => {
          assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
          // Opened details are part of the page too.
          await page.evaluate("document.querySelectorAll('details').forEach((element) => { element.open = true; })");
          assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width, "with everything opened");
          if (name !== "hostile")
            await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true });
          assert.deepEqual(seen.requests, []);
          assert.deepEqual(seen.problems, []);
        });
      });

  const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  for (const name of ["paper", "quick", "index"])
    for (const { width, colorScheme } of VIEWS)
      test(`${name} at ${width} pixels, ${colorScheme}: no serious barrier`, async () => {
        // Only this context steps over the page's policy, to put the checker in.
        await withPage(name, { viewport: { width, height: 1000 }, colorScheme, bypassCSP: true }, async (page) => {
          await page.evaluate("document.querySelectorAll('details').forEach((element) => { element.open = true; })");
          await page.evaluate(await readFile(axePath, "utf8"));
          const violations = await page.evaluate(`axe.run().then((result) => result.violations
            .filter((violation) => ["serious", "critical"].includes(violation.impact))
            .map((violation) => violation.id + ": " + violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + " " + node.failureSummary).join(" | ")))`);
          assert.deepEqual(violations, []);
        });
      });

  test("the policy holds: an injected script does not run", async () => {
    await withPage("paper", {}, async (page) => {
      await page.evaluate(
        "document.body.appendChild(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))",
      );
      assert.equal(await page.evaluate("window.ran"), undefined);
    });
  });

  test("hostile text makes no element and runs nothing", async () => {
    await withPage("hostile", { bypassCSP: true }, async (page) => {
      assert.equal(
        await page.evaluate("document.querySelectorAll('script, img, iframe, object, [onerror]').length"),
        0,
      );
      assert.match(await page.title(), /TEST FIXTURE.*<script>/);
      assert.equal(await page.evaluate("document.querySelectorAll('style').length"), 1);
    });
  });

  test("the pictures are there: a panel a run, a dot a run, a line a run", async () => {
    await withPage("paper", { viewport: { width: 1400, height: 1000 } }, async (page) => {
      const count = (selector: string) => page.locator(selector).count();
      assert.equal(await count(".scatter-panel"), 40);
      assert.equal(await count(".panel.empty"), 1);
      assert.equal(await count("#against .card:first-child .run-dots > *"), 40);
      assert.equal(await count("#against .card:first-child .run-dots.failed > *"), 1);
      assert.equal(await count(".dot-figure .run-dots > *"), 40);
      assert.equal(await count(".curve"), 4);
      assert.equal(
        await page.evaluate(
          "[...document.querySelectorAll('svg[role=img]')].every((svg) => svg.getAttribute('aria-label') && svg.getBoundingClientRect().width > 40)",
        ),
        true,
      );
    });
  });

  test("group colours resolve in both themes", async () => {
    const colours = new Set<string>();
    for (const colorScheme of ["light", "dark"] as const)
      await withPage("paper", { colorScheme }, async (page) => {
        colours.add(await page.evaluate("getComputedStyle(document.querySelector('.run-dots circle')).fill"));
      });
    assert.equal(colours.size, 2);
    for (const colour of colours) assert.doesNotMatch(colour, /^rgb\(0, 0, 0\)$/);
  });

  test("a wide table scrolls by keyboard inside its own container", async () => {
    await withPage("paper", { viewport: { width: 400, height: 1000 } }, async (page) => {
      const table = page.locator(".scroll.tall");
      await table.focus();
      await page.keyboard.press("ArrowRight");
      // The page's policy forbids polling from inside it.
      const scrolled = async () => Number(await page.evaluate("document.querySelector('.scroll.tall').scrollLeft")) > 0;
      for (let tries = 0; tries < 50 && !(await scrolled()); tries++) await page.waitForTimeout(100);
      assert.ok(await scrolled());
      assert.equal(await page.evaluate("window.scrollX"), 0);
    });
  });
});
