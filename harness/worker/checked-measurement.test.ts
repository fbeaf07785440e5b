import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PointClaim, Quantity } from "../contract/claims.ts";
import { crossReadings, type OpenQuestion, singleReading } from "../contract/readings.ts";
import type { Measurement, Suite } from "../contract/suite.ts";
import { checkedMeasurement } from "./checked-measurement.ts";

const QUANTITY = {
  metric: "error",
  label: "error",
  unit: "%",
  better: "lower",
  worst: 100,
} as const satisfies Quantity;
const NESTED: Quantity = { ...QUANTITY, nesting: ["encoder", "labelDraw"] };
const SUITE: Pick<Suite, "id" | "metrics" | "claims" | "regression" | "readings"> = {
  id: "toy",
  metrics: [
    { key: "error", unit: "%", meaning: "" },
    { key: "errorTop", unit: "%", meaning: "", optional: true },
  ],
  claims: [],
  regression: [{ quantity: QUANTITY, margin: { value: 1, reason: "a test" } }],
  readings: singleReading("only", "the only one"),
};
const MEASURED: Measurement = {
  metrics: { error: 7 },
  curve: { update: [1, 2], loss: [0.5, null] },
  arrays: { samples: { shape: [2, 3], data: new Float32Array(6) } },
};
const check = (measured: Partial<Measurement>, suite: Partial<Suite> = {}) =>
  checkedMeasurement({ ...SUITE, ...suite }, "toy/replicate=0", { ...MEASURED, ...measured });
const refuses = (measured: Partial<Measurement>, why: RegExp, suite: Partial<Suite> = {}): void => {
  assert.throws(() => check(measured, suite), why);
  assert.throws(() => check(measured, suite), /suite "toy" measured toy\/replicate=0.*nothing was stored/);
};

describe("a measurement", () => {
  it("passes as it is", () => {
    assert.deepEqual(check({}), MEASURED);
    check({ metrics: { error: Number.NaN } });
    check({ metrics: { error: 7, errorTop: 8 } });
    check({ curve: {} });
  });

  it("of a metric that is not declared, or without one that is, is refused", () => {
    refuses({ metrics: { error: 7, eror: 7 } }, /"eror" is not among its metrics \(error, errorTop\)/);
    refuses({ metrics: { errorTop: 7 } }, /"error" is missing and not optional/);
    refuses({ metrics: { error: undefined as never } }, /"error" is undefined, not a number/);
  });

  it("has draws of metrics with nesting alone, under any reading", () => {
    refuses({ draws: { error: [7] } }, /draws of "error", which no quantity of the suite has a nesting for/);
    const claims = [{ kind: "point", quantity: NESTED } as PointClaim];
    check({ draws: { error: [6, 8] } }, { claims });
    refuses({ draws: { error: [] } }, /no draw of "error"/, { claims });
    refuses({ draws: { errorTop: [7] } }, /draws of "errorTop", which is not measured/, { claims });
    const metrics = { error: 7, errorTop: 8 };
    refuses({ metrics, draws: { errorTop: [8] } }, /"errorTop", which no quantity/, { claims });
    const axis: OpenQuestion = {
      id: "features",
      question: "",
      options: [
        { id: "all", description: "" },
        { id: "top", description: "", metrics: { error: "errorTop" } },
      ],
    };
    check({ metrics, draws: { errorTop: [8] } }, { claims, readings: crossReadings([axis]) });
  });

  it("has arrays of their shapes, and a curve whose columns are as long as each other", () => {
    const samples = { shape: [2, 4], data: new Float32Array(6) };
    refuses({ arrays: { samples } }, /array "samples" has 6 values, but its shape \[2, 4\] has 8/);
    refuses({ arrays: { weights: { shape: [1], data: new Float32Array(1) } } }, /the name of the trained state/);
    refuses({ curve: { update: [1, 2], loss: [1] } }, /column "loss" has 1 rows, the others 2/);
  });
});
