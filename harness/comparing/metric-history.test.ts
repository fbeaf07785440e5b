import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Quantity } from "../claims.ts";
import type { RegressionMetric } from "../suite.ts";
import type { Baseline } from "./baseline.ts";
import { metricHistories } from "./metric-history.ts";

const quantity: Quantity = { metric: "loss", label: "loss", unit: "nats", better: "lower", worst: null };
const METRICS: readonly RegressionMetric[] = [{ quantity, margin: { value: 0.1, reason: "a test" } }];

/** A baseline of ten runs about `mean`; null failed. */
function baseline(revision: string, mean: number | null, suiteVersion = 1): Baseline {
  return {
    suiteVersion,
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

  test("leaves out baselines of another suite version than the latest", () => {
    assert.deepEqual(stepsOf([baseline("a", 1), baseline("b", 5, 2), baseline("c", 5, 2)]), [null, null]);
    assert.deepEqual(metricHistories([], METRICS), []);
  });
});
