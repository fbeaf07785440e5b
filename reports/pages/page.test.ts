import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import type { Claim } from "../../harness/contract/claims.ts";
import { judgedData } from "../fixtures/judged.ts";
import { fixtureData, hostileData } from "../fixtures/report-data.ts";
import { anchor } from "../views/anchors.ts";
import { writeReport } from "../write-report.ts";
import { renderPage } from "./page.ts";

const page = (data: Parameters<typeof renderPage>[0]) => parseHTML(renderPage(data, [])).document;
const textOf = (node: { textContent: string | null } | null): string => (node?.textContent ?? "").replace(/\s+/g, " ");
const small = { pointsAPanel: 20 } as const;

test("the paper profile on the paper's data has no banner", () => {
  assert.equal(page(fixtureData(small)).querySelectorAll(".banner").length, 0);
});

test("a reduced profile says before anything else that nothing is a verdict", () => {
  const document = page(fixtureData({ ...small, profile: "quick" }));
  assert.match(textOf(document.querySelector(".banner")), /Reduced profile: nothing here is a verdict on the paper/);
  assert.match(textOf(document.querySelector(".directional")), /Direction only, no verdict/);
});

test("stand-in data have their own banner", () => {
  assert.match(
    textOf(page(fixtureData({ ...small, usesPapersData: false })).querySelector(".banner")),
    /Stand-in data/,
  );
});

test("printed values are drawn beside ours only when ours are of the paper's data", () => {
  const forest = (usesPapersData: boolean): string =>
    textOf(page(fixtureData({ ...small, usesPapersData })).querySelector("#against"));
  assert.match(forest(true), /, printed/);
  assert.doesNotMatch(forest(false), /, printed/);
  assert.match(forest(false), /printed values are not drawn/);
});

test("a verdict that a reduced profile cannot give is called out", () => {
  const data = { ...fixtureData(small), usesPapersData: false };
  assert.match(textOf(page(data).querySelector(".warnings")), /judged REPRODUCED although the runs are not/);
});

test("a modified working tree and several revisions are said at the top and in the provenance", () => {
  const document = page(fixtureData({ ...small, mixedProvenance: true }));
  assert.match(textOf(document.querySelector(".banner")), /4 of 40 runs were made from a modified working tree/);
  assert.match(textOf(document.querySelector("#provenance .alarms")), /2 git revisions/);
});

test("every claim has a row with its verdict in words, in the order of the claims", () => {
  const data = fixtureData(small);
  const rows = [...page(data).querySelectorAll(".verdict-table tbody")];
  assert.equal(rows.length, data.claims.length);
  rows.forEach((row, i) => {
    const judgement = data.judgements.find((j) => j.claimId === data.claims[i]!.id && j.reading === "random");
    assert.equal(textOf(row.querySelector("td.verdict .badge")), judgement?.verdict);
  });
});

