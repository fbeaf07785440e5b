import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SelfTest } from "./self-test.ts";
import { formatStatus, installObstacle, judged, testInChild } from "./status.ts";

const test: SelfTest = {
  engine: "wasm",
  class: "wasm",
  device: "some processor",
  versions: { "tfjs-core": "4.22.0" },
  fusedOps: ["maxout"],
  checks: [
    { name: "matrix product", difference: 0, allowed: 0, passed: true },
    { name: "bias", difference: 0.5, allowed: 1e-6, passed: false },
  ],
  matMulMs: 1.234,
};

describe("the verdict on an engine's self-test", () => {
  it("is 'wrong' when one check failed, and names it", () => {
    const status = judged("wasm", 0, JSON.stringify(test), "");
    assert.equal(status.state, "wrong");
    const text = formatStatus({ cache: "/cache", engines: [status] });
    assert.match(text, /^wasm: wrong\n/);
    assert.match(text, /1 of 2 checks passed\n {4}FAILED {4}bias: off by 0.50, allowed 0.000001\n/);
  });
  it("is 'fails' with the error that the engine gave", () => {
    const status = judged("wasm", 3, `{"engine":"wasm","error":"no WebAssembly"}\n`, "");
    assert.deepEqual(status, { engine: "wasm", state: "fails", why: "no WebAssembly" });
  });
  it("is 'fails' with the last message when the process crashed", () => {
    const status = judged("tensorflow", 128, "", "libtensorflow says\nSegmentation fault\n");
    assert.ok(status.state === "fails", `status.state === "fails"`);
    assert.match(status.why, /ended with code 128 and no result: Segmentation fault/);
  });
  it("is 'works' for the wasm and cpu engines on any machine", async () => {
    for (const engine of ["wasm", "cpu"] as const) assert.equal((await testInChild(engine)).state, "works", engine);
  });
});

describe("the obstacle to an installation", () => {
  it("is told without the network", async () => {
    const machine = { platform: "linux", arch: "x64", glibc: "2.36" };
    assert.match((await installObstacle({ PATH: "/nowhere" }, machine))!, /no python3/);
    assert.match(
      (await installObstacle({ PATH: "/nowhere" }, { ...machine, platform: "win32" }))!,
      /no build for win32 x64/,
    );
  });
});
