import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../harness/engine/open.ts";
import { eager } from "../../harness/engine/program.ts";
import type { Parameter } from "../../harness/nn/mlp.ts";
import { OPTIMIZERS } from "../../harness/nn/optimizers.ts";
import { trainedModel } from "./trained-model.ts";

const W: Parameter = { name: "w", shape: [2], size: 2, role: "weights" };

test("a model names its optimizer, which keeps its own tensors in the state", async () => {
  const { ops } = await openEngine({ requested: "cpu", provision: false });
  const optimizer = OPTIMIZERS.momentum({ learningRate: 0.1, momentum: 0 });
  const { initialState, step } = trainedModel({ optimizer, initialSd: 1 }, ops, { classifier: [W] }, [], ({ w }) => ({
    losses: { classifier: tf.sum(tf.square(w!)) as tf.Scalar },
    gradients: { classifier: { w: tf.mul(w!, 2) } },
    aux: { statistics: tf.tensor1d([]) },
  }));
  const initial = initialState([1, 2]);
  assert.deepEqual(Object.keys(initial), ["w", "w/velocity", "averages", "updates"]);
  const program = eager(step, initial);
  for (let i = 0; i < 3; i++) program.run(() => ({}), [0, 0]);
  assert.deepEqual(Object.keys(program.metrics()), ["classifierLoss"]);
  // Each update takes 0.1 · 2w off w.
  const { w, updates } = program.read();
  for (const [i, value] of initial.w!.data.entries())
    assert.equal(Math.abs(w!.data[i]! - 0.8 ** 3 * value) < 1e-6, true, `${w!.data[i]} from ${value}`);
  assert.equal(updates!.data[0], 3);
  program.dispose();
});
