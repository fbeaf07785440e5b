import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunSpec } from "../contract/run.ts";
import type { ExecuteEvent } from "../execute/execute.ts";
import { runProgress } from "../execute/run-progress.ts";

const run = (replicate: number): RunSpec =>
  ({ path: `walk/${replicate}`, model: "walk", setting: "only", replicate, updates: 100 }) as unknown as RunSpec;
const event = (type: string, spec: RunSpec, more: object): ExecuteEvent => ({ type, spec, ...more }) as ExecuteEvent;

test("what is left is training, then measuring, then nothing", { skip: process.stderr.isTTY && "draws bars" }, () => {
  const lines: string[] = [];
  const [first, second] = [run(0), run(1)];
  const progress = runProgress([first, second], 1, (line) => lines.push(line));
  progress.on(event("progress", second, { updates: 0 }));
  progress.on(event("progress", second, { updates: 100 }));
  progress.on(event("ended", first, { state: "finished" }));
  progress.on(event("ended", second, { state: "crashed" }));
  progress.stop();
  assert.deepEqual(lines, [
    "[2/3] walk only 0 finished; only measuring is left",
    "[3/3] walk only 1 crashed; nothing is left",
  ]);
  const early = runProgress([first, second], 0, (line) => lines.push(line));
  early.on(event("ended", first, { state: "finished" }));
  assert.match(lines.at(-1)!, /^\[1\/2\] walk only 0 finished; .+ of training left$/);
});
