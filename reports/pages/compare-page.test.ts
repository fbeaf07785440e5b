import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import type { ChangeData, SideOrigin } from "../../harness/compare/change-data.ts";
import { judgeChange } from "../../harness/compare/judge-change.ts";
import type { Observation, Quantity } from "../../harness/contract/claims.ts";
import { changeMarkdown } from "../exports/change-markdown.ts";
import { HOSTILE } from "../fixtures/report-data.ts";
import { renderChange, writeChange } from "./compare-page.ts";

type Words = (words: string) => string;
const TEN = Array.from({ length: 10 }, (_, i) => 0.8 + 0.03 * Math.sin(7 * i));
const runs = (values: readonly number[]): Observation[] =>
  values.map((value, replicate) => ({ replicate, value, finished: Number.isFinite(value) && value !== 0 }));

function changed(text: Words = (words) => words, worst: number | null = 0): ChangeData {
  const quantity: Quantity = { metric: "share", label: text("share"), unit: text("share"), better: "higher", worst };
  const failed = worst ?? Number.NEGATIVE_INFINITY;
  const candidates = {
    fixed: TEN.map((value, i) => value - 0.2 - 0.01 * (i % 3)),
    random: TEN.map((value, i) => (i === 0 ? failed : value)),
    same: TEN,
  };
  const side: SideOrigin = {
    revision: "0123456789abcdef",
    dirty: false,
    sourceSha256: "a".repeat(64),
    lockfileSha256: null,
    engine: { id: "cpu", class: "cpu", device: text("a device"), versions: { tfjs: "4" }, reason: "" },
    machine: { platform: "linux", cpu: text("a cpu"), cores: 2, memoryBytes: 1, node: "v20" },
    models: { ali: 1 },
  };
  return {
    suite: { id: "toy", title: text("A toy"), version: 1, place: "" },
    plan: { profile: "quick", budget: "quick", scope: text("Scope.") },
    engineClass: "cpu",
    rootSeed: "1",
    module: { slot: "ali", path: text("a.ts"), sha256: "b".repeat(64), id: text("mine"), version: 2 },
    baseline: {
      ...side,
      source: {
        kind: "file",
        file: "baselines/accepted/toy/x.json",
        acceptedAt: "2020-01-01T00:00:00.000Z",
        note: text("why"),
      },
    },
    look: { number: 1, alpha: 0.05, replicates: 10, baselineHad: 10, stopped: text("One look.") },
    slots: { judged: ["ali"], left: [text("gan")] },
    next: [
      {
        replicates: 22,
        decides: 1,
        open: 2,
        command: text("npm run compare toy -- --replicates 22"),
        fresh: text("npm run compare toy -- --seed 2"),
      },
    ],
    candidate: { ...side, dirty: true, models: { ali: 2 } },
    change: judgeChange(
      Object.entries(candidates).map(([setting, values]) => ({
        slot: "ali",
        setting: text(setting),
        quantity,
        margin: { value: 0.05, reason: "a test" },
        baseline: runs(TEN),
        candidate: runs(values),
      })),
    ),
    warnings: [text("a warning")],
    generatedAt: "2020-01-02T00:00:00.000Z",
    command: text("npm run compare"),
  };
}
const page = (data: ChangeData) => parseHTML(renderChange(data, [])).document;
const textOf = (node: { textContent: string | null } | null): string => (node?.textContent ?? "").replace(/\s+/g, " ");

test("each comparison has its verdict, both sides with SD and n, the difference with its interval, and what would decide", () => {
  const rows = [...page(changed()).querySelectorAll("#comparisons tbody tr")].map((row) => textOf(row as never));
  assert.match(
    rows[0]!,
    /^REGRESSED.*0\.80\d ± 0\.0\d\d \(10\).*0\.59\d ± 0\.0\d\d \(10\).*−0\.209\d \[−0\.21\d\d, −0\.20\d\d\]margin 0\.05 share/,
  );
  assert.match(
    rows[1]!,
    /^INCONCLUSIVE.*\(10, 1 failed\).*a new compare of \d+ replicates for 80 % power; decidable now: a margin of/,
  );
  assert.match(rows[2]!, /^EQUIVALENT.*Identical.*—$/);
});

test("where runs are being added, what would decide is that many more", () => {
  const data = changed();
  const { comparisons } = data.change;
  const adding = comparisons.map((one) => ({
    ...one,
    wouldDecide: one.wouldDecide && { furtherReplicates: 1, newCompare: null, smallestMargin: 0.25 },
  }));
  const rows = [
    ...page({ ...data, change: { ...data.change, comparisons: adding } }).querySelectorAll("#comparisons tbody tr"),
  ];
  assert.match(textOf(rows[1] as never), /1 more replicate for 80 % power; decidable now: a margin of 0\.25/);
});

