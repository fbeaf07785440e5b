/** Stacked runs through the whole program: the results of each are those of a stack of one, whatever happens to the others. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { NEEDS_TENSORFLOW } from "../engine/tensorflow/capture/engine-for-tests.ts";
import {
  FAST_TEMPORARY,
  filesBelow,
  MAIN,
  MILLISECOND_MAIN,
  ProgramUnderTest,
  records,
  results,
  run,
} from "../testing/program-under-test.ts";

const folder = mkdtempSync(join(FAST_TEMPORARY, "stack-test-"));
const started: ProgramUnderTest[] = [];
after(async () => {
  for (const program of started) program.signal("SIGKILL", true);
  for (const program of started) await program.allGone();
  rmSync(folder, { recursive: true, force: true });
});
const command = (name: string, suite: string, stack: number, ...more: string[]): string[] => [
  ...["suite", suite, "--profile", "smoke", "--engine", "tensorflow", "--stack", String(stack), "--workers", "1"],
  ...["--checkpoint-every", "5", "--store", join(folder, name), "--out", join(folder, `${name}-pages`), ...more],
];
const store = (name: string): string => join(folder, name);
/** Whether a run has a checkpoint that was written since then. */
const checkpointWritten = (name: string, since: number): boolean =>
  filesBelow(store(name))
    .filter((file) => file.endsWith("checkpoint.safetensors"))
    .some((file) => (statSync(join(store(name), file), { throwIfNoEntry: false })?.mtimeMs ?? 0) > since);

describe("stacked runs", NEEDS_TENSORFLOW, () => {
  it("of a toy model have the results of a stack of one, and say what they are", { timeout: 200_000 }, async () => {
    const only = ["--model", "ali", "--replicates", "2"];
    const stacked = await run(MAIN, command("toy", "toy-modes", 4, ...only));
    assert.equal(stacked.code, 0, stacked.stderr);
    assert.match(stacked.stderr, /Engine: tensorflow-[cg]pu-stacked/);
    assert.match(stacked.stderr, /1 process of 1 thread, stacks of 4 runs, as --workers 1 says/);
    const alone = await run(MAIN, command("toy-alone", "toy-modes", 1, ...only));
    assert.equal(alone.code, 0, alone.stderr);
    assert.equal(Object.keys(results(store("toy"))).length, 4);
    assert.deepEqual(results(store("toy")), results(store("toy-alone")));
    for (const { provenance } of records(store("toy")).values()) assert.match(provenance.step.reason, /stack/);
  });

  it("go on to the same bits after a kill, also in a stack of another size", { timeout: 200_000 }, async () => {
    const slow = { FIXTURE_STEP_MS: "8" };
    for (const size of [3, 2]) {
      const program = new ProgramUnderTest(
        MILLISECOND_MAIN,
        command("killed", "millisecond", size, "--replicates", "3"),
        slow,
      );
      started.push(program);
      const since = Date.now();
      while (program.running && !checkpointWritten("killed", since)) await new Promise((wake) => setTimeout(wake, 5));
      program.signal("SIGKILL", true);
      await program.ended;
    }
    const last = await run(MILLISECOND_MAIN, command("killed", "millisecond", 3, "--replicates", "3"));
    assert.equal(last.code, 0, last.stderr);
    const quiet = await run(MILLISECOND_MAIN, command("quiet", "millisecond", 1, "--replicates", "3"));
    assert.equal(quiet.code, 0, quiet.stderr);
    assert.equal(Object.keys(results(store("quiet"))).length, 6);
    assert.deepEqual(results(store("killed")), results(store("quiet")));
    const resumed = [...records(store("killed")).values()].filter(({ provenance }) => provenance.resumes > 0);
    assert.notEqual(resumed.length, 0);
  });

  it("end each for itself: diverged, crashed after a second try, finished", { timeout: 200_000 }, async () => {
    await run(MILLISECOND_MAIN, command("faulty", "faulty", 2));
    await run(MILLISECOND_MAIN, command("faulty-alone", "faulty", 1));
    const states = (name: string) =>
      [...records(store(name)).values()].map(({ spec, state, updatesDone }) => [spec.path, state, updatesDone]).sort();
    assert.deepEqual(states("faulty"), states("faulty-alone"));
    assert.equal(
      states("faulty").some(([, state]) => state === "diverged"),
      true,
    );
    assert.equal(
      states("faulty").some(([, state]) => state === "crashed"),
      true,
    );
  });
});

describe("--stack", () => {
  for (const [given, says] of [
    [["--stack", "0"], /--stack takes a whole number from 1 to 100, got "0"/],
    [["--stack", "x"], /--stack takes a whole number from 1 to 100, got "x"/],
    [["--engine", "wasm", "--stack", "2"], /--stack is for the tensorflow engine alone, got --engine wasm\. Leave out/],
  ] as const)
    it(`refuses ${given.join(" ")}`, async () => {
      const { code, stderr } = await run(MILLISECOND_MAIN, [
        "suite",
        "millisecond",
        ...given,
        "--store",
        store("refused"),
      ]);
      assert.equal(code, 2);
      assert.match(stderr, says);
    });
});
