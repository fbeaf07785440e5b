/** Runs that start from others: the order they are done in, and what becomes of them when the other one fails. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { RunRecord } from "../contract/run.ts";
import { FAST_TEMPORARY, MILLISECOND_MAIN, ProgramUnderTest, records, run } from "../testing/program-under-test.ts";

const root = mkdtempSync(join(FAST_TEMPORARY, "needs-test-"));
after(() => rmSync(root, { recursive: true, force: true }));

const chained = (store: string, ...more: string[]): string[] => [
  ...["suite", "chained", "--profile", "smoke", "--engine", "cpu", "--workers", "1"],
  ...["--store", join(root, store), "--out", join(root, `${store}-pages`), ...more],
];
const stored = (store: string): RunRecord[] => [...records(join(root, store)).values()] as RunRecord[];
const byPath = (all: readonly RunRecord[]) => new Map(all.map((record) => [record.spec.path, record]));

describe("runs that start from others", { concurrency: 2 }, () => {
  it("does what they need first, and only that", async () => {
    const { code, stderr } = await run(MILLISECOND_MAIN, chained("good", "--model", "after-calm"));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /2 runs that they start from are done first/);
    const found = byPath(stored("good"));
    assert.deepEqual([...found.keys()].sort(), [
      "chained/smoke/after-calm/only/replicate=0",
      "chained/smoke/after-calm/only/replicate=1",
      "millisecond/smoke/calm/only/replicate=0",
      "millisecond/smoke/calm/only/replicate=1",
    ]);
    for (const replicate of [0, 1]) {
      const upstream = found.get(`millisecond/smoke/calm/only/replicate=${replicate}`)!;
      const own = found.get(`chained/smoke/after-calm/only/replicate=${replicate}`)!;
      const ends = [upstream, own].map(({ provenance }) => Date.parse(provenance.startedAt) + provenance.durationMs);
      assert.ok(Date.parse(own.provenance.startedAt) >= ends[0]! - 1, "it began before the other one's end");
      assert.equal(own.state, "finished");
    }
    const again = await run(MILLISECOND_MAIN, chained("good", "--model", "after-calm"));
    assert.match(again.stderr, /2 already stored/);
    assert.doesNotMatch(again.stderr, /done first/);
  });

  it("marks a run diverged whose other one diverged, and crashed whose other one crashed", async () => {
    const { code, stderr } = await run(MILLISECOND_MAIN, chained("bad", "--replicates", "1"));
    assert.equal(code, 4, stderr);
    const found = byPath(stored("bad"));
    const failure = (path: string) => {
      const record = found.get(path)!;
      assert.ok(record.state !== "finished", path);
      return [record.state, record.failure.message];
    };
    assert.deepEqual(failure("chained/smoke/after-divergent/only/replicate=0"), [
      "diverged",
      "it starts from faulty/smoke/divergent/only/replicate=0, which diverged",
    ]);
    assert.deepEqual(failure("chained/smoke/after-throwing/only/replicate=0"), [
      "crashed",
      "it starts from faulty/smoke/throwing/only/replicate=0, which is crashed",
    ]);
    assert.equal(found.get("chained/smoke/after-calm/only/replicate=0")?.state, "finished");
  });

  it("stops cleanly while some wait for others, and goes on", async () => {
    const slow = { FIXTURE_UPDATES: "400", FIXTURE_STEP_MS: "5" };
    const args = chained("stopped", "--model", "after-calm", "--replicates", "1");
    const program = new ProgramUnderTest(MILLISECOND_MAIN, args, slow);
    await program.said(/done first/);
    await program.said(/About/);
    program.signal("SIGINT", true);
    const { code } = await program.ended;
    assert.equal(code, 130);
    await program.allGone();
    const rest = await run(MILLISECOND_MAIN, args, slow);
    assert.equal(rest.code, 0, rest.stderr);
    assert.equal(stored("stopped").filter(({ state }) => state === "finished").length, 2);
  });
});