test("the rule says which tests were used, and how levels add up where runs were added", () => {
  const rule = (data: ChangeData): string => textOf(page(data).querySelector("#rule") as never);
  assert.match(
    rule(changed()),
    /Tests here: sign flips of the pairs \(exact up to 17, drawn above\) \(2 comparisons\)\./,
  );
  assert.match(
    rule(changed()),
    /after Holm over the 2 comparisons that need a test \(of 3; the other one is the same on both sides/,
  );
  const { slot, setting, quantity, margin, runs: sides } = changed().change.comparisons[2]!;
  const same = judgeChange([{ slot, setting, quantity, margin, ...sides }]);
  assert.match(rule({ ...changed(), change: same }), /Tests here: none\./);
  const { comparisons } = changed().change;
  const many = judgeChange(
    Array.from({ length: 26 }, (_, i) => ({ ...comparisons[0]!, ...comparisons[0]!.runs, setting: `${i}` })),
  );
  const look = { number: 2, alpha: 0.05 / 6, replicates: 10, baselineHad: 10, stopped: "Decided." };
  const added = rule({ ...changed(), change: many, look });
  assert.match(added, /Tests here: the paired t test, for there are too few pairs .* \(26 comparisons\)/);
  assert.match(added, /look k at 0\.05\/\(k\(k \+ 1\)\), which sum to 0\.05 .*Lan and DeMets.*look 2/);
});

test("the head gives the verdict of all, and says that it is none on the paper", () => {
  const header = textOf(page(changed()).querySelector("header") as never);
  assert.match(header, /mine in the slot ali.*REGRESSED At least one metric is worse.*no verdict on the paper/);
});

test("the slots that were judged, the part of the baseline and the commands that would decide are on page and Markdown", () => {
  const data = changed();
  const facts = (one: ChangeData): string => textOf(page(one).querySelector(".facts") as never);
  assert.match(facts(data), /Slots judgedali \(not gan\)/);
  assert.doesNotMatch(facts(data), /Baseline's runs/);
  const part = { ...data, look: { ...data.look, replicates: 5 } };
  assert.match(facts(part), /Baseline's runs of each armthe first 5 of the 10 that it has/);
  const more = { ...data, look: { ...data.look, replicates: 22 } };
  assert.match(facts(more), /Baseline's runs of each arm22 by the code of its revision 0123456\S*; it has 10/);
  const code = [...page(data).querySelectorAll("#comparisons li code")].map((node) => textOf(node as never));
  assert.deepEqual(code, ["npm run compare toy -- --replicates 22", "npm run compare toy -- --seed 2"]);
  assert.match(
    textOf(page(data).querySelector("#comparisons li") as never),
    /^22 replicates would decide 1 of 2 INCONC/,
  );
  const alone = textOf(page({ ...data, module: null }).querySelector("h1") as never);
  assert.equal(alone, "The code as it is, slot ali alone");
  const text = changeMarkdown(data);
  assert.match(text, /<pre><code>npm run compare toy -- --replicates 22<\/code><\/pre>/);
  assert.match(text, /Slots judged: ali \\\(not gan\\\)/);
});

test("every run has a dot on its side, every pair one in the difference", () => {
  const cards = [...page(changed()).querySelectorAll("#runs article")];
  const dots = cards.map((card) => [...card.querySelectorAll("svg title")].length);
  assert.deepEqual(dots, [30, 30, 30]);
});

test("a failed run without a value is shown as failed, never as a number", () => {
  const [, failed] = [...page(changed(undefined, null)).querySelectorAll("#comparisons tbody tr")];
  assert.match(textOf(failed as never), /INCONCLUSIVE.*failed runs, by ranks.*—margin.*no number of replicates/);
});

test("both sides' provenance stands side by side", () => {
  const rows = [...page(changed()).querySelectorAll("#provenance tbody tr")].map((row) => textOf(row as never));
  assert.ok(rows.includes("Working treecleanmodified"), rows.join("\n"));
  assert.ok(rows.includes("Model versionsali 1ali 2"), rows.join("\n"));
});

test("the page asks nothing of the network and runs nothing", () => {
  const html = renderChange(changed(), []);
  assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  assert.doesNotMatch(html, /<script|<link|<img|src=/);
});

test("hostile text stays text", () => {
  const html = renderChange(
    changed((words) => words + HOSTILE),
    [],
  );
  assert.doesNotMatch(html, /<script|<img/);
});

test("Markdown: the verdict first, then a row a comparison with both sides, the difference and what would decide", () => {
  const text = changeMarkdown(changed());
  assert.match(text, /^## REGRESSED: A toy\n\nmine in the slot ali, against the accepted baseline\. .*Scope\./);
  const [regressed, undecided, same] = text.split("\n").filter((line) => line.startsWith("| **"));
  assert.match(
    regressed!,
    /^\| \*\*REGRESSED\*\* \| share \\\(higher is better\\\)<br>ali, fixed \| 0\.80\d ± 0\.0\d\d \\\(10\\\) \| 0\.59\d ± .* \| −0\.209\d .*<br>margin 0\.05 share \| Worse, significantly/,
  );
  assert.match(undecided!, /10, 1 failed.*a new compare of \d+ replicates for 80 % power/);
  assert.match(same!, /\*\*EQUIVALENT\*\*.*\| — \|$/);
  assert.match(text, /\| Working tree \| clean \| modified \|/);
  assert.match(text, /Warning: a warning/);
});

test("Markdown: every table row has its columns, whatever the text", () => {
  const text = changeMarkdown(changed((words) => words + HOSTILE));
  assert.doesNotMatch(text, /<script|<img|<\/title/);
  for (const block of text.split("\n\n").filter((part) => part.startsWith("|"))) {
    const columns = block.split("\n").map((line) => line.match(/(?<!\\)\|/g)!.length);
    assert.equal(new Set(columns).size, 1, block.slice(0, 80));
  }
});

test("page, Markdown and data are written side by side", async () => {
  const folder = await mkdtemp(join(tmpdir(), "compare-page-"));
  try {
    const { html, files } = await writeChange(changed(), folder, "compare-ali");
    assert.equal(html, join(folder, "compare-ali.html"));
    assert.deepEqual((await readdir(folder)).sort(), ["compare-ali.html", "compare-ali.json", "compare-ali.md"]);
    const json = JSON.parse(await readFile(files[0]!, "utf8"));
    assert.deepEqual([json.format, json.change.verdict], ["reproducibility-compare", "REGRESSED"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
