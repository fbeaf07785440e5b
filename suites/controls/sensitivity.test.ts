/** Rates on made-up runs whose truth is known. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Quantity } from "../../harness/contract/claims.ts";
import type { IntervalFigure } from "../../harness/contract/figures.ts";
import type { RegressionMetric, StoredRun } from "../../harness/contract/suite.ts";
import { Stream } from "../../harness/random/seeds.ts";
import { normalQuantile } from "../../harness/statistics/distributions.ts";
import { figures } from "./figures.ts";
import { alarmAsRun, falseAlarms, sensitivity } from "./sensitivity.ts";

const quantity: Quantity = { metric: "share", label: "share", unit: "share", better: "higher", worst: 0 };
const METRICS: readonly RegressionMetric[] = [{ quantity, margin: { value: 0.01, reason: "a test" } }];

const record = (model: string, replicate: number, value: number | null) => ({
  spec: { model, setting: "fixed", replicate, path: `${model}/${replicate}`, updates: 100, settings: {} },
  state: value === null ? "diverged" : "finished",
  metrics: value === null ? undefined : { share: value },
  curve: {},
  provenance: { durationMs: 60_000 },
});
/** Runs of a model with these values; null diverged. */
const arm = (model: string, values: readonly (number | null)[]): StoredRun[] =>
  values.map((value, i) => ({ record: record(model, i, value) }) as unknown as StoredRun);
const draws = new Stream([3, 1]);
const normal = (n: number, mean: number): number[] =>
  Array.from({ length: n }, () => mean + 0.1 * normalQuantile(draws.uniform() + 2 ** -33));

const SOUND = arm("ali", normal(10, 0.9));
const OTHERS = arm("ali-other-seeds", normal(10, 0.9));
const WORSE = arm("worse", normal(10, 0.2));
const BETTER = arm("better", normal(10, 1.6));
const FAILED = arm(
  "failed",
  Array.from({ length: 10 }, () => null),
);
const RUNS = [...SOUND, ...OTHERS, ...WORSE, ...BETTER, ...FAILED];

describe("sensitivity", () => {
  const of = (fault: string, pairs: number) => sensitivity(RUNS, METRICS, "ali", fault, pairs);
  test("is the share of compares that say REGRESSED: of all pairs one compare, else 200 draws", () => {
    assert.deepEqual(of("worse", 10), { pairs: 10, compares: 1, alarms: 1 });
    assert.deepEqual(of("worse", 7), { pairs: 7, compares: 200, alarms: 200 });
    assert.deepEqual(of("failed", 7), { pairs: 7, compares: 200, alarms: 200 });
  });
  test("does not count a fault that looks better", () => {
    assert.deepEqual(of("better", 10), { pairs: 10, compares: 1, alarms: 0 });
  });
  test("has no compare without enough pairs", () => {
    assert.deepEqual(of("worse", 11), { pairs: 11, compares: 0, alarms: 0 });
    assert.deepEqual(of("missing", 3), { pairs: 3, compares: 0, alarms: 0 });
  });
});

describe("false alarms", () => {
  test("are within the stated rate where the runs are of one population", () => {
    const { pairs, compares, alarms } = falseAlarms(RUNS, METRICS, ["ali", "ali-other-seeds"], 10);
    assert.deepEqual([pairs, compares], [10, 200]);
    // At 0.05 more than 19 of 200 would be 3 SD above; a margin of a tenth of an SD stops few of them.
    assert.ok(alarms > 0 && alarms <= 19, `${alarms} of 200`);
  });
  test("are REGRESSED as well as IMPROVED: of a deal and its mirror image both count", () => {
    const both = falseAlarms(RUNS, METRICS, ["ali", "worse"], 10);
    const lower = RUNS.map((run) => ({ ...run, record: mirrored(run.record) }) as StoredRun);
    assert.equal(falseAlarms(lower, METRICS, ["ali", "worse"], 10).alarms, both.alarms);
    assert.ok(both.alarms > 0);
  });
  test("have no compare without runs for two sides", () => {
    assert.deepEqual(falseAlarms(RUNS, METRICS, ["ali"], 6), { pairs: 6, compares: 0, alarms: 0 });
  });
  test("of the arms as they were run are one compare, which sees arms that are not alike either way", () => {
    const asRun = (...sides: [string, string]) => alarmAsRun(RUNS, METRICS, sides);
    assert.deepEqual(asRun("ali", "ali-other-seeds"), { pairs: 10, compares: 1, alarms: 0 });
    assert.deepEqual([asRun("ali", "worse").alarms, asRun("ali", "better").alarms], [1, 1]);
    assert.equal(alarmAsRun([], METRICS, ["ali", "ali-other-seeds"]).compares, 0);
  });
});
/** Values mirrored about 0.9, so that worse is better. */
function mirrored(of: StoredRun["record"]): unknown {
  return of.state === "finished" ? { ...of, metrics: { share: 1.8 - of.metrics.share! } } : of;
}

describe("the figure", () => {
  const [figure] = figures(RUNS, ["worse", "better"], METRICS) as [IntervalFigure];
  test("has a plot a fault and one of nothing changed, each with its rates and their intervals", () => {
    assert.deepEqual(
      figure.plots.map(({ title }) => title),
      ["worse", "better", "nothing changed"],
    );
    const points = figure.plots.map(({ series }) => series[0]!.points.map(({ x, y }) => [x, y]));
    assert.deepEqual(points[0]!.at(-1), [10, 1]);
    assert.deepEqual(points[1]!.at(-1), [10, 0]);
    assert.deepEqual(
      points[2]!.map(([x]) => x),
      [3, 5, 7, 10],
    );
    const [last, before] = [figure.plots[0]!.series[0]!.points.at(-1)!, figure.plots[0]!.series[0]!.points.at(-2)!];
    assert.deepEqual([last.low, last.high], [null, null]);
    assert.ok(before.low! > 0.97 && before.high === 1);
  });
  test("says both rates, what they cannot show, the compare as it was run, and the cost", () => {
    const { alarms } = falseAlarms(RUNS, METRICS, ["ali", "ali-other-seeds"], 10);
    assert.match(figure.caption, new RegExp(`200 random deals of 20 runs of ALI .* At 10 a side: ${alarms} of 200\\.`));
    assert.match(figure.caption, /as they were run, one compare of 10: no alarm\./);
    assert.match(figure.caption, /made together or of related seeds .* cannot show/);
    assert.match(figure.caption, /Cost: 50\.0 min of one core for 50 runs\./);
  });
  test("is none without runs", () => {
    assert.deepEqual(figures([], ["worse"], METRICS), []);
  });
});
