/** The written page in a real browser: nothing leaves it, nothing overflows, nothing is unreadable. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import {
  contentWidth,
  findBrowser,
  launchBrowser,
  NO_BROWSER,
  openDetails,
  type Seen,
  seriousBarriers,
  VIEWS,
  withPage as withFile,
} from "./browser.ts";
import { fixtureData, hostileData } from "./fixtures/report-data.ts";
import { writeIndex } from "./pages/index-page.ts";
import { writeReport } from "./write-report.ts";

const missing = findBrowser() === null;
if (missing && process.env.CI) test("a browser is there", () => assert.fail(NO_BROWSER));

describe("the page in chromium", { skip: missing && NO_BROWSER }, () => {
  let browser: Browser;
  let folder: string;
  /** Where screenshots go; none are taken otherwise. */
  const pictures = process.env.REPORT_SCREENSHOTS;
  const pages = new Map<string, string>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-pages-"));
    pages.set("paper", (await writeReport(fixtureData(), join(folder, "paper"))).html);
    const quick = fixtureData({ profile: "quick", mixedProvenance: true, unfinished: true, usesPapersData: false });
    pages.set("quick", (await writeReport(quick, join(folder, "quick"))).html);
    pages.set(
      "hostile",
      (await writeReport(hostileData(fixtureData({ pointsAPanel: 100 })), join(folder, "hostile"))).html,
    );
    const entry = {
      title: "TEST FIXTURE",
      paper: "A paper",
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
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const withPage = (
    name: string,
    options: BrowserContextOptions,
    look: (page: Page, seen: Seen) => Promise<void>,
  ): Promise<void> => withFile(browser, pages.get(name)!, options, look);

  for (const name of ["paper", "quick", "hostile", "index"])
    for (const { width, colorScheme } of VIEWS)
      test(`${name} at ${width} pixels, ${colorScheme}: quiet, and as wide as its window`, async () => {
        await withPage(name, { viewport: { width, height: 1000 }, colorScheme }, async (page, seen) => {
          assert.equal(await contentWidth(page), width);
          await openDetails(page);
          assert.equal(await contentWidth(page), width, "with everything opened");
          if (pictures && name !== "hostile")
            await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true });
          assert.deepEqual(seen.requests, []);
          assert.deepEqual(seen.problems, []);
        });
      });

  const PHONE_BY_DAY = { width: 400, colorScheme: "light" } as const;
  const DESK_BY_NIGHT = { width: 1400, colorScheme: "dark" } as const;
  for (const [name, views] of [
    ["paper", VIEWS],
    ["quick", [PHONE_BY_DAY, DESK_BY_NIGHT]],
    ["index", [PHONE_BY_DAY, DESK_BY_NIGHT]],
  ] as const)
    for (const { width, colorScheme } of views)
      test(`${name} at ${width} pixels, ${colorScheme}: no serious barrier`, async () => {
        // Only this context steps over the page's policy, to put the checker in.
        await withPage(name, { viewport: { width, height: 1000 }, colorScheme, bypassCSP: true }, async (page) => {
          await openDetails(page);
          assert.deepEqual(await seriousBarriers(page), []);
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
      assert.equal(await page.evaluate("document.querySelectorAll('img, iframe, object, [onerror]').length"), 0);
      assert.equal(await page.evaluate("document.scripts.length"), 2, "the page's data and its own script");
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
      assert.deepEqual([await count(".interval-plot svg"), await count(".confusion .shade")], [3, 200]);
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
      assert.equal(Boolean(await scrolled()), true);
      assert.equal(await page.evaluate("window.scrollX"), 0);
    });
  });
});
