import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Quantity } from "../contract/claims.ts";
import type { RegressionMetric } from "../contract/suite.ts";
import type { Baseline } from "./baseline.ts";
import { metricHistories } from "./metric-history.ts";

const quantity: Quantity = { metric: "loss", label: "loss", unit: "nats", better: "lower", worst: null };
const METRICS: readonly RegressionMetric[] = [{ quantity, margin: { value: 0.1, reason: "a test" } }];

/** A baseline of ten runs about `mean`; null failed. */
function baseline(revision: string, mean: number | null, suiteVersion = 1): Baseline {
  return {
    suiteVersion,
    rootSeed: "1",
    acceptedAt: "2020-01-02T00:00:00.000Z",
    provenance: { revision },
    runs: Array.from({ length: 10 }, (_, replicate) => ({
      model: "ali",
      setting: "fixed",
      replicate,
      metrics: mean === null ? null : { loss: mean + 0.01 * Math.sin(7 * replicate) },
    })),
  } as unknown as Baseline;
}
/** The same baseline with another value of each run, its replicates counted from `first` on. */
const withValues = (of: Baseline, value: (i: number) => number, first = 0): Baseline => ({
  ...of,
  runs: of.runs.map((run, i) => ({ ...run, replicate: first + i, metrics: { loss: value(i) } })),
});
const stepsOf = (baselines: readonly Baseline[]) =>
  metricHistories(baselines, METRICS)[0]!.points.map(({ step }) => step?.direction ?? null);

describe("a metric's history", () => {
  test("marks where it stepped, which way, and by how much", () => {
    const [history] = metricHistories(
      [baseline("a", 1), baseline("b", 1), baseline("c", 2), baseline("d", 2), baseline("e", 0.5)],
      METRICS,
    );
    assert.deepEqual(
      history!.points.map(({ revision, n, step }) => [
        revision,
        n,
        step?.direction,
        step && Number(step.size!.toFixed(3)),
      ]),
      [
        ["a", 10, undefined, null],
        ["b", 10, undefined, null],
        ["c", 10, "worse", 1],
        ["d", 10, undefined, null],
        ["e", 10, "better", -1.5],
      ],
    );
  });

  test("has no step where nothing changed, nor at its first point", () => {
    assert.deepEqual(stepsOf([baseline("a", 1), baseline("b", 1), baseline("c", 1)]), [null, null, null]);
    assert.deepEqual(stepsOf([baseline("a", 1)]), [null]);
  });

  test("takes runs that failed for worse than every value, by ranks", () => {
    assert.deepEqual(stepsOf([baseline("a", 1), baseline("b", null)]), [null, "worse"]);
    const [history] = metricHistories([baseline("a", 1), baseline("b", null)], METRICS);
    assert.deepEqual(
      [history!.points[1]!.mean, history!.points[1]!.failed, history!.points[1]!.step!.size],
      [null, 10, null],
    );
  });

  test("shows a step that every replicate makes, though replicates differ more", () => {
    const wide = (revision: string, mean: number) => withValues(baseline(revision, 0), (i) => mean + Math.sin(7 * i));
    const stepped = [wide("a", 1), wide("b", 1.2)];
    assert.deepEqual(stepsOf(stepped), [null, "worse"]);
    const others = withValues(stepped[1]!, (i) => 1.2 + Math.sin(7 * i), 10);
    assert.deepEqual(stepsOf([stepped[0]!, others]), [null, null], "other replicates are no pairs");
  });

  test("takes single runs where so few replicates cannot come to the level", () => {
    const four = (revision: string, mean: number) => {
      const of = withValues(baseline(revision, 0), (i) => mean + 0.01 * i);
      return { ...of, runs: of.runs.slice(0, 4) };
    };
    // 2/2^4 is more than 0.05; single runs split 4 to 4 in 70 ways.
    assert.deepEqual(stepsOf([four("a", 1), four("b", 2)]), [null, "worse"]);
  });

  test("has no step of a time between two sessions, whatever they differ by", () => {
    const timed: readonly RegressionMetric[] = [{ ...METRICS[0]!, timed: true }];
    const steps = (baselines: readonly Baseline[]) =>
      metricHistories(baselines, timed)[0]!.points.map(({ step }) => step?.direction ?? null);
    assert.deepEqual(steps([baseline("a", 1), baseline("b", 9)]), [null, null]);
    const twelve = Array.from({ length: 12 }, (_, i) => baseline(`${i}`, i < 6 ? 1 : 9));
    assert.deepEqual(
      steps(twelve),
      twelve.map((_, i) => (i === 6 ? "worse" : null)),
    );
  });

  test("is one series a root seed", () => {
    const seeded = (rootSeed: string, mean: number) => ({ ...baseline(rootSeed, mean), rootSeed });
    const histories = metricHistories([seeded("1", 1), seeded("2", 5), seeded("1", 1), seeded("2", 9)], METRICS);
    assert.deepEqual(
      histories.map(({ rootSeed, points }) => [rootSeed, points.map(({ step }) => step?.direction ?? null)]),
      [
        ["1", [null, null]],
        ["2", [null, "worse"]],
      ],
    );
  });

  test("leaves out baselines of another suite version than the latest", () => {
    assert.deepEqual(stepsOf([baseline("a", 1), baseline("b", 5, 2), baseline("c", 5, 2)]), [null, null]);
    assert.deepEqual(metricHistories([], METRICS), []);
  });
});
