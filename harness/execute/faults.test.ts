/** What machines do to whole programs: a clock that is set back, a slow disk, a worker that hangs, memory that runs out. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import {
  FAST_TEMPORARY,
  filesBelow,
  MILLISECOND_MAIN,
  ProgramUnderTest,
  records,
  results,
} from "../testing/program-under-test.ts";

const folder = mkdtempSync(join(FAST_TEMPORARY, "faults-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const at = (store: string): string => join(folder, store);
const args = (id: string, store: string, ...more: string[]): string[] => [
  ...["suite", id, "--profile", "smoke", "--engine", "cpu", "--workers", "2", "--checkpoint-every", "20"],
  ...["--store", at(store), "--out", at(`${store}-pages`), ...more],
];
const start = (id: string, store: string, more: string[] = [], env: Record<string, string> = {}): ProgramUnderTest =>
  new ProgramUnderTest(MILLISECOND_MAIN, args(id, store, ...more), env);
const loading = (fixture: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "..", "testing", fixture)).href}`,
});
const quiet = start("millisecond", "quiet").ended;
async function assertSame(store: string): Promise<void> {
  assert.equal((await quiet).code, 0);
  assert.equal(Object.keys(results(at(store))).length, 4);
  assert.deepEqual(results(at(store)), results(at("quiet")));
}

describe("a suite", { skip: process.platform !== "linux" && "reads /proc", concurrency: 2 }, () => {
  it("has its results, and no negative times, where the clock is set back", async () => {
    const { code, stderr } = await start("millisecond", "clock", [], loading("clock-set-back.mjs")).ended;
    assert.equal(code, 0, stderr);
    await assertSame("clock");
    for (const { provenance } of records(at("clock")).values())
      assert.ok(provenance.durationMs > 0 && provenance.trainMs > 0, JSON.stringify(provenance));
    const status = await new ProgramUnderTest(MILLISECOND_MAIN, ["status", "--store", at("clock")]).ended;
    assert.match(status.stdout, /4 planned, 4 finished/);
  });

  it("that is killed on a slow disk goes on to the same bits, and two are kept apart there", async () => {
    const env = { ...loading("slow-disk.mjs"), FIXTURE_STEP_MS: "10" };
    const program = start("millisecond", "slow-store", [], env);
    await program.said("About");
    const other = await start("millisecond", "slow-store", [], env).ended;
    assert.equal(other.code, 3, other.stderr);
    assert.match(other.stderr, /is in use by/);
    program.signal("SIGKILL", true);
    await program.allGone();
    const { code, stderr } = await start("millisecond", "slow-store", [], env).ended;
    assert.equal(code, 0, stderr);
    await assertSame("slow-store");
  });

  it("ends a worker that hangs, tries once more, and stores the run as crashed", async () => {
    const more = ["--model", "hanging", "--replicates", "1", "--run-timeout", "0.03"];
    const program = start("broken", "hanging", more);
    const { code, stderr } = await program.ended;
    assert.equal(code, 4, stderr);
    assert.match(stderr, /gave no sign of life for 4 s, and was ended; trying once more/);
    await program.allGone();
    const [record] = [...records(at("hanging")).values()];
    assert.deepEqual([record!.state, record!.provenance.attempts], ["crashed", 2]);
    assert.match(record!.failure.message, /no sign of life/);
  });

  it("gives up a run whose next batch does not come, when its time is up", async () => {
    const program = start("broken", "starving", ["--model", "starving", "--replicates", "1", "--run-timeout", "0.03"]);
    const { stderr } = await program.ended;
    await program.allGone();
    const [record] = [...records(at("starving")).values()];
    assert.deepEqual([record!.state, record!.updatesDone], ["timed-out", 60], stderr);
    assert.match(record!.failure.message, /s of waiting for a batch, at update 60 of 80/);
  });

  it("ends a worker whose event loop turns, and which waits without end", async () => {
    const program = start("broken", "waiting", ["--model", "waiting", "--replicates", "1", "--run-timeout", "0.03"]);
    const { code, stderr } = await program.ended;
    assert.equal(code, 4, stderr);
    await program.allGone();
    const [record] = [...records(at("waiting")).values()];
    assert.deepEqual([record!.state, record!.provenance.attempts], ["crashed", 2]);
    assert.match(record!.failure.message, /no sign of life/);
  });

  it("stops at Ctrl-C while it waits for a batch that does not come", async () => {
    const program = start("broken", "stopped", ["--model", "starving", "--replicates", "1"]);
    const checkpoint = (): boolean => filesBelow(at("stopped")).some((file) => file.endsWith("checkpoint.safetensors"));
    while (program.running && !checkpoint()) await setTimeout(50);
    program.signal("SIGINT", true);
    const { code, stderr } = await program.ended;
    assert.equal(code, 130, stderr);
    assert.equal(checkpoint(), true);
    await program.allGone();
  });

  it("says that memory ran out in a worker, and goes on", async () => {
    const more = ["--model", "hungry", "--replicates", "1"];
    const program = start("broken", "hungry", more, { NODE_OPTIONS: "--max-old-space-size=128" });
    const { code, stderr } = await program.ended;
    assert.equal(code, 4, stderr);
    await program.allGone();
    const [record] = [...records(at("hungry")).values()];
    assert.equal(record!.state, "crashed");
    assert.match(`${record!.failure.message} ${record!.failure.stack}`, /SIGABRT[\s\S]*heap out of memory/);
  });
});
