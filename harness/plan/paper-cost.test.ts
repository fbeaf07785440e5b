import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { FAST_TEMPORARY, MILLISECOND_MAIN, ProgramUnderTest } from "../testing/program-under-test.ts";
import type { PaperCost } from "./paper-cost.ts";

const root = mkdtempSync(join(FAST_TEMPORARY, "paper-cost-test-"));
after(() => rmSync(root, { recursive: true, force: true }));

test("a quick report says what the paper's profile would take; it is timed once, and a report again says the same", async () => {
  const [store, out] = [join(root, "store"), join(root, "out")];
  const env = { FIXTURE_UPDATES: "50", FIXTURE_STEP_MS: "0" };
  const start = async (...args: string[]) => {
    const program = new ProgramUnderTest(MILLISECOND_MAIN, [...args, "--store", store, "--out", out], env);
    const ended = await program.ended;
    assert.equal(ended.code, 0, ended.stderr);
  };
  const said = (): PaperCost => {
    const files = readdirSync(out, { recursive: true, encoding: "utf8" });
    const page = files.find((name) => name.endsWith("millisecond.html"))!;
    return (JSON.parse(readFileSync(join(out, page), "utf8")) as { paperCost: PaperCost }).paperCost;
  };
  await start("suite", "millisecond", "--profile", "smoke", "--engine", "cpu", "--workers", "1");
  assert.equal(existsSync(join(store, "paper-cost")), false);
  rmSync(out, { recursive: true });
  await start("suite", "millisecond", "--profile", "quick", "--engine", "cpu", "--workers", "1");
  const first = said();
  assert.match(first.total, /^4 runs, about .+ of training on one core of cpu, from steps timed on \d{4}-\d\d-\d\d$/);
  const [kind] = first.kinds;
  assert.deepEqual([first.kinds.length, kind!.runs, kind!.runMs], [2, 2, kind!.updates * kind!.stepMs]);
  assert.equal(kind!.gpuRunMs >= 5 * kind!.updates, true, `${kind!.gpuRunMs} ms for ${kind!.updates} updates`);
  const kept = join(store, "paper-cost", "millisecond.cpu.json");
  const bytes = readFileSync(kept, "utf8");
  rmSync(out, { recursive: true });
  await start("suite", "millisecond", "--profile", "quick", "--engine", "cpu", "--workers", "1");
  assert.deepEqual([said(), readFileSync(kept, "utf8")], [first, bytes]);
  rmSync(out, { recursive: true });
  await start("report", "millisecond", "--profile", "quick");
  assert.deepEqual(said(), first);
});
