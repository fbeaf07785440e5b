/** The remaining work of a campaign's lines, the choice of the next line, idle cores, and the actual list of lines. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { PROVENANCE, placeOf, recordOf } from "../../harness/store/fixtures/records.ts";
import { specSha256 } from "../../harness/store/run-key.ts";
import { Store } from "../../harness/store/store.ts";
import { idleMs } from "./idle.ts";
import { Journal } from "./journal.ts";
import { keyOf, Line, nameOf, optionsOf, readLines } from "./lines.ts";
import { campaignPlace, LINES } from "./place.ts";
import { keepPlan, keptPlan, leftOf, nextLine, type Planned, resultsOf } from "./planned.ts";
import { type CampaignStatus, statusText } from "./status.ts";

const folder = mkdtempSync(join(tmpdir(), "planned-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const line = (over: Partial<Line>): Line => Line.parse({ revision: "abcdef0", suite: "toy", ...over });
/** Four runs of 30 updates of 2 ms. The last run decides `small`; the first three decide `both` and `part`. */
const PLAN: Planned = {
  runs: [0, 1, 2, 3].map((replicate) => placeOf(replicate).spec),
  stepMs: { "ali, network —, batch —": 2 },
  engine: { class: "cpu" },
  claims: [
    { claim: "both", waitsFor: [0, 1, 2], ms: 180 },
    { claim: "part", waitsFor: [0, 1], ms: 120 },
    { claim: "small", waitsFor: [3], ms: 60 },
    { claim: "done", waitsFor: [], ms: 0 },
  ],
};
const nothing = resultsOf(null);
const stored = (...replicates: number[]) => {
  const hashes = new Set(replicates.map((replicate) => specSha256(PLAN.runs[replicate]!)));
  return () => hashes;
};

describe("what is left of a line", () => {
  test("is what its claim waits for, or all its runs", () => {
    const { claims: _, ...both } = leftOf(line({ claim: "both" }), PLAN, nothing);
    assert.deepEqual(both, { runs: 3, ms: 180, gain: 2 });
    const { claims, ...all } = leftOf(line({}), PLAN, nothing);
    assert.deepEqual(all, { runs: 4, ms: 240, gain: 3 });
    assert.deepEqual(
      claims.map(({ claim }) => claim),
      ["both", "part", "small"],
    );
  });

  test("leaves out what is stored since", () => {
    assert.deepEqual(leftOf(line({ claim: "both" }), PLAN, stored(0, 1)).claims, [
      { claim: "both", runs: 1, ms: 60, gain: 1 },
    ]);
    assert.deepEqual(leftOf(line({}), PLAN, stored(0, 1, 2, 3)), { runs: 0, ms: 0, gain: 1, claims: [] });
  });

  test("counts results of its own engine class alone, and no runs that crashed", () => {
    const store = Store.open(join(folder, "store"), { create: true });
    store.write(placeOf(0), recordOf(placeOf(0)));
    store.write(placeOf(1), recordOf(placeOf(1), "crashed"));
    const results = resultsOf(store);
    assert.equal(leftOf(line({}), PLAN, results).runs, 3);
    assert.equal(leftOf(line({}), { ...PLAN, engine: { class: "tensorflow-cpu" } }, results).runs, 4);
  });
});

describe("the next line", () => {
  const [both, part, small] = ["both", "part", "small"].map((claim) => line({ claim }));
  const next = (lines: Line[], results: ReturnType<typeof resultsOf>) =>
    nextLine(lines, (one) => leftOf(one, PLAN, results))?.claim;
  test("is the one that decides most claims a minute", () => {
    // One claim in 60 ms; two claims in 180 ms; one in 120 ms.
    assert.equal(next([both!, part!, small!], nothing), "small");
    assert.equal(next([both!, part!], nothing), "both");
    assert.equal(next([part!, small!], stored(0, 1)), "part", "all its runs are there: it is judged at once");
  });
  test("has the first priority, however long it takes", () => {
    assert.equal(next([{ ...small!, priority: 2 }, part!], nothing), "part");
  });
  test("is one that could be planned, if there is one", () => {
    assert.equal(
      nextLine([both!, small!], (one) => (one === small ? leftOf(one, PLAN, nothing) : undefined)),
      small,
    );
    assert.equal(
      nextLine([], () => undefined),
      undefined,
    );
  });
});

