import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { RunSpec } from "../contract/run.ts";
import type { Plan, RegressionMetric } from "../contract/suite.ts";
import { moduleSha256 } from "../provenance/module-hash.ts";
import { slotted, walker } from "../testing/slotted.ts";
import { type Baseline, type BaselineRun, differencesOf } from "./baseline.ts";
import { currentBaseline, writeBaseline } from "./baseline-files.ts";
import { comparisonsOf } from "./comparisons.ts";

const root = mkdtempSync(join(tmpdir(), "baseline-test-"));
after(() => rmSync(root, { recursive: true }));

const suite = slotted({ fast: walker(), slow: walker() });
const plan = suite.plan("smoke", "cpu", { rootSeed: "1", replicates: 2 });
const runOf = ({
  path,
  model,
  modelVersion,
  setting,
  replicate,
  updates,
  settings,
  dataSha256,
}: RunSpec): BaselineRun => ({
  path,
  model,
  modelVersion,
  setting,
  replicate,
  updates,
  settings,
  dataSha256,
  specSha256: "",
  state: "finished",
  metrics: { height: 1 },
});
const baseline: Baseline = {
  format: "reproducibility-baseline",
  version: 1,
  suite: "slotted",
  suiteVersion: 1,
  profile: "smoke",
  budget: "smoke",
  engineClass: "cpu",
  rootSeed: "1",
  acceptedAt: "2020-01-01T00:00:00.000Z",
  note: null,
  provenance: {
    revision: "0123456789",
    sourceSha256: "",
    lockfileSha256: null,
    engine: { id: "cpu", class: "cpu", device: "", versions: {}, reason: "" },
    machine: { platform: "", cpu: "", cores: 1, memoryBytes: 1, node: "" },
  },
  parameters: {},
  runs: plan.runs.map(runOf),
};

describe("a baseline and today's plan", () => {
  const now = { suite, plan, engineClass: "cpu", rootSeed: "1" };
  const firstRun = (change: Partial<RunSpec>): Plan => ({
    ...plan,
    runs: [{ ...plan.runs[0]!, ...change }, ...plan.runs.slice(1)],
  });
  const fields = (more: object): string[] => differencesOf(baseline, { ...now, ...more }).map(({ field }) => field);
  const [first] = plan.runs;

  it("agree where nothing but the model's version differs", () => {
    assert.deepEqual(fields({}), []);
    assert.deepEqual(fields({ plan: firstRun({ modelVersion: 9 }) }), []);
  });

  it("differ by field", () => {
    assert.deepEqual(fields({ suite: { id: "other", version: 2 } }), ["suite", "suiteVersion"]);
    assert.deepEqual(fields({ plan: { ...plan, budget: "tiny" } }), ["budget"]);
    assert.deepEqual(fields({ engineClass: "wasm", rootSeed: "2" }), ["engineClass", "rootSeed"]);
    assert.deepEqual(fields({ plan: firstRun({ updates: 21 }) }), [`updates of ${first!.path}`]);
    assert.deepEqual(fields({ plan: firstRun({ dataSha256: "x" }) }), [`dataSha256 of ${first!.path}`]);
    const settings = { noise: 0.5, more: [1] };
    const [noise, more] = differencesOf(baseline, { ...now, plan: firstRun({ settings }) });
    assert.deepEqual(noise, { field: `settings.noise of ${first!.path}`, baseline: "0.01", now: "0.5" });
    assert.deepEqual(more, { field: `settings.more of ${first!.path}`, baseline: "none", now: "[1]" });
  });

  it("differ by runs that only one of them has, of the slot asked for", () => {
    const fewer = { ...plan, runs: plan.runs.slice(1) };
    assert.deepEqual(differencesOf(baseline, { ...now, plan: fewer }), [
      { field: `runs: ${first!.path}`, baseline: "planned", now: "none" },
    ]);
    assert.deepEqual(differencesOf(baseline, { ...now, plan: fewer, slot: "slow" }), []);
  });
});

describe("what is compared", () => {
  const metric = (name: string): RegressionMetric => ({
    quantity: { metric: name, label: name, unit: "", better: "higher", worst: 0 },
    margin: { value: 1, reason: "a test" },
  });
  const failed = (run: BaselineRun): BaselineRun => ({ ...run, state: "diverged", metrics: null });
  const { runs } = baseline;

  it("is each metric that a slot's runs have, setting by setting", () => {
    const { comparisons, differences } = comparisonsOf([metric("height"), metric("width")], runs, runs);
    assert.deepEqual(
      comparisons.map(({ slot, quantity, baseline }) => [slot, quantity.metric, baseline.length]),
      [
        ["fast", "height", 2],
        ["slow", "height", 2],
      ],
    );
    assert.deepEqual(differences, []);
  });

  it("differs where one side does not measure it", () => {
    const without = runs.map((run) => ({ ...run, metrics: {} }));
    assert.deepEqual(comparisonsOf([metric("height")], runs, without).differences[0], {
      field: "metric height of fast",
      baseline: "measured",
      now: "not measured",
    });
  });

  it("holds failed runs at the worst value, and all metrics where none finished", () => {
    const all = runs.map(failed);
    const [one] = comparisonsOf([metric("height")], runs, all).comparisons;
    assert.deepEqual(one!.candidate[0], { replicate: 0, finished: false, value: 0 });
    assert.equal(comparisonsOf([metric("height"), metric("width")], all, all).comparisons.length, 4);
  });
});

it("a history grows by one file at a time, and forgets what was never finished", () => {
  const folder = join(root, "slotted", "smoke.cpu");
  assert.equal(currentBaseline(root, baseline), undefined);
  const first = writeBaseline(root, baseline);
  writeFileSync(join(folder, "0009-0123456.json.1-ab.tmp"), "{");
  const second = writeBaseline(root, { ...baseline, note: "again" });
  assert.deepEqual(
    [first, second],
    ["0001", "0002"].map((number) => join(folder, `${number}-0123456.json`)),
  );
  assert.equal(currentBaseline(root, baseline)?.baseline.note, "again");
  for (let i = 3; i <= 10; i++) writeBaseline(root, { ...baseline, note: String(i) });
  assert.equal(currentBaseline(root, baseline)?.baseline.note, "10");
});

it("a module's hash is over all it imports, wherever it stands", () => {
  const write = (folder: string, part: string): string => {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, "part.ts"), part);
    writeFileSync(
      join(root, folder, "model.ts"),
      'import type { T } from "./gone.ts";\nimport { p } from "./part.ts";\n',
    );
    return join(root, folder, "model.ts");
  };
  const hash = moduleSha256(write("a", "export const p = 1;"));
  assert.equal(moduleSha256(write("b", "export const p = 1;")), hash);
  assert.notEqual(moduleSha256(write("c", "export const p = 2;")), hash);
});