test("no number is bare: kind of ±, n and interval stand with it", () => {
  const [first] = page(fixtureData(small)).querySelectorAll(".verdict-table tbody");
  assert.match(textOf(first!), /14\.2 ± 5\.1 modes ?± 1 SD ?n = 10 \(run\)/);
  assert.match(textOf(first!), /± 1 SD ?n = 10 ?95 % t interval \[/);
});

test("a claim on the draws within runs counts draws, and failed runs as runs", () => {
  const data = fixtureData(small);
  const [first, ...others] = data.claims;
  if (first?.kind !== "point") throw new TypeError("the fixture's first claim is no point");
  const onDraws: Claim = {
    ...first,
    axis: "labelDraw",
    quantity: { ...first.quantity, nesting: ["encoder", "labelDraw"] },
  };
  const judgements = data.judgements.map((judgement) => ({
    ...judgement,
    estimates: judgement.estimates.map((estimate) => ({ ...estimate, failed: 2 })),
    ...(judgement.claimId === first.id && { wouldDecide: { furtherReplicates: 7, smallestMargin: null } }),
  }));
  const textFor = (claim: Claim): string =>
    textOf(page({ ...data, claims: [claim, ...others], judgements }).querySelector(".verdict-table tbody")!);
  assert.match(textFor(onDraws), /± 1 SD ?n = 10 draws.*2 runs did not finish.*About 7 further draws an arm/);
  assert.match(textFor(first), /± 1 SD ?n = 10(?! draws).*2 runs did not finish.*About 7 further replicates an arm/);
});

test("a gap's effect is told from the gap itself", () => {
  const data = fixtureData(small);
  const row = [...page(data).querySelectorAll(".verdict-table tbody")][
    data.claims.findIndex((claim) => claim.kind === "gap")
  ];
  assert.match(textOf(row!), /ali minus gan 12 ± 9 percentage points ?± 3 SD \(1 SD = 3\.0\)/);
  assert.match(textOf(row!), /\(ali minus gan\), ours minus printed −3\.7 %/);
});

test("a claim without a judgement is shown as such and not dropped", () => {
  const data = fixtureData(small);
  const document = page({
    ...data,
    judgements: data.judgements.filter((judgement) => judgement.claimId !== "ali-modes"),
  });
  assert.match(textOf(document.querySelector(".verdict-table tbody")), /NO JUDGEMENT/);
});

test("a run that diverged has its message and dashes, a run without a record says so", () => {
  const document = page(fixtureData({ ...small, unfinished: true }));
  const rows = [...document.querySelectorAll(".runs-table tbody tr")];
  assert.equal(rows.length, 40);
  const diverged = rows.find((row) => textOf(row).includes("diverged"));
  assert.match(textOf(diverged!), /not finite \(NaN\) at update 7400/);
  assert.deepEqual([...diverged!.querySelectorAll("td.absent")].map(textOf), ["—", "—", "—", "—"]);
  assert.equal(Boolean(rows.some((row) => textOf(row).includes("no record"))), true);
});

test("a page of no runs and no claims renders", () => {
  const data = fixtureData(small);
  const empty = {
    ...data,
    claims: [],
    judgements: [],
    samples: [],
    records: [],
    figures: [],
    warnings: [],
    protocol: [],
    readings: [],
    plan: { ...data.plan, runs: [] },
  };
  assert.match(textOf(page(empty).querySelector("#runs .lead")), /0 of 0 planned runs/);
});

test("ids are unique and every link inside the page has its target", () => {
  for (const data of [fixtureData(small), judgedData(small)]) {
    const document = page(data);
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    assert.equal(new Set(ids).size, ids.length);
    for (const link of document.querySelectorAll(`a[href^="#"]`))
      assert.equal(ids.includes(link.getAttribute("href")!.slice(1)), true, link.getAttribute("href")!);
  }
});

test("claims, figures and runs keep their ids when others come before them, and each has a visible link to itself", () => {
  const data = fixtureData(small);
  const turned = {
    ...data,
    claims: data.claims.toReversed(),
    figures: data.figures.toReversed(),
    plan: { ...data.plan, runs: data.plan.runs.toReversed() },
  };
  const parts = (document: ReturnType<typeof page>): string[] =>
    [...document.querySelectorAll("a.permalink")].map((link) => link.getAttribute("href")!).sort();
  const links = parts(page(data));
  assert.deepEqual(parts(page(turned)), links);
  const expected = data.claims.length + data.figures.length + data.plan.runs.length;
  assert.equal(links.filter((link) => /^#(claim|figure|run)-/.test(link)).length, expected);
});

test("ids that look alike stay apart, and two figures of one id are refused", () => {
  assert.equal(anchor("claim", "a-b"), "claim-a-b");
  assert.notEqual(anchor("claim", "a b"), anchor("claim", "a/b"));
  assert.notEqual(anchor("claim", "x".repeat(80)), anchor("claim", "x".repeat(81)));
  const data = fixtureData(small);
  assert.throws(() => page({ ...data, figures: [...data.figures, data.figures[0]!] }), /figure "samples" stands twice/);
});

test("the protocol says what is left open, where text and code differ, and where ours differs", () => {
  const rows = [...page(fixtureData(small)).querySelectorAll(".protocol-table tbody tr")].map((row) => ({
    marks: [...row.querySelectorAll(".badge")].map(textOf),
    paper: textOf(row.querySelectorAll("td")[0]!),
  }));
  assert.deepEqual(rows, [
    { marks: ["text and code differ", "ours differs"], paper: "“Random hyperparameters”, no range." },
    { marks: ["left open"], paper: "does not say" },
  ]);
});

test("what the paper profile costs stands kind by kind where it was timed, here and by estimate on a GPU", () => {
  assert.equal(page(fixtureData(small)).querySelector("#cost"), null);
  const kinds = [
    { name: "ali, network toy", runs: 10, stepMs: 12, updates: 200_000, runMs: 2_400_000, gpuRunMs: 1_000_000 },
  ];
  const paperCost = { total: "10 runs, about 7 h", gpu: "as much faster as products are", kinds };
  const document = page({ ...fixtureData(small), paperCost });
  assert.match(textOf(document.querySelector("#cost .lead")), /10 runs, about 7 h\. .*as much faster as products are/);
  const cells = [...document.querySelectorAll("#cost tbody tr > *")].map(textOf);
  assert.deepEqual(cells, ["ali, network toy", "10", "200,000", "12 ms", "40 min 00 s", "16 min 40 s"]);
});

test("every dot of every run is in the picture of its quantity", () => {
  const data = fixtureData(small);
  const document = page(data);
  const [modes] = document.querySelectorAll("#against .card");
  assert.equal(modes!.querySelectorAll(".run-dots > *").length, 40);
  assert.equal(modes!.querySelectorAll(".run-dots.failed > *").length, 1);
  assert.equal(document.querySelectorAll(".scatter-panel").length, 40);
});

test("figures drawn as SVG can be saved, tables and small images are not marked for it", () => {
  const data = fixtureData(small);
  const images = { kind: "images", id: "images", title: "Images", caption: "", panels: [] } as const;
  const document = page({ ...data, figures: [...data.figures, images] });
  const marked = [...document.querySelectorAll(".suite-figure")].map((one) => one.hasAttribute("data-figure"));
  assert.deepEqual(
    marked,
    [...data.figures, images].map(({ kind }) => kind !== "table" && kind !== "images"),
  );
});

test("hostile text in every field stays text", () => {
  const html = renderPage(hostileData(fixtureData(small)), []);
  assert.deepEqual(html.match(/<script[^>]*>|<img/g), ['<script type="application/json" id="page-data">', "<script>"]);
  assert.equal(html.match(/<\/script/g)?.length, 2);
  assert.equal(html.match(/<\/style>/g)?.length, 1);
  assert.equal(html.match(/<\/title>-->/g), null);
  assert.equal(Boolean((html.match(/&lt;script&gt;/g)?.length ?? 0) > 200), true);
});

test("a page does not depend on what was rendered before", () => {
  const data = fixtureData(small);
  assert.equal(renderPage(data, []), renderPage(data, []));
});

test("the policy of the page forbids everything but its own styles and, by its hash, its own script", () => {
  const html = renderPage(fixtureData(small), []);
  const script = /<script>([\s\S]*?)<\/script>/.exec(html)![1]!;
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hash}'`;
  assert.equal(parseHTML(html).document.querySelector("meta[http-equiv]")!.getAttribute("content"), policy);
  assert.doesNotMatch(html, /https?:\/\/|url\(|@import/);
});

test("a report is seven whole files, and forty panels of 10,000 samples stay under 1.5 MB", async () => {
  const folder = await mkdtemp(join(tmpdir(), "report-"));
  try {
    const { html, files } = await writeReport(fixtureData({ pointsAPanel: 10000 }), folder);
    assert.deepEqual((await readdir(folder)).sort(), [
      "fixture-paper.estimates.csv",
      "fixture-paper.html",
      "fixture-paper.json",
      "fixture-paper.junit.xml",
      "fixture-paper.md",
      "fixture-paper.runs.csv",
      "fixture-paper.verdicts.csv",
    ]);
    assert.equal(files.length, 7);
    assert.equal(Boolean((await readFile(html)).length < 1.5e6), true);
  } finally {
    await rm(folder, { recursive: true });
  }
});
