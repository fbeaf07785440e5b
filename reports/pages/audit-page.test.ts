import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import { type Audit, audit } from "../../harness/audit/audit.ts";
import type { Claim, PointClaim, PublishedValue } from "../../harness/contract/claims.ts";
import { counts } from "../../harness/contract/grain.ts";
import { HOSTILE } from "../fixtures/report-data.ts";
import { renderAudit, writeAuditPage } from "./audit-page.ts";

const synthetic = (text: (words: string) => string = (words) => words): Audit => {
  const a: PublishedValue = {
    id: text("a"),
    place: text("table 1"),
    unit: text("modes"),
    mean: 20,
    spread: { kind: "sd", value: 2 },
    n: 10,
    axis: text("run"),
  };
  const b: PublishedValue = { ...a, id: text("b"), mean: 18, spread: { kind: "none" }, n: null, axis: null };
  const c: PublishedValue = { ...a, id: text("c"), mean: 17 };
  return audit({
    id: "synthetic",
    title: text("A synthetic paper"),
    published: [{ ...a, grain: { ...counts(25, 1), stepText: text("1") } }, b, c],
    comparisons: [
      { id: text("a-c"), statement: text("a is above c"), first: a, second: c },
      { id: text("a-b"), statement: text("a is above b"), first: a, second: b },
    ],
    crossChecks: [
      { id: "f", statement: text("falling"), kind: "falling", values: [a, b, c] },
      { id: "d", statement: text("difference"), kind: "difference", first: a, second: b, stated: c, decimals: 1 },
    ],
    notes: [text("A note.")],
  });
};
const page = (data: Audit) => parseHTML(renderAudit(data)).document;
const textOf = (node: { textContent: string | null } | null): string => (node?.textContent ?? "").replace(/\s+/g, " ");

test("every printed number has a row; what is not printed is a dash, never 0", () => {
  const rows = [...page(synthetic()).querySelectorAll("#values tbody tr")].map((row) =>
    [...row.children].map((cell) => textOf(cell as never)),
  );
  assert.deepEqual(
    rows.map(([id]) => id),
    ["a", "b", "c"],
  );
  assert.deepEqual(rows[0]!.slice(1, 7), ["modes", "20.0", "2", "SD", "10", "run"]);
  assert.deepEqual(rows[1]!.slice(2), ["18", "—", "none", "—", "—", "—", "—"]);
});

test("an implied test is shown under both readings of the SD, or with the reason why there is none", () => {
  const [first, second] = [...page(synthetic()).querySelectorAll("#tests tbody tr")].map((row) => textOf(row as never));
  assert.match(first!, /Welch t = 3\.35.*If the printed SDs have ddof 0: .*Welch t = 3\.18/);
  assert.match(second!, /not computable: b: no ± is printed, n is not printed/);
});

test("each claim has the chance of every verdict under each truth, and what is assumed for it", () => {
  const claim: PointClaim = {
    kind: "point",
    id: "a-mean",
    statement: "a covers 20.",
    place: "",
    axis: "run",
    family: "numbers",
    arm: "a",
    quantity: { metric: "modes", label: "modes", unit: "modes", better: "higher", worst: 0 },
    published: { id: "a", place: "", unit: "modes", mean: 20, spread: { kind: "sd", value: 2 }, n: 10, axis: "run" },
    margin: { value: 2.5, reason: "" },
  };
  const few = { ...claim, id: "b-mean", arm: "b" };
  const picture: Claim = { ...claim, id: "p", kind: "qualitative", reason: "" };
  const planned = (runs: (arm: string) => number) => ({
    id: "toy",
    reading: "random",
    readings: 2,
    claims: [claim, few, picture],
    runs,
    draws: () => 1,
  });
  const { id, title, notes } = synthetic();
  const input = { id, title, notes, published: [], comparisons: [], crossChecks: [] };
  const of = (runs: (arm: string) => number) => page(audit(input, [planned(runs)])).querySelector("#chances")!;
  const chances = of((arm) => (arm === "a" ? 10 : 3));
  assert.match(
    textOf(chances.querySelector(".lead") as never),
    /Simulated: 500 studies .* at most 4\.4 points \(95 %\)/,
  );
  const rows = [...chances.querySelectorAll("tbody tr")].map((row) => textOf(row as never).trim());
  assert.match(rows[0]!, /^toy, reading "random": REPRODUCED of an ordering or trend needs all 2 readings/);
  assert.match(rows[1]!, /^a covers 20\. ?a-mean a: 10 on the axis run, SD 2 \(printed\)\.$/);
  const truths = [...chances.querySelectorAll("tbody th[scope=row]")].map((cell) => textOf(cell as never));
  assert.deepEqual(truths, [
    "print exactly right",
    "worse by 1 margin (2.5 modes)",
    "worse by 2 margins (5 modes)",
    "better by 1 margin (2.5 modes)",
    "better by 2 margins (5 modes)",
  ]);
  const cells = [...chances.querySelectorAll("tbody tr")][2]!.querySelectorAll("td.numeric");
  assert.equal(
    [...cells].every((cell) => /^(<1|>99|\d+) %$/.test(textOf(cell as never))),
    true,
  );
  assert.equal(cells.length, 5);
  assert.match(rows.at(-2)!, /3 of at least 5 units are planned/);
  assert.equal(rows.at(-1), "INCONCLUSIVE in every study, whatever the truth");
  assert.match(textOf(of(() => 0) as never), /not computable: the profile "paper" plans no run of a/);
  assert.match(textOf(page(synthetic()).querySelector("#chances") as never), /No claim is planned/);
});

test("results stand in words beside their colour", () => {
  const badges = [...page(synthetic()).querySelectorAll("#cross-checks .badge")].map((badge) => textOf(badge as never));
  assert.deepEqual(badges, ["holds", "differs"]);
});

test("the page asks nothing of the network and runs nothing", () => {
  const html = renderAudit(synthetic());
  assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  assert.doesNotMatch(html, /<script|<link|src=|https?:/);
});

test("hostile text stays text", () => {
  assert.doesNotMatch(renderAudit(synthetic((words) => words + HOSTILE)), /<script|<img/);
});

test("one file is written, whole", async () => {
  const folder = await mkdtemp(join(tmpdir(), "audit-page-"));
  try {
    assert.equal(await writeAuditPage(synthetic(), folder), join(folder, "audit-synthetic.html"));
    assert.deepEqual(await readdir(folder), ["audit-synthetic.html"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