test("a plan is kept for lines that differ in claim and priority alone", () => {
  keepPlan(folder, line({ claim: "both" }), PLAN);
  assert.deepEqual(keptPlan(folder, line({ claim: "part", priority: 2 })), PLAN);
  for (const other of [{ setting: "fixed" }, { suite: "other" }, { revision: "abcdef1" }, { replicates: 3 }])
    assert.equal(keptPlan(folder, line(other)), undefined);
});

test("idle cores are those without a run before the last run of a line ended", () => {
  const store = Store.open(join(folder, "idle"), { create: true });
  const began = Date.parse("2000-01-01T00:00:00Z");
  for (const [replicate, durationMs] of [500, 1_000, 700].entries()) {
    const record = recordOf(placeOf(replicate));
    store.write(placeOf(replicate), { ...record, provenance: { ...PROVENANCE, durationMs } });
  }
  assert.equal(idleMs(store, "toy", began, 1), 0);
  assert.equal(idleMs(store, "toy", began, 2), 300);
  assert.equal(idleMs(store, "toy", began, 4), 300 + 500 + 1_000, "the fourth had no run at all");
  assert.equal(idleMs(store, "toy", began + 2_000, 2), null);
});

test("a journal that a kill cut off is read up to there", () => {
  const file = join(folder, "journal.jsonl");
  const journal = new Journal(file);
  assert.deepEqual(journal.events(), []);
  const ended = { what: "line-ended", line: "a", code: 3, message: "full", idleMs: null } as const;
  journal.note({ ...ended, outcome: "failed" });
  journal.note({ ...ended, outcome: "done" });
  writeFileSync(file, '{"what":"line-ended","line":"a","outc', { flag: "a" });
  assert.equal(journal.ended().get("a")!.outcome, "done");
});

test("a line is named and asked for by what it gives", () => {
  const given = line({ setting: "fixed", claim: "ali-mean", model: "ali", replicates: 3 });
  assert.equal(nameOf(given), "toy, setting fixed, claim ali-mean, model ali, replicates 3, at abcdef0");
  const plan = "--profile paper --setting fixed --model ali --replicates 3 --engine tensorflow";
  assert.equal(optionsOf(given, "plan").join(" "), plan);
  assert.equal(optionsOf(given, "suite").join(" "), `${plan} --claim ali-mean`);
  assert.equal(keyOf(given), keyOf({ ...given, priority: 7 }));
});

test("a stranger reads what to do", () => {
  const status = {
    folder: "/c",
    logs: "/c/logs",
    linesFrom: null,
    process: null,
    store: null,
    lines: [],
    running: [],
    results: 0,
    notCaptured: [],
    trainMs: 0,
    sinceMs: 0,
    freeBytes: null,
  } satisfies CampaignStatus;
  assert.deepEqual(statusText(status), [
    "The campaign in /c: not running.",
    "No run of the paper's profile has a result yet.",
  ]);
  const [, , said] = statusText({ ...status, results: 1, notCaptured: ["/c/store/a.json"] });
  assert.match(said!, /NOT CAPTURED {2}\/c\/store\/a\.json.*an error, not a result.*move it away.*start --again/);
  const [, whose] = statusText({ ...status, process: 7, linesFrom: "/elsewhere/campaign.json" });
  assert.match(whose!, /^It does the lines of \/elsewhere\/campaign\.json as they were/);
  assert.equal(statusText({ ...status, process: 7 }).at(-1), "What its commands say: /c/logs");
});

test("the campaign's folder is named by ALI_CAMPAIGN, XDG_DATA_HOME or the home", () => {
  assert.equal(campaignPlace({ ALI_CAMPAIGN: "/a" }).store, "/a/store");
  assert.equal(campaignPlace({ XDG_DATA_HOME: "/x" }).folder, "/x/ali-reproducibility/campaign");
  assert.equal(campaignPlace({ HOME: "/h" }).folder, "/h/.local/share/ali-reproducibility/campaign");
});

test("the list in reports/evidence is one, of whole hashes", () => {
  const lines = readLines(LINES);
  assert.ok(lines.length > 0);
  for (const { revision } of lines) assert.match(revision, /^[0-9a-f]{40}$/);
});
