import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { RunSpec } from "../contract/run.ts";
import { canonicalJson, runKey } from "./run-key.ts";

const SPEC: RunSpec = {
  suite: "toy",
  suiteVersion: 1,
  profile: "smoke",
  budget: "smoke",
  model: "ali",
  modelVersion: 1,
  setting: "fixed",
  replicate: 0,
  path: "toy/smoke/ali/fixed/replicate=0",
  updates: 30,
  settings: { learningRate: 0.1, mixture: { grid: [0, 1], sd: 0.2 }, network: "smoke" },
  dataSha256: "0",
};

/** The same value with the keys of every object in reverse. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

describe("canonical JSON", () => {
  it("is the same for every order of keys, and another for another value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        assert.equal(canonicalJson(reversed(a)), canonicalJson(a));
        assert.deepEqual(JSON.parse(canonicalJson(a)), JSON.parse(JSON.stringify(a)));
        const same = canonicalJson(a) === canonicalJson(b);
        assert.equal(same, JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
      }),
    );
  });
  it("keeps the order of arrays", () => {
    assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]));
  });
});

/** An order of keys made in another way than under test: by inserting them one by one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const out: [string, unknown][] = [];
  for (const key of Object.keys(value).sort()) out.push([key, sorted((value as Record<string, unknown>)[key])]);
  return out.length === 0 ? {} : { entries: out };
}

describe("a run's key", () => {
  const key = runKey(SPEC, "cpu", "seed");

  it("does not depend on the order of keys", () => {
    assert.equal(runKey(reversed(SPEC) as RunSpec, "cpu", "seed"), key);
  });

  it("changes with every field, the engine class and the root seed", () => {
    const others = Object.entries(SPEC).map(([field, value]) => ({
      ...SPEC,
      [field]: typeof value === "number" ? value + 1 : typeof value === "string" ? `${value}x` : { ...value, more: 1 },
    }));
    const deeper = [
      { ...SPEC, settings: { ...SPEC.settings, learningRate: 0.1 + Number.EPSILON } },
      { ...SPEC, settings: { ...SPEC.settings, mixture: { grid: [1, 0], sd: 0.2 } } },
      { ...SPEC, settings: { ...SPEC.settings, mixture: { grid: [0, 1], sd: 0.3 } } },
    ];
    const keys = [...others, ...deeper].map((spec) => runKey(spec as RunSpec, "cpu", "seed"));
    const all = [key, ...keys, runKey(SPEC, "wasm", "seed"), runKey(SPEC, "cpu", "seed ")];
    assert.equal(new Set(all).size, all.length);
  });
});
