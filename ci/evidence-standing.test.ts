import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { placesOf } from "../harness/plan/places.ts";
import { thisProject } from "../harness/project.ts";
import { sourceSha256 } from "../harness/provenance/sources.ts";
import { Chain } from "../harness/store/chain.ts";
import { PROVENANCE, recordOf } from "../harness/store/fixtures/records.ts";
import { type Finding, recordSha256 } from "../harness/store/revalidation.ts";
import { Store } from "../harness/store/store.ts";
import { toyModesSuite } from "../suites/toy-modes/suite.ts";
import { evidenceStanding } from "./evidence-standing.ts";
import { ROOT } from "./source-tree.ts";

const root = mkdtempSync(join(tmpdir(), "evidence-standing-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
const ENGINE = "tensorflow-cpu";
const PLACES = placesOf(
  toyModesSuite.plan("paper", ENGINE, { rootSeed: thisProject().rootSeed }),
  ENGINE,
  thisProject().rootSeed,
);
const TODAY = new Map(["ali", "gan"].map((model) => [model, sourceSha256(ROOT, { suite: toyModesSuite.id, model })]));

interface Stored {
  /** Hash of the code that made the run. */
  readonly sources?: string;
  readonly finding?: Finding;
  /** Hash of the code that the finding checked. */
  readonly checkedAgainst?: string;
}
/** A store with the first runs of the paper profile, one per entry of `stored`. */
function storeOf(name: string, stored: readonly Stored[]): string {
  const store = Store.open(join(root, name), { create: true });
  for (const [i, given] of stored.entries()) {
    const place = PLACES[i]!;
    const today = TODAY.get(place.spec.model)!;
    const { sources = today, finding, checkedAgainst = today } = given;
    const engine = { ...PROVENANCE.engine, class: ENGINE };
    const provenance = { ...PROVENANCE, engine, rootSeed: thisProject().rootSeed, sourceSha256: sources };
    store.write(place, { ...recordOf(place), provenance });
    if (!finding) continue;
    const { record } = store.read(place)!;
    store.writeRevalidation(place, {
      format: "reproducibility-revalidation",
      version: 1,
      key: place.key,
      recordSha256: recordSha256(record),
      sourceSha256: checkedAgainst,
      engine,
      at: "2000-01-01T00:00:00Z",
      finding,
    });
  }
  return store.folder;
}
const linesOf = (name: string, stored: readonly Stored[]): readonly string[] =>
  evidenceStanding(storeOf(name, stored), [toyModesSuite]).lines;

const STANDS = { verdict: "stands" } as const;
const DIFFERENCE = { what: "metric modes", stored: "9", now: "8" };

describe("the runs of a store of evidence", () => {
  it("pass where today's code made them, or a check found that it makes the same", () => {
    const other = { sources: "other", finding: STANDS };
    const inPart = { sources: "other", finding: { ...STANDS, measuredFrom: "nothing" } } as const;
    const folder = storeOf("fine", [{}, other, inPart]);
    assert.deepEqual(evidenceStanding(folder, [toyModesSuite]), { runs: 3, others: 0, lines: [] });
  });

  it("are named with the command that settles it where nobody checked them, or they come out differently", () => {
    const stale = { sources: "other", finding: { verdict: "stale", differences: [DIFFERENCE] } } satisfies Stored;
    const lines = linesOf("wrong", [{}, { sources: "other" }, stale, { sources: "other", finding: STANDS }]);
    const [, unchecked, fallen] = PLACES.map(({ spec }) => spec.path);
    assert.deepEqual(lines.slice(0, 2), [`STALE  ${fallen}`, `NOT CHECKED  ${unchecked}`]);
    const command = `npm run revalidate toy-modes -- --profile paper --store ${join(root, "wrong")}`;
    assert.deepEqual(lines.slice(2), [
      `STALE runs come out differently under today's code: ${command} prints how. Undo the change, or add --set-aside.`,
      `Other code made runs that are NOT CHECKED. Run ${command}, and commit what it writes there (*.revalidation.json).`,
    ]);
  });

  it("are not settled by a check against other code than today's", () => {
    const lines = linesOf("before", [{ sources: "other", finding: STANDS, checkedAgainst: "yesterday's" }]);
    assert.deepEqual(lines.slice(0, 1), [`NOT CHECKED  ${PLACES[0]!.spec.path}`]);
  });

  it("that cannot be read are named", () => {
    const folder = storeOf("unreadable", [{}]);
    writeFileSync(Store.open(folder, { create: false }).path(PLACES[0]!), "{");
    const { lines } = evidenceStanding(folder, [toyModesSuite]);
    assert.equal(lines.length, 2);
    assert.match(lines[0]!, /^UNREADABLE {2}toy-modes.*replicate=0/);
    assert.match(lines[1]!, /^Restore these files/);
  });

  it("are named where one was not committed, or a file of it was not", () => {
    const folder = storeOf("incomplete", [{}, {}]);
    Chain.read(folder).takeUp();
    assert.deepEqual(evidenceStanding(folder, [toyModesSuite]), { runs: 2, others: 0, lines: [] });
    rmSync(Store.open(folder, { create: false }).path(PLACES[1]!));
    const { runs, lines } = evidenceStanding(folder, [toyModesSuite]);
    assert.deepEqual([runs, lines.length], [1, 2]);
    assert.match(lines[0]!, /^MISSING {2}toy-modes.*: the chain lists it/);
    rmSync(join(folder, "chain"), { recursive: true });
    assert.match(evidenceStanding(folder, [toyModesSuite]).lines[0]!, /^MISSING {2}chain/);
  });

  it("of no plan of today are counted", () => {
    const folder = storeOf("of-before", [{}, {}]);
    const plan: typeof toyModesSuite.plan = (...args) => ({
      ...toyModesSuite.plan(...args),
      runs: toyModesSuite
        .plan(...args)
        .runs.map((spec) => (spec.model === PLACES[1]!.spec.model ? { ...spec, modelVersion: 99 } : spec)),
    });
    assert.deepEqual(evidenceStanding(folder, [{ ...toyModesSuite, plan }]), { runs: 1, others: 1, lines: [] });
  });

  it("pass where there are none", () => {
    assert.deepEqual(evidenceStanding(join(root, "nowhere"), [toyModesSuite]), { runs: 0, others: 0, lines: [] });
    const folder = storeOf("empty", []);
    writeFileSync(join(folder, "README.md"), "Runs come here.");
    assert.deepEqual(evidenceStanding(folder, [toyModesSuite]), { runs: 0, others: 0, lines: [] });
  });
});

describe("the program", () => {
  const ask = (...args: string[]) =>
    spawnSync(process.execPath, ["--import", "tsx", join(ROOT, "ci", "evidence-standing.ts"), ...args], {
      cwd: ROOT,
      encoding: "utf8",
    });

  it("ends with 0, or with 3 and what to do", () => {
    const fine = ask(storeOf("fine-program", [{}]));
    assert.deepEqual([fine.status, fine.stderr], [0, ""]);
    assert.match(fine.stdout, /1 runs, all of them results of today's code/);
    const wrong = ask(storeOf("wrong-program", [{ sources: "other" }]));
    assert.deepEqual([wrong.status, wrong.stdout], [3, ""]);
    assert.match(wrong.stderr, /NOT CHECKED .*\n.*npm run revalidate toy-modes -- --profile paper --store/);
    const thesis = join(root, "wrong-program", "toy-modes");
    const refused = ask(thesis);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /^Error: .* is not a store/);
  });
});
