import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunPlace } from "../store/store.ts";
import { place } from "../worker/fixtures/walk.ts";
import type { Worker } from "../worker/pool.ts";
import { estimate } from "./estimate.ts";

/** A worker whose steps take 10 ms. */
const worker = { ask: async () => ({ type: "timed", stepMs: 10 }) } as unknown as Worker;
const run = (key: string, updates: number): RunPlace => ({ ...place, key, spec: { ...place.spec, updates } });
const runs = [run("a", 1_000), run("b", 400), run("c", 0)];

test("an estimate is the updates times what one takes, shared out to the processes", async () => {
  assert.equal(await estimate(worker, runs, "seed", 1, new Map()), 14_000);
  assert.equal(await estimate(worker, runs, "seed", 2, new Map()), 7_000);
  assert.equal(await estimate(worker, runs, "seed", 100, new Map()), 14_000 / 3);
});

test("what is done of a run takes no more time", async () => {
  assert.equal(await estimate(worker, runs, "seed", 1, new Map([["a", 900]])), 5_000);
});
