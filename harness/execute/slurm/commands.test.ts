import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HarnessError } from "../../errors.ts";
import { isAlive, parseQueue, ranges } from "./commands.ts";
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
