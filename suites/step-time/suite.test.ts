import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { RunContext } from "../../harness/contract/suite.ts";
import type { Engine } from "../../harness/engine/engine.ts";
import { openEngine } from "../../harness/engine/open.ts";
import { streamKey } from "../../harness/random/seeds.ts";
import { alternate } from "./alternate.ts";
import { calibrationLoop } from "./calibration.ts";
import { stepTimeSuite } from "./suite.ts";

describe("an alternation", () => {
  /** A clock that only the timed things move, each by the next of its times. */
  function timed(first: number[], second: number[], turns: { alternations: number; steps: number }) {
    let clock = 0;
    const log: string[] = [];
    const once = (name: string, times: number[]) => () => {
      log.push(name);
      clock += times.shift()!;
    };
    return { log, result: alternate(once("a", first), once("b", second), turns, () => clock) };
  }

  test("gives both their turns, of which the first does not count", async () => {
    const { log, result } = timed([900, 900, 4, 6], [1, 1, 2, 3], { alternations: 1, steps: 2 });
    assert.deepEqual(await result, { ratio: 2, firstMs: 5, secondMs: 2.5 });
    assert.equal(log.join(""), "aabbaabb");
  });

  test("takes the ratio within each turn: a slow hour changes it little", async () => {
    // Turn by turn 2, 2 and 3; the machine is ten times slower in the second.
    const { result } = timed([9, 4, 40, 6], [9, 2, 20, 2], { alternations: 3, steps: 1 });
    assert.deepEqual(await result, { ratio: 2, firstMs: 6, secondMs: 2 });
  });
});

describe("on the cpu engine", () => {
  let engine: Engine;
  before(async () => {
    engine = await openEngine({ requested: "cpu", provision: false });
  });
  const plan = stepTimeSuite.plan("smoke", "cpu", { rootSeed: "seed" });
  const context = (path: string): RunContext => ({
    engine,
    seed: (purpose) => streamKey("seed", path, purpose),
    train: () => Promise.reject(new Error("a run of this suite trains nothing")),
    pause: () => Promise.resolve(),
    needed: () => {
      throw new Error("a run of this suite starts from nothing");
    },
  });

  test("every model's step is timed, and leaves no tensors behind", async () => {
    const models = plan.runs.filter(({ replicate }) => replicate === 0);
    assert.deepEqual(
      models.map(({ model }) => model),
      ["ali", "gan", "vae"],
    );
    const tensors = tf.memory().numTensors;
    for (const spec of models) {
      const { metrics, arrays } = await stepTimeSuite.run(spec, context(spec.path));
      assert.deepEqual(
        Object.keys(metrics),
        stepTimeSuite.metrics.map(({ key }) => key),
      );
      assert.equal(Object.values(metrics).every(Number.isFinite), true, JSON.stringify(metrics));
      assert.equal(metrics.stepMs! > 0 && metrics.loopMs! > 0, true, JSON.stringify(metrics));
      assert.deepEqual(arrays, {});
    }
    assert.equal(tf.memory().numTensors, tensors);
  });

  test("the calibration loop multiplies eight times", () => {
    let products = 0;
    const ops = {
      ...engine.ops,
      matMul(x: tf.Tensor2D, w: tf.Tensor2D) {
        products += 1;
        return engine.ops.matMul(x, w);
      },
    };
    const loop = calibrationLoop(16, ops, [1, 2]);
    loop.once();
    loop.dispose();
    assert.equal(products, 8);
  });
});

test("nothing is claimed, nothing is trained, and a slower step is a regression", () => {
  assert.deepEqual(stepTimeSuite.claims, []);
  assert.equal(stepTimeSuite.usesPapersData("paper"), false);
  const plan = stepTimeSuite.plan("quick", "tensorflow-cpu", { rootSeed: "seed" });
  assert.deepEqual([...new Set(plan.runs.map(({ updates }) => updates))], [0]);
  const [metric] = stepTimeSuite.regression;
  assert.deepEqual([metric!.quantity.metric, metric!.quantity.better, metric!.timed], ["logStep", "lower", true]);
});
