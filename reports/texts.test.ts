/** Markdown and JUnit XML: whole, and with every text from outside kept a text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DOMParser } from "linkedom";
import type { Claim } from "../harness/contract/claims.ts";
import { reportJunit, xmlText } from "./exports/junit.ts";
import { markdownText, reportMarkdown } from "./exports/markdown.ts";
import { judgedData } from "./fixtures/judged.ts";
import { fixtureData, HOSTILE, hostileData } from "./fixtures/report-data.ts";
import { renderPage } from "./pages/page.ts";

const small = { pointsAPanel: 5 } as const;
const parsed = (xml: string) => new DOMParser().parseFromString(xml, "text/xml");

test("JUnit: a case a claim, with the outcome of its verdict under the primary reading", () => {
  const data = fixtureData(small);
  const document = parsed(reportJunit(data));
  const cases = [...document.querySelectorAll("testcase")].map((one) => [
    one.getAttribute("name")!.split(":")[0],
    [...one.children].map(({ tagName }) => tagName).join(),
  ]);
  assert.deepEqual(cases, [
    ["ali-modes", "system-out"],
    ["gan-modes", "skipped,system-out"],
    ["ali-range", "system-out"],
    ["ali-over-gan", "system-out"],
    ["share-gap", "failure,system-out"],
    ["distance-trend", "error,system-out"],
    ["share-identity", "system-out"],
    ["looks-good", "skipped,system-out"],
  ]);
  const suite = document.querySelector("testsuite")!;
  const counts = ["tests", "failures", "errors", "skipped"].map((name) => suite.getAttribute(name));
  assert.deepEqual(counts, ["8", "1", "1", "2"]);
  assert.match(document.querySelector("failure")!.getAttribute("message")!, /^CONTRADICTED: A synthetic reason/);
});

test("JUnit: a reduced profile skips with the reason; a claim that nobody judged is an error", () => {
  const data = judgedData({ ...small, profile: "quick" });
  const document = parsed(reportJunit(data));
  assert.equal(document.querySelectorAll("skipped").length, data.claims.length);
  assert.match(document.querySelector("skipped")!.getAttribute("message")!, /NOT TESTED: Only the reduced profile/);
  assert.equal(parsed(reportJunit({ ...data, judgements: [] })).querySelectorAll("error").length, data.claims.length);
});

test("JUnit: hostile text and characters that XML lacks stay text", () => {
  const data = hostileData(fixtureData(small));
  const document = parsed(reportJunit(data));
  assert.equal(document.querySelectorAll("testcase").length, data.claims.length);
  assert.equal(document.querySelectorAll("script, img, style").length, 0);
  // This parser leaves the entities of attributes as they stand.
  const name = document.querySelector("testcase")!.getAttribute("name")!;
  const decoded = name.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  assert.equal(decoded.includes(HOSTILE), true, name);
  assert.equal(xmlText("a\u0000b\ud800c"), "a\ufffdb\ufffdc");
});

test("Markdown: a row a claim with value, kind of ±, n, interval, verdict, reason and readings", () => {
  const text = reportMarkdown(judgedData(small));
  const claims = text.split("\n\n").find((part) => part.startsWith("| Claim"))!;
  const rows = claims.split("\n").filter((line) => /^\| .*\*\*[A-Z ]+\*\*/.test(line));
  assert.equal(rows.length, 8);
  assert.match(rows[0]!, /14\.2 ± 5\.1 modes \(± 1 SD, n = 10/);
  assert.match(rows[0]!, /95 % t interval/);
  assert.match(rows[0]!, /4 not run\./);
  assert.match(text, /\| Range of the learning rate \\\[text and code differ\\\] \\\[ours differs\\\] \|/);
  assert.match(text, /\| Git revision \| aaaaaaaaaa \|/);
  assert.doesNotMatch(text, /nothing here is a verdict/);
});

