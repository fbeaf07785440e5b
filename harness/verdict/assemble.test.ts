import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { IdentityClaim, OrderingClaim, PointClaim, Quantity } from "../contract/claims.ts";
import { crossReadings, singleReading } from "../contract/readings.ts";
import type { RunRecord, RunSpec } from "../contract/run.ts";
import type { Plan, StoredRun, Suite } from "../contract/suite.ts";
import { placesOf } from "../plan/places.ts";
import { assemble, judgementsOf } from "./assemble.ts";

const ERROR: Quantity = {
  metric: "error",
  label: "error",
  unit: "%",
  better: "lower",
  worst: 100,
  nesting: ["encoder", "labelDraw"],
};
const { nesting: _, ...FLAT } = ERROR;
const CLAIM: PointClaim = {
  kind: "point",
  id: "p",
  statement: "s",
  place: "",
  axis: "encoder",
  family: "f",
  quantity: ERROR,
  arm: "a",
  published: { id: "p", place: "", unit: "%", mean: 20, spread: { kind: "sd", value: 1 }, n: 100, axis: "labelDraw" },
  margin: { value: 1, reason: "" },
};
const specOf = (replicate: number) =>
  ({ suite: "s", model: "a", setting: "only", replicate, path: String(replicate) }) as RunSpec;
const planOf = (replicates: readonly number[]): Plan => ({
  profile: "paper",
  budget: "paper",
  scope: "",
  runs: replicates.map(specOf),
});
const near = (actual: number, expected: number) =>
  assert.equal(Math.abs(actual - expected) < 1e-9, true, `${actual}, expected ${expected}`);
const suite = {
  id: "s",
  title: "",
  version: 1,
  place: "",
  claims: [CLAIM],
  readings: singleReading("only", ""),
  readingAxes: [],
  metrics: [],
  protocol: () => [],
  usesPapersData: () => true,
  figures: () => [],
} as unknown as Suite;
const stored = (replicate: number, rest: object): StoredRun =>
  ({ record: { key: String(replicate), spec: specOf(replicate), ...rest } as unknown as RunRecord }) as StoredRun;
const finished = (replicate: number, draws: readonly number[]): StoredRun =>
  stored(replicate, {
    state: "finished",
    metrics: { error: draws.reduce((sum, value) => sum + value, 0) / draws.length },
    draws: { error: draws },
  });
const sampleOf = (planned: readonly number[], ...runs: StoredRun[]) => {
  const data = assemble({ suite, plan: planOf(planned), runs, warnings: [], command: "" });
  return { sample: data.samples[0]!, judgement: data.judgements[0]! };
};

const THREE = [0, 1, 2];

describe("a metric that each run measures several times", () => {
  test("gives an observation a draw, in its run; the mean of a run is a unit of the outer axis", () => {
    const { sample, judgement } = sampleOf(
      THREE,
      ...[finished(0, [10, 12]), finished(1, [20, 24]), finished(2, [30, 30])],
    );
    assert.deepEqual(sample.nesting, ["encoder", "labelDraw"]);
    assert.equal(sample.planned, 3);
    assert.deepEqual(
      sample.observations.map(({ units, value }) => [units, value]),
      [
        [{ encoder: 0, labelDraw: 0 }, 10],
        [{ encoder: 0, labelDraw: 1 }, 12],
        [{ encoder: 1, labelDraw: 0 }, 20],
        [{ encoder: 1, labelDraw: 1 }, 24],
        [{ encoder: 2, labelDraw: 0 }, 30],
        [{ encoder: 2, labelDraw: 1 }, 30],
      ],
    );
    const [estimate] = judgement.estimates;
    assert.deepEqual([estimate!.n, estimate!.mean, estimate!.min, estimate!.max], [3, 21, 11, 30]);
  });

  test("a run that diverged has one draw, the worst value, and stays in the sample", () => {
    const { sample, judgement } = sampleOf(THREE, finished(0, [10, 12]), stored(1, { state: "diverged" }));
    assert.deepEqual(sample.observations.at(-1), {
      replicate: 1,
      units: { encoder: 1, labelDraw: 0 },
      value: 100,
      finished: false,
    });
    assert.deepEqual([judgement.estimates[0]!.n, judgement.estimates[0]!.failed], [2, 1]);
    assert.equal(judgement.verdict, "NOT TESTED");
    assert.equal(judgement.reason, "2 of 3 planned runs of a are there.");
  });

  test("ten runs of which one diverged are judged: that one is a unit at the worst value", () => {
    const ten = Array.from({ length: 10 }, (_, replicate) => replicate);
    const draws = (replicate: number) => [0, 1, 2, 3].map((draw) => 19 + 0.1 * replicate + 0.01 * draw);
    const { sample, judgement } = sampleOf(
      ten,
      ...ten.map((r) => (r === 4 ? stored(4, { state: "diverged" }) : finished(r, draws(r)))),
    );
    assert.equal(sample.planned, 10);
    const [estimate] = judgement.estimates;
    // Nine encoder means of 19.015 + 0.1 r, r = 0 … 9 without 4, and one failed run at 100.
    near(estimate!.mean, (9 * 19.015 + 0.1 * 41 + 100) / 10);
    assert.deepEqual([estimate!.n, estimate!.failed, estimate!.max], [10, 1, 100]);
    assert.equal(judgement.verdict, "INCONCLUSIVE");
    assert.doesNotMatch(judgement.reason, /planned/);
  });
});

