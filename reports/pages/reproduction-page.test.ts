import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseHTML } from "linkedom";
import { judgeChange } from "../../harness/compare/judge-change.ts";
import type { Reproduction } from "../../harness/reproduce/reproduction.ts";
import { HOSTILE } from "../fixtures/report-data.ts";
import { renderNight, type ShownNight } from "./night-page.ts";
import { renderReproduction } from "./reproduction-page.ts";

const TEN = Array.from({ length: 10 }, (_, i) => 0.8 + 0.03 * Math.sin(7 * i));
const observed = (values: readonly number[]) =>
  values.map((value, replicate) => ({ replicate, value, finished: true }));

function reproduction(text: (words: string) => string = (words) => words): Reproduction {
  const here = TEN.map((value) => value - 0.2);
  return {
    verdict: "DIFFERENT",
    suite: { id: "toy", title: text("A toy"), version: 1 },
    scope: text("Scope."),
    budget: "quick",
    engineClass: "cpu",
    rootSeed: "1",
    file: text("toy.lock.json"),
    exportedAt: "2026-01-02T03:04:05.000Z",
    recipe: [text("npm ci")],
    lock: [
      { what: "Node", locked: text("v20"), here: text("v20") },
      { what: "Processor", locked: text("one"), here: text("another") },
    ],
    runs: TEN.map((locked, i) => ({
      path: text(`toy/${i}`),
      lockedState: "finished",
      hereState: i === 0 ? "diverged" : "finished",
      bits: i === 1 ? "none" : "others",
      metrics: [{ name: "share", locked, here: i === 0 ? null : here[i]! }],
    })),
    change: judgeChange([
      {
        slot: "ali",
        setting: text("random"),
        quantity: { metric: "share", label: text("share"), unit: "", better: "higher", worst: 0 },
        margin: { value: 0.1, reason: "a test" },
        baseline: observed(TEN),
        candidate: observed(here),
      },
    ]),
    claims: [{ statement: text("It holds."), locked: "REPRODUCED", here: "INCONCLUSIVE" }],
    generatedAt: "2026-01-03T03:04:05.000Z",
    command: text("npm run reproduce"),
  };
}
const rows = (html: string, id: string): string[][] =>
  [...parseHTML(html).document.querySelectorAll(`#${id} tbody tr`)].map((row) =>
    [...(row as Element).children].map((cell) => cell.textContent!.trim().replace(/\s+/g, " ")),
  );

describe("the page of a reproduction", () => {
  const html = renderReproduction(reproduction(), []);

  it("shows its verdict, and that it is none on the paper", () => {
    const header = parseHTML(html).document.querySelector("header")!.textContent!;
    assert.match(header, /DIFFERENT/);
    assert.match(header, /no verdict on the paper/);
    assert.match(header, /Runs of the same bits\s*0 of 10/);
  });

  it("shows what the runs were made with, claims, and each run", () => {
    assert.deepEqual(
      rows(html, "lock").map((row) => row[1]),
      ["alike", "other"],
    );
    assert.match(rows(html, "metrics")[0]!.join(" "), /REGRESSED ali ?random share .*−0\.2/);
    assert.deepEqual(rows(html, "claims"), [["It holds.", "REPRODUCED", "INCONCLUSIVE"]]);
    const runs = rows(html, "runs");
    assert.equal(runs.length, 10);
    assert.deepEqual(runs[0], ["toy/0", "diverged", "share 0.8 → —"]);
    assert.deepEqual([runs[1]![1], runs[2]![1]], ["not kept", "others"]);
  });

  it("takes text for text", () => {
    const { document } = parseHTML(
      renderReproduction(
        reproduction(() => HOSTILE),
        [],
      ),
    );
    assert.equal(document.querySelectorAll("script, img, iframe").length, 0);
  });
});

describe("the first page of a night", () => {
  const night = (text: (words: string) => string = (words) => words): ShownNight => ({
    exitCode: 1,
    notRun: [text("faces: not here")],
    summary: text("REGRESSED: 1 passed, 1 failed"),
    steps: [
      { name: "engine", outcome: "passed", message: text("works"), seconds: 3, report: null },
      {
        name: "compare toy",
        outcome: "failed",
        message: text("worse"),
        seconds: 90,
        report: "/night/toy/compare.html",
      },
    ],
  });

  it("names what was not run", () => {
    const { document } = parseHTML(renderNight(night(), "2026-01-02T03:04:05.000Z", "/night"));
    assert.equal(document.querySelector("#not-run li")!.textContent, "faces: not here");
  });

  it("lists its steps, with links to their pages from where it stands", () => {
    const html = renderNight(night(), "2026-01-02T03:04:05.000Z", "/night");
    assert.deepEqual(rows(html, "steps"), [
      ["passed", "engine", "works", "0.1"],
      ["failed", "compare toy", "worse", "1.5"],
    ]);
    const links = [...parseHTML(html).document.querySelectorAll("#steps a")].map((a) =>
      (a as Element).getAttribute("href"),
    );
    assert.deepEqual(links, ["./toy/compare.html"]);
  });

  it("takes text for text", () => {
    const { document } = parseHTML(
      renderNight(
        night(() => HOSTILE),
        "2026-01-02T03:04:05.000Z",
        "/night",
      ),
    );
    assert.equal(document.querySelectorAll("script, img, iframe").length, 0);
  });
});
