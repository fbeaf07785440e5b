/** A metric that a suite measures since its runs were stored: measured from their arrays, next to their records. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { z } from "zod";
import type { OrderingClaim } from "../contract/claims.ts";
import type { RunRecord } from "../contract/run.ts";
import type { Suite } from "../contract/suite.ts";
import { EXIT, type HarnessError } from "../errors.ts";
import { defineSuite } from "../plan/define-suite.ts";
import { placesOf } from "../plan/places.ts";
import { collect } from "../store/collect.ts";
import { PROVENANCE } from "../store/fixtures/records.ts";
import { type RunPlace, Store } from "../store/store.ts";
import { verifyStore } from "../store/verify.ts";
import { judgementsOf } from "../verdict/assemble.ts";
import { evidenceRuns } from "../verdict/measured-again.ts";
import { remeasureSuite } from "./remeasure.ts";

const folder = mkdtempSync(join(tmpdir(), "remeasure-test-"));
after(() => rmSync(folder, { recursive: true }));

const LENGTH = { metric: "length", label: "length", unit: "m", better: "higher", worst: 0 } as const;
const ORDER: Omit<OrderingClaim<"long" | "short", "length">, "kind"> & { readonly kind: "ordering" } = {
  kind: "ordering",
  id: "longer",
  statement: "The long one is longer.",
  place: "nowhere",
  axis: "run",
  family: "lengths",
  quantity: LENGTH,
  arms: ["long", "short"],
  published: null,
  design: "paired",
};
const suite: Suite = defineSuite({
  file: import.meta.filename,
  id: "lengths",
  title: "Lengths",
  version: 1,
  place: "nowhere",
  settings: z.strictObject({}),
  arms: { long: { version: 1 }, short: { version: 1 } },
  metrics: [
    { key: "width", unit: "m", meaning: "the first number of the array" },
    { key: "length", unit: "m", meaning: "the sum of the array" },
  ],
  reading: { id: "only", description: "the only one" },
  regression: [],
  claims: [ORDER],
  protocol: () => [],
  usesPapersData: () => true,
  plan: () => ({
    scope: "nothing",
    runs: Array.from({ length: 6 }, (_, replicate) =>
      (["long", "short"] as const).map((arm) => ({ arm, setting: "only", replicate, updates: 0, settings: {} })),
    ).flat(),
  }),
  run: () => Promise.reject(new Error("not in this test")),
  measure: (_settings, array) => {
    const values = array("points");
    return { width: values[0]!, length: values.reduce((sum, value) => sum + value, 0) };
  },
  figures: () => [],
});
const plan = suite.plan("paper", "cpu", { rootSeed: "seed" });
const places = placesOf(plan, "cpu", "seed");

/** Runs as they were stored before the suite measured a length. */
function storeOf(name: string): Store {
  const store = Store.open(join(folder, name), { create: true });
  for (const place of places) {
    const points = Float32Array.of(place.spec.replicate, place.spec.model === "long" ? 10 : 1);
    const artifact = store.writeArtifact(place, "points.f32", new Uint8Array(points.buffer));
    const { spec, key } = place;
    store.write(place, {
      format: "reproducibility-run",
      version: 1,
      key,
      spec,
      state: "finished",
      updatesDone: 0,
      curve: {},
      metrics: { width: spec.replicate },
      weightsSha256: null,
      earlyStateSha256: null,
      artifacts: { points: artifact },
      provenance: { ...PROVENANCE, rootSeed: "seed" },
    } satisfies RunRecord);
  }
  return store;
}
const fileOf = (store: Store, place: RunPlace): string => store.path(place).replace(/json$/, "remeasured.json");
const judged = (store: Store) => {
  const { runs, warnings } = evidenceRuns(store, places);
  const [judgement] = judgementsOf({ suite, plan, runs, standings: new Map() });
  return { ...judgement!, warnings };
};

describe("runs that lack a metric", () => {
  const store = storeOf("runs");
  const records = places.map((place) => readFileSync(store.path(place), "utf8"));

  test("are no evidence for it, and the reason names the command", () => {
    const { verdict, reason } = judged(store);
    assert.equal(verdict, "NOT TESTED");
    assert.match(reason, /12 of 12 stored runs lack the metric length: npm run remeasure lengths/);
  });
  test("are measured from their arrays, and their records stay", () => {
    const runs = remeasureSuite(suite, store, undefined);
    assert.equal(runs.length, 12);
    for (const { added, differing, failure } of runs)
      assert.deepEqual({ added, differing, failure }, { added: ["length"], differing: [], failure: null });
    assert.deepEqual(
      places.map((place) => readFileSync(store.path(place), "utf8")),
      records,
    );
    const { verdict, warnings, estimates } = judged(store);
    assert.equal(verdict, "REPRODUCED");
    assert.deepEqual(
      estimates.map(({ mean }) => mean),
      [12.5, 3.5],
    );
    assert.match(warnings[0]!, /length: measured again from the stored arrays of 12 runs/);
  });
  test("are verified with what was measured, and copied with it", async () => {
    assert.deepEqual(verifyStore(store.folder).problems, []);
    const into = Store.open(join(folder, "into"), { create: true });
    const collected = await collect({
      from: store,
      into,
      withoutWeights: true,
      weightsOf: [],
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    assert.deepEqual(collected.problems, []);
    assert.equal(collected.taken.length, 12);
    assert.equal(judged(into).verdict, "REPRODUCED");
  });
  test("by other code give no metric until they are measured again", () => {
    const today = () => "another hash";
    const { runs, warnings } = evidenceRuns(store, places, today);
    assert.match(warnings[0]!, /Other code .*npm run remeasure lengths/);
    assert.ok(runs.every(({ record }) => record.state === "finished" && record.metrics.length === undefined));
  });
  test("an altered file is named by verify, and refused", () => {
    const file = fileOf(store, places[0]!);
    writeFileSync(file, readFileSync(file, "utf8").replace(/"length": 10/, '"length": 11'));
    assert.equal(verifyStore(store.folder).problems[0]?.kind, "altered");
    assert.throws(() => evidenceRuns(store, places), /remeasured\.json cannot be used: .*checksum/);
  });
});

test("a metric of the record that comes out otherwise is named, and the record's counts", () => {
  const store = storeOf("otherwise");
  const wider: Suite = { ...suite, measure: (spec, array) => ({ ...suite.measure!(spec, array), width: 100 }) };
  const [first] = remeasureSuite(wider, store, undefined);
  assert.deepEqual(first!.differing, ["width was 0, is 100"]);
  const [run] = evidenceRuns(store, places).runs;
  assert.equal(run!.record.state === "finished" && run!.record.metrics.width, 0);
});

test("a missing array is named, and other runs are measured", () => {
  const store = storeOf("missing");
  rmSync(store.path(places[0]!).replace(/json$/, "points.f32"));
  const runs = remeasureSuite(suite, store, undefined);
  assert.notEqual(runs[0]!.failure, null);
  assert.equal(runs.filter(({ failure }) => failure === null).length, 11);
});

test("a suite that cannot measure from arrays, or a store without its runs, is refused", () => {
  const { measure: _, ...without } = suite;
  assert.throws(
    () => remeasureSuite(without, storeOf("without"), undefined),
    (error: HarnessError) => error.exitCode === EXIT.wrongUse && /has no measure/.test(error.message),
  );
  const empty = Store.open(join(folder, "empty"), { create: true });
  assert.throws(
    () => remeasureSuite(suite, empty, undefined),
    (error: HarnessError) => error.exitCode === EXIT.cannotJudge,
  );
});