describe("runs that are no evidence", () => {
  const flat: PointClaim = { ...CLAIM, axis: "run", quantity: { ...FLAT, metric: "error" } };
  const identity: IdentityClaim = {
    kind: "identity",
    id: "i",
    statement: "",
    place: "",
    axis: "run",
    family: "f",
    arm: "a",
    quantity: flat.quantity,
    expected: 30,
    tolerance: 0,
  };
  const ten = Array.from({ length: 10 }, (_, replicate) => replicate);
  const judged = (claim: PointClaim | IdentityClaim, of: (replicate: number) => object) =>
    judgementsOf({
      suite: { ...suite, claims: [claim] },
      plan: planOf(ten),
      runs: ten.map((r) => stored(r, { state: "finished", metrics: { error: 30 }, weightsSha256: null, ...of(r) })),
    })[0]!;
  test("are ten of which all came out the same; an exact identity has such runs", () => {
    const { verdict, reason } = judged(flat, () => ({}));
    assert.equal(verdict, "NOT TESTED");
    assert.match(reason, /^All 10 replicates of a have the same metrics, draws and arrays to the last bit/);
    assert.equal(judged(identity, () => ({})).verdict, "REPRODUCED");
    const apart = judged(flat, (r) => ({ artifacts: { samples: { sha256: String(r) } } }));
    assert.equal(apart.verdict, "CONTRADICTED");
  });
  test("are those that crashed or ran out of time: they are done again, and nothing is judged meanwhile", () => {
    const lost = (state: string) => (r: number) => ({ metrics: { error: 30 + r / 10 }, ...(r === 4 && { state }) });
    for (const state of ["crashed", "timed-out"]) {
      const { verdict, reason } = judged(flat, lost(state));
      assert.equal(verdict, "NOT TESTED");
      assert.equal(reason, `1 of 10 stored runs is no result, e.g. 4 ${state}: the next npm run suite does it again.`);
    }
    assert.equal(judged(flat, lost("diverged")).verdict, "CONTRADICTED");
  });
  test("are two of one path: a plan with such is refused, with both named", () => {
    const twice = { ...planOf([0, 1]), runs: [specOf(0), { ...specOf(1), path: "0" }] };
    assert.throws(() => placesOf(twice, "cpu", "a seed"), {
      name: "HarnessError",
      exitCode: 2,
      message: /Two runs of a plan have the path "0": s, a, only, replicate 0, and s, a, only, replicate 1\./,
    });
  });
});

test("a reading that takes a metric of another unit gives the effect in that unit", () => {
  const readings = crossReadings([
    {
      id: "measure",
      question: "",
      options: [
        { id: "only", description: "", setting: "only" },
        { id: "share", description: "", setting: "only", metrics: { error: "share" } },
      ],
    },
  ]);
  const order: OrderingClaim = {
    kind: "ordering",
    id: "o",
    statement: "",
    place: "",
    axis: "run",
    family: "f",
    quantity: FLAT,
    arms: ["a", "b"],
    published: null,
    design: "paired",
  };
  const metrics = [
    { key: "error", unit: "%", meaning: "" },
    { key: "share", unit: "share", meaning: "" },
  ];
  const of = (model: string) =>
    THREE.map((r) => {
      const spec = { ...specOf(r), model, path: `${model}/${r}` };
      const record = { key: spec.path, spec, state: "finished", weightsSha256: spec.path };
      const error = (model === "a" ? 20 : 10) + r;
      return { record: { ...record, metrics: { error, share: error / 100 } } as unknown as RunRecord } as StoredRun;
    });
  const runs = [...of("a"), ...of("b")];
  const plan: Plan = { ...planOf([]), runs: runs.map(({ record }) => record.spec) };
  const judgements = judgementsOf({ suite: { ...suite, claims: [order], readings, metrics }, plan, runs });
  assert.deepEqual(
    judgements.map(({ effect }) => [effect!.value, effect!.unit]),
    [
      [10, "%"],
      [0.1, "share"],
    ],
  );
});