test("Markdown: a reduced profile and stand-in data say so first", () => {
  const text = reportMarkdown(judgedData({ ...small, profile: "quick", usesPapersData: false }));
  assert.match(text.slice(0, text.indexOf("| Claim")), /Reduced profile “quick”: nothing.*\n\n\*\*Stand-in data/);
});

test("Markdown: a rebuilt table has printed, ours and verdict in a cell; at a reduced profile no verdict", () => {
  const rows = (text: string) => /### The table, rebuilt\n\n[^\n]*\n\n([\s\S]*?)\n\n/.exec(text)![1]!.split("\n");
  const paper = rows(reportMarkdown(fixtureData(small)));
  assert.equal(paper.length, 5);
  assert.match(
    paper[2]!,
    /^\| ALI \| printed: 14\.2 ± 5\.1 modes \(± 1 SD, n = 10 \\\(run\\\)\)<br>ours: 12\.8 ± 5\.3 modes \(± 1 SD, n = 10, 1 run did not finish, counted at the worst value, profile paper\)<br>\*\*BETTER\*\* ali-modes \|/,
  );
  assert.match(paper[3]!, /without ± \| — \| — \| printed: 12\.3 modes \(no ± printed/);
  const quick = rows(reportMarkdown(fixtureData({ ...small, profile: "quick" }))).join();
  assert.equal(quick.match(/\*\*[A-Z ]+\*\*/g)!.join(), Array(4).fill("**NOT TESTED**").join());
});

test("of identities the paper prints no number, and the tolerance is ours: the column says so, on the page too", () => {
  const data = judgedData(small);
  const identity: Claim = {
    kind: "identity",
    id: "exact",
    statement: "V is 0.",
    place: "",
    axis: "run",
    family: "theory",
    arm: "a",
    quantity: { metric: "v", label: "V", unit: "1", better: "lower", worst: null },
    expected: 0,
    tolerance: 1e-6,
  };
  const theory = { ...data, claims: [identity], judgements: [], figures: [] };
  for (const text of [reportMarkdown(theory).replaceAll("\\", ""), renderPage(theory, [])]) {
    assert.equal(text.includes("The theory says (tolerance: ours)"), true);
    assert.equal(text.includes("our tolerance ± 1.0 × 10⁻⁶"), true);
    assert.doesNotMatch(text, /The paper prints/);
  }
  assert.match(renderPage(data, []), /data-label="The paper prints"/);
});

test("a CONSISTENT says in Markdown, JUnit and on the page which deviation its runs would have shown", () => {
  const data = judgedData(small);
  const judgement = data.judgements.find(({ reading, verdict }) => reading === "random" && verdict === "CONSISTENT")!;
  const shown = judgement.smallestShown;
  assert.ok(shown && shown.deviation !== null && shown.margins > 1);
  const said = `These runs had 80 % power (α = 0.01) to show a deviation of ${Number(shown.deviation.toPrecision(4))} ${shown.unit} (`;
  for (const [where, text] of [
    ["Markdown", reportMarkdown(data).replaceAll("\\", "")],
    ["JUnit", reportJunit(data)],
    ["page", renderPage(data, [])],
  ] as const)
    assert.equal(text.includes(said), true, where);
});

test("Markdown: every table row has its columns, whatever the text", () => {
  const text = reportMarkdown(hostileData(fixtureData(small)));
  assert.doesNotMatch(text, /<script|<img|<\/title/);
  for (const block of text.split("\n\n").filter((part) => part.startsWith("|"))) {
    const columns = block.split("\n").map((line) => line.match(/(?<!\\)\|/g)!.length);
    assert.equal(new Set(columns).size, 1, block.slice(0, 80));
  }
  assert.deepEqual(["0.8 ± 0.1", "1. one", "- one"].map(markdownText), ["0.8 ± 0.1", "1\\. one", "\\- one"]);
  assert.equal(markdownText("a|b\n*c* [d](http://e) @f #1"), "a\\|b \\*c\\* \\[d\\]\\(http\u2060://e\\) @\u2060f \\#1");
});
