import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { HarnessError } from "../../errors.ts";
import { isAlive, NoAnswer, parseQueue, Refused, ranges, SLURM } from "./commands.ts";
import { sbatchOptions } from "./pass-through.ts";

describe("indexes of an array", () => {
  it("are written as ranges", () => {
    assert.equal(ranges([0]), "0");
    assert.equal(ranges([0, 1, 2, 3, 7]), "0-3,7");
    assert.equal(ranges([9, 2, 1, 4]), "1-2,4,9");
  });
});

describe("what squeue prints", () => {
  const text = [
    "repro-a |0 |RUNNING |0 |n1 |None |",
    "repro-a |1 |FAILED |768 |n2 |NonZeroExitCode |",
    "repro-a |2 |FAILED |9 |n2 |RaisedSignal:9(Killed) |",
    "repro-a |3-9%2 |PENDING |0 | |JobArrayTaskLimit |",
    "another |N/A |RUNNING |0 |n1 |None |",
    "",
  ]
    .map((line) => line.replaceAll(" |", "|"))
    .join("\n");

  it("is a task a line: jobs that are no arrays, and tasks that are not apart yet, are none", () => {
    const tasks = parseQueue(text);
    assert.deepEqual(
      tasks.map(({ index, state, nodes }) => [index, state, nodes]),
      [
        [0, "RUNNING", "n1"],
        [1, "FAILED", "n2"],
        [2, "FAILED", "n2"],
      ],
    );
    assert.deepEqual(tasks.map(isAlive), [true, false, false]);
  });

  it("has the exit code above the signal", () => {
    assert.deepEqual(
      parseQueue(text).map(({ exitCode }) => exitCode),
      [0, 3, null],
    );
  });
});

describe("--slurm", () => {
  it("is options of sbatch by their long names, with or without dashes; a word alone is a switch", () => {
    assert.deepEqual(sbatchOptions("  partition=gpu gres=gpu:1 --time=90 exclusive "), [
      "--partition=gpu",
      "--gres=gpu:1",
      "--time=90",
      "--exclusive",
    ]);
    assert.deepEqual(sbatchOptions(""), []);
  });

  it("refuses what is no such option, and what the executor sets itself", () => {
    for (const text of ["-p", "gpu:1", "time=", "=5", "Partition=gpu", "a;b=1"])
      assert.throws(() => sbatchOptions(text), HarnessError, text);
    for (const name of ["array=1-3", "job-name=mine", "output=x", "requeue", "wait"])
      assert.throws(() => sbatchOptions(name), /cannot set/);
  });
});

describe("a command of Slurm's", { concurrency: false }, () => {
  const folder = mkdtempSync(join(tmpdir(), "slurm-commands-"));
  const path = process.env.PATH;
  after(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
  });
  /** An sbatch that does what a shell script says. */
  const submit = (script: string): Promise<void> => {
    writeFileSync(join(folder, "sbatch"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    process.env.PATH = `${folder}:${path}`;
    return SLURM.submit({ name: "repro-a", indexes: [0], script: "", output: "x", options: [] });
  };

  it("is no part of the program's process group, so that Ctrl-C does not reach it", async () => {
    await submit(`cut -d' ' -f1,5 /proc/$$/stat > ${folder}/group`);
    const [pid, group] = readFileSync(join(folder, "group"), "utf8").trim().split(" ");
    assert.equal(group, pid);
  });

  it("that a signal ends, or that has no answer, may have been heard; one that is refused was not", async () => {
    await assert.rejects(submit("kill -TERM $$"), NoAnswer);
    for (const words of [
      "Unable to contact slurm controller (connect failure)",
      "Batch job submission failed: Socket timed out on send/recv operation",
      "Batch job submission failed: Zero Bytes were transmitted or received",
      "Batch job submission failed: Unexpected message received",
      "Batch job submission failed: Resource temporarily unavailable",
      "If munged is up, restart with --num-threads=10",
    ])
      await assert.rejects(submit(`echo "sbatch: error: ${words}" >&2; exit 1`), NoAnswer, words);
    const refused = submit('echo "Batch job submission failed: Invalid partition name specified" >&2; exit 1');
    await assert.rejects(refused, Refused);
  });
});
