/** Losses, gradients, updates and logits equal an independent implementation's in float64 (ci/peers/swwae_parity.py). */
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../../harness/engine/open.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { tensors } from "../../../harness/engine/program.ts";
import { regenerate } from "../../../harness/engine/reference-values.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { allNear, near } from "../testing/parity-near.ts";
import fixture from "./fixtures/parity.json" with { type: "json" };
import { buildSwwae } from "./model.ts";
import { narrow } from "./narrow.ts";

let ops: Ops;
before(async () => {
  ({ ops } = await openEngine({ provision: false }));
});

test("losses, gradients, updates and logits are PyTorch's in float64", () => {
  tf.tidy(() => {
    const { labelled, unlabelled, attempt, classes, recipe } = fixture;
    const model = buildSwwae(narrow, recipe, ops);
    const start = fixture.start.map(({ name, shape, sd }, at) => [
      name,
      tf.tensor(regenerate([{ shape, mean: 0, sd }], [attempt, at]), shape),
    ]);
    const images = (count: number, key: number): tf.Tensor4D => {
      const shape: [number, number, number, number] = [count, 8, 8, 2];
      return tf.tensor4d(regenerate([{ shape, mean: 0.5, sd: 0.2 }], [attempt, key]), shape);
    };
    const x = images(labelled, 100);
    const y = tf.tensor2d(classes.map((k) => [0, 1, 2].map((at) => Number(at === k))));
    let state: Tensors = { ...tensors(model.initialState([1, 2])), ...Object.fromEntries(start) };
    fixture.losses.forEach((expected, update) => {
      const key = tf.tensor1d([attempt, 1001 + update], "int32");
      const made = model.step(state, { x, y, u: images(unlabelled, 200 + update) }, key);
      ({ state } = made);
      for (const [name, loss] of Object.entries(expected))
        near(`${name} of update ${update + 1}`, made.metrics[name]!.dataSync(), [loss], 1e-5);
      if (update > 0) return;
      // Adam's first moment after one update.
      const gradients = Object.keys(fixture.gradients).map((name) => [
        name,
        tf.mul(state[`${name}/m`]!, 1 / (1 - recipe.beta1)),
      ]);
      allNear(Object.fromEntries(gradients), fixture.gradients, 1e-4);
    });
    allNear(state, fixture.parameters, 1e-4);
    near("logits", model.logits(state, x).dataSync(), fixture.logits, 1e-4);
  });
});
