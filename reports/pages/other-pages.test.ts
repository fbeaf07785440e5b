import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import { fixtureData } from "../fixtures/report-data.ts";
import { writeReport } from "../write-report.ts";
import { writeIndex } from "./index-page.ts";
import { relativeHref } from "./other-pages.ts";

const links = (file: string, selector: string) =>
  [...parseHTML(readFileSync(file, "utf8")).document.querySelectorAll(selector)]
    .map((link) => link.getAttribute("href")!)
    .filter((href) => !href.startsWith("#"));

test("pages link the audit, the comparisons and the list of reports when they are there, and only then", async () => {
  const out = mkdtempSync(join(tmpdir(), "other-pages-"));
  try {
    const folder = join(out, "fixture", "paper", "cpu");
    const data = fixtureData({ pointsAPanel: 1 });
    assert.deepEqual(links((await writeReport(data, folder)).html, "nav a"), []);
    assert.deepEqual(links(await writeIndex([], out), "a"), []);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(out, "audit-ali.html"), "");
    writeFileSync(join(folder, "compare-ali.html"), "");
    assert.deepEqual(links((await writeReport(data, folder)).html, "nav a"), [
      "./../../../index.html",
      "./../../../audit-ali.html",
    ]);
    assert.deepEqual(links(await writeIndex([], out), "a"), [
      "./audit-ali.html",
      "./fixture/paper/cpu/compare-ali.html",
    ]);
  } finally {
    rmSync(out, { recursive: true });
  }
});

test("a link stays on this disk", () => {
  assert.equal(relativeHref("javascript:alert(1)//x"), "./javascript%3Aalert(1)//x");
  assert.equal(relativeHref("../a b.html"), "./../a%20b.html");
});
