import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RunSpec } from "../contract/run.ts";
import type { RunPlace } from "../store/store.ts";
import { type ScheduleOptions, schedule } from "./schedule.ts";

const run = (key: string, needs?: RunPlace): RunPlace => ({
  spec: {} as RunSpec,
  key,
  engineClass: "tensorflow-cpu",
  ...(needs && { needs }),
});
const runs = (n: number): RunPlace[] => Array.from({ length: n }, (_, i) => run(String(i)));
function picked(options: Partial<ScheduleOptions>): [workers: number, threads: number, line: string] {
  const { workers, threads, line } = schedule({
    runs: runs(10),
    cores: 2,
    wanted: undefined,
    engineClass: "tensorflow-cpu",
    ...options,
  });
  return [workers, threads, line];
}

describe("the schedule of a plan", () => {
  it("is one process of one thread a core where there are enough runs", () => {
    assert.deepEqual(picked({}), [2, 1, "2 processes of 1 thread: 10 runs at once, 2 cores, one a core."]);
    assert.deepEqual(picked({ runs: runs(2) }).slice(0, 2), [2, 1]);
    assert.deepEqual(picked({ cores: 1 }).slice(0, 2), [1, 1]);
  });

  it("gives the cores that are left to the runs as threads, equally", () => {
    const line = "1 process of 2 threads: 1 run at once, 2 cores, the cores that are left are shared out.";
    assert.deepEqual(picked({ runs: runs(1) }), [1, 2, line]);
    assert.deepEqual(picked({ runs: runs(3), cores: 16 }).slice(0, 2), [3, 5]);
    assert.deepEqual(picked({ runs: runs(3), cores: 5 }).slice(0, 2), [3, 1]);
  });

  it("counts runs that wait for one another once", () => {
    const [first, other] = runs(2) as [RunPlace, RunPlace];
    const [second, third] = [run("second", first), run("third", first)];
    assert.deepEqual(picked({ runs: [first, second] }).slice(0, 2), [1, 2]);
    assert.deepEqual(picked({ runs: [first, second, other] }).slice(0, 2), [2, 1]);
    assert.deepEqual(picked({ runs: [first, second, third] }).slice(0, 2), [2, 1]);
    assert.deepEqual(picked({ runs: [run("needs a stored one", first)] }).slice(0, 2), [1, 2]);
  });

  it("counts stacks of runs of one model where runs are stacked", () => {
    const ofModel = (model: string, updates: number): RunPlace[] =>
      runs(5).map((place) => ({
        ...place,
        spec: { suite: "s", budget: "b", model, updates } as RunSpec,
        key: model + place.key,
      }));
    const stacked = { stack: 3, engineClass: "tensorflow-cpu-stacked", cores: 4 };
    const line = "4 processes of 1 thread, stacks of 3 runs: 4 stacks at once, 4 cores, one a core.";
    assert.deepEqual(picked({ ...stacked, runs: [...ofModel("a", 10), ...ofModel("b", 10)] }), [4, 1, line]);
    assert.deepEqual(picked({ ...stacked, runs: ofModel("a", 10) }).slice(0, 2), [2, 2]);
    assert.deepEqual(picked({ ...stacked, cores: 16, runs: ofModel("a", 0) }).slice(0, 2), [5, 3]);
    assert.deepEqual(picked({ ...stacked, wanted: 8, runs: ofModel("a", 10) }).slice(0, 2), [2, 1]);
    assert.deepEqual(picked({ ...stacked, engineClass: "tensorflow-gpu-stacked" }).slice(0, 2), [1, 1]);
  });

  it("keeps to one thread on engines that have no use for more", () => {
    const line = "1 process of 1 thread: 1 run at once, 2 cores, the wasm engine has no use for more threads.";
    assert.deepEqual(picked({ runs: runs(1), engineClass: "wasm" }), [1, 1, line]);
  });

  it("is one process where there is a GPU, unless a person asks for more", () => {
    const engineClass = "tensorflow-gpu";
    assert.deepEqual(picked({ engineClass, cores: 16 }), [1, 1, "1 process of 1 thread: there is one GPU."]);
    assert.deepEqual(picked({ engineClass, cores: 16, wanted: 3 }).slice(0, 2), [3, 1]);
  });

  it("is what --workers says, and no more processes than runs", () => {
    assert.deepEqual(picked({ wanted: 8 }), [8, 1, "8 processes of 1 thread, as --workers 8 says."]);
    assert.deepEqual(picked({ wanted: 1 }).slice(0, 2), [1, 1]);
    assert.deepEqual(picked({ wanted: 40 }).slice(0, 2), [10, 1]);
    assert.deepEqual(picked({ wanted: 2, runs: [] }).slice(0, 2), [1, 1]);
  });
});
