/** The page's script in a real browser: tables, saved figures, and claims judged anew. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { parseHTML } from "linkedom";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Claim } from "../harness/contract/claims.ts";
import { judge } from "../harness/verdict/judge.ts";
import type { ReportData } from "../harness/verdict/report-data.ts";
import { findBrowser, launchBrowser, NO_BROWSER, type Seen, withPage as withFile } from "./browser.ts";
import { compareCells, numberIn } from "./client/tables.ts";
import type { Moved } from "./client/what-if.ts";
import { judgedData } from "./fixtures/judged.ts";
import { fixtureData } from "./fixtures/report-data.ts";
import { pageScript } from "./script.ts";
import { evidenceOf, pageData } from "./views/page-data.ts";
import { writeReport } from "./write-report.ts";

test("numbers are read as the page prints them", () => {
  const printed = ["−1,234.5", "12 of 40", "3.1 × 10⁻⁵", "2.0 s", "0"];
  assert.deepEqual(printed.map(numberIn), [-1234.5, 12, 3.1e-5, 2, 0]);
  for (const text of ["—", "ali, 3", "3σ", "", "1e5x"]) assert.equal(numberIn(text), null, text);
});

test("cells sort by size, texts after numbers and by their own numbers", () => {
  assert.deepEqual(["10", "b 10", "−2", "9.5", "b 9"].sort(compareCells), ["−2", "9.5", "10", "b 9", "b 10"]);
});

test("the script is made once, is small, and names no place", () => {
  assert.equal(pageScript(), pageScript());
  const text = pageScript().text.toString();
  assert.equal(Buffer.byteLength(text) < 160 * 1024, true, String(Buffer.byteLength(text)));
  assert.doesNotMatch(text, /https?:|\/reports\/|<\/script/i);
});

describe("the script in chromium", { skip: findBrowser() === null && NO_BROWSER }, () => {
  let browser: Browser;
  let folder: string;
  const data: Record<string, ReportData> = {
    paper: judgedData({ pointsAPanel: 5 }),
    quick: judgedData({ pointsAPanel: 5, profile: "quick" }),
    standIn: judgedData({ pointsAPanel: 5, profile: "quick", usesPapersData: false }),
    fixture: fixtureData({ pointsAPanel: 5 }),
  };
  const pages = new Map<string, string>();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-script-"));
    for (const [name, one] of Object.entries(data)) pages.set(name, (await writeReport(one, join(folder, name))).html);
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const withPage = (
    name: string,
    look: (page: Page, seen: Seen) => Promise<void>,
    options: BrowserContextOptions = {},
  ): Promise<void> => withFile(browser, pages.get(name)!, options, look);
  const texts = (page: Page, selector: string) => page.locator(selector).allTextContents();
  const row = (page: Page, claim: string) => page.locator(`#claim-${claim}`);
  const move = async (page: Page, claim: string, moved: Moved) => {
    await row(page, claim).locator(".what-if summary").click();
    for (const [name, value] of Object.entries(moved))
      await row(page, claim).locator(`input[name=${name}]`).fill(String(value));
  };
  /** What `judge` says of a claim when it alone is changed, with no code of the page in between. */
  const judged = (name: string, { margin, alpha }: Moved, id: string) => {
    const claims = data[name]!.claims.map((claim): Claim => {
      if (claim.id !== id) return claim;
      const level = alpha === undefined ? claim : { ...claim, alpha };
      return margin !== undefined && level.kind === "point"
        ? { ...level, margin: { value: margin, reason: "" } }
        : level;
    });
    return judge(claims, evidenceOf(pageData(data[name]!))).find(({ claimId }) => claimId === id)!;
  };

  test("a heading sorts its column, rising, falling, and back; what is absent stays last", async () => {
    await withPage("fixture", async (page, seen) => {
      const column = data.fixture!.metrics.findIndex(({ key }) => key === "energyDistance") + 3;
      const heading = page.locator(`.runs-table thead th:nth-child(${column})`);
      const cells = () => texts(page, `.runs-table tbody tr > :nth-child(${column})`);
      const before = await cells();
      const numbers = before.filter((text) => text !== "—").map(Number);
      const absent = before.filter((text) => text === "—");
      assert.equal(absent.length > 0 && numbers.length > 1, true);
      await heading.locator("button").click();
      assert.equal(await heading.getAttribute("aria-sort"), "ascending");
      assert.deepEqual(
        (await cells()).slice(0, numbers.length).map(Number),
        numbers.toSorted((a, b) => a - b),
      );
      assert.deepEqual((await cells()).slice(numbers.length), absent);
      await heading.locator("button").press("Enter");
      assert.equal(await heading.getAttribute("aria-sort"), "descending");
      assert.deepEqual(
        (await cells()).slice(0, numbers.length).map(Number),
        numbers.toSorted((a, b) => b - a),
      );
      assert.deepEqual((await cells()).slice(numbers.length), absent);
      await heading.locator("button").click();
      assert.equal(await heading.getAttribute("aria-sort"), null);
      assert.deepEqual(await cells(), before);
      assert.deepEqual(seen, { requests: [], problems: [] });
    });
  });

  test("a claim moves with its whole row when the verdict table is sorted", async () => {
    await withPage("fixture", async (page) => {
      const pairs = async () =>
        Promise.all([texts(page, ".verdict-table tbody .statement"), texts(page, ".verdict-table tbody .verdict")]);
      const before = new Map((await pairs())[0]!.map((claim, i) => [claim, i]));
      const verdicts = (await pairs())[1]!;
      await page.locator(".verdict-table thead th:nth-child(4) button").click();
      const [claims, sorted] = await pairs();
      assert.deepEqual(
        sorted,
        verdicts.toSorted((a, b) => a.localeCompare(b, "en")),
      );
      for (const [i, claim] of claims!.entries()) assert.equal(sorted![i], verdicts[before.get(claim)!]);
    });
  });

  test("a word filters a table and says how many rows are left", async () => {
    await withPage("fixture", async (page) => {
      await page.locator("#runs .filter input").last().fill("DIVERGED");
      assert.equal(await page.locator(".runs-table tbody tr:visible").count(), 1);
      assert.deepEqual(await texts(page, "#runs .filter output"), ["1 of 40 shown"]);
      await page.locator("#runs .filter input").last().fill("");
      assert.equal(await page.locator(".runs-table tbody tr:visible").count(), 40);
    });
  });

  test("without JavaScript the tables are plain and nothing pretends to move", async () => {
    const look = async (page: Page) => {
      assert.equal(await page.locator("button:visible, input:visible").count(), 0);
      assert.equal(await page.locator(".runs-table tbody tr:visible").count(), 40);
    };
    await withPage("fixture", look, { javaScriptEnabled: false });
  });

  test("a saved figure is an SVG file of its own, with title, styles and captions", async () => {
    await withPage("fixture", async (page) => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.locator("#figure-samples > .save").click(),
      ]);
      assert.equal(download.suggestedFilename(), "figure-samples.svg");
      const svg = await readFile(await download.path(), "utf8");
      assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      const { document } = parseHTML(`<body>${svg}</body>`);
      assert.equal(document.querySelector("title")!.textContent, "Samples of every run");
      assert.equal(document.querySelectorAll("svg svg").length, 40);
      assert.match(svg, /replicate 4/);
      assert.doesNotMatch(svg, /var\(|class=|NaN/);
      const styles = [...document.querySelectorAll("svg svg path")].map((path) => path.getAttribute("style")!);
      assert.equal(
        styles.every((style) => /stroke:rgb/.test(style)),
        true,
      );
    });
  });

  test("the data in a page are those of the JSON file beside it", async () => {
    for (const name of Object.keys(data)) {
      const html = await readFile(pages.get(name)!, "utf8");
      const json = JSON.parse(await readFile(pages.get(name)!.replace(/html$/, "json"), "utf8"));
      const inPage = JSON.parse(parseHTML(html).document.getElementById("page-data")!.textContent!);
      const { plan, judgements, noEvidence, ...same } = inPage;
      // The fixture's runs of the GAN lack this claim's metric.
      const claims = new Set(noEvidence.map(({ claimId }: { claimId: string }) => claimId));
      assert.deepEqual([...claims], ["distance-trend"], name);
      for (const [key, value] of Object.entries(same)) assert.deepEqual(value, json[key], `${name}: ${key}`);
      assert.deepEqual(Object.keys(same).sort(), ["claims", "metrics", "readings", "samples", "usesPapersData"]);
      assert.equal(plan.profile, json.plan.profile);
      const pick = ({ claimId, reading, verdict, reason }: Record<string, unknown>) => ({
        claimId,
        reading,
        verdict,
        reason,
      });
      assert.deepEqual(judgements, json.judgements.map(pick));
    }
  });

  test("a moved margin flips the verdict as judge says, and the registered one stays marked", async () => {
    await withPage("paper", async (page, seen) => {
      const written = data.paper!.judgements.find(({ claimId }) => claimId === "ali-modes")!;
      for (const margin of [0.5, 12, 30]) {
        const judgement = judged("paper", { margin }, "ali-modes");
        await move(page, "ali-modes", { margin });
        if (margin > 3) assert.notEqual(judgement.verdict, written.verdict, String(margin));
        const result = await row(page, "ali-modes").locator(".what-if-result").innerText();
        assert.equal(result.includes(judgement.reason), true, result);
        assert.equal(await row(page, "ali-modes").locator("td.verdict .badge").innerText(), written.verdict);
        const shown = await row(page, "ali-modes").locator(".what-if-verdict").allInnerTexts();
        const expected = judgement.verdict === written.verdict ? "" : `What if, not the verdict: ${judgement.verdict}`;
        assert.deepEqual(shown, [expected]);
        await row(page, "ali-modes").locator(".what-if summary").click();
      }
      await row(page, "ali-modes").locator(".what-if summary").click();
      await row(page, "ali-modes").locator(".what-if button").click();
      assert.equal(await row(page, "ali-modes").locator("input[name=margin]").inputValue(), "3");
      assert.equal(await page.locator(".what-if-result:visible, .what-if-verdict:visible").count(), 0);
      assert.deepEqual(seen, { requests: [], problems: [] });
    });
  });

  test("a moved α is that of judge; one that is none is refused with the reason", async () => {
    await withPage("paper", async (page) => {
      const judgement = judged("paper", { alpha: 0.4 }, "ali-over-gan");
      await move(page, "ali-over-gan", { alpha: 0.4 });
      const result = () => row(page, "ali-over-gan").locator(".what-if-result").innerText();
      assert.equal((await result()).includes(judgement.reason), true, await result());
      await row(page, "ali-over-gan").locator("input[name=alpha]").fill("0.7");
      assert.match(await result(), /Nothing is judged: .*alpha = 0\.7/);
    });
  });

  test("at a reduced scale nothing becomes a verdict; tests and intervals move", async () => {
    await withPage("quick", async (page) => {
      await move(page, "ali-modes", { margin: 30, alpha: 0.2 });
      const judgement = judged("quick", { margin: 30, alpha: 0.2 }, "ali-modes");
      assert.equal(judgement.verdict, "NOT TESTED");
      const result = await row(page, "ali-modes").locator(".what-if-result").innerText();
      assert.match(result, /the verdict stays NOT TESTED/);
      assert.match(result, /80 % interval/);
      assert.match(result, /equivalence within ± 30/);
      assert.equal(await page.locator(".what-if-verdict:visible").count(), 0);
    });
    await withPage("standIn", async (page) => {
      await move(page, "ali-modes", { margin: 30 });
      const result = await row(page, "ali-modes").locator(".what-if-result").innerText();
      assert.match(result, /stays NOT TESTED/);
      assert.doesNotMatch(result, /equivalence/);
    });
  });
});
