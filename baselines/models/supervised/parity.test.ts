/** Initialisation, gradients and updates equal an independent implementation's in float64 (ci/peers/weight_normed_parity.py). */
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../../harness/engine/open.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { tensors } from "../../../harness/engine/program.ts";
import { regenerate } from "../../../harness/engine/reference-values.ts";
import { oneLoss } from "../../../harness/nn/losses.ts";
import { parametersOf } from "../../../harness/nn/mlp.ts";
import { weightNormed } from "../../../harness/nn/weight-normed-forward.ts";
import { RELEASE } from "../improved-gan-settings.ts";
import { allNear, near } from "../testing/parity-near.ts";
import fixture from "./fixtures/parity.json" with { type: "json" };
import { buildSupervised } from "./model.ts";
import { narrowWithoutDropout } from "./narrow.ts";
import { labelledLoss } from "./objective.ts";

let ops: Ops;
before(async () => {
  ({ ops } = await openEngine({ provision: false }));
});

test("initialisation, loss, gradients, updates, averages and logits are PyTorch's in float64", () => {
  tf.tidy(() => {
    const { batch, attempt, classes, recipe } = fixture;
    const model = buildSupervised(narrowWithoutDropout, { ...RELEASE.svhn, ...recipe }, ops);
    const weights = fixture.weights.map(({ name, shape }, at) => [
      name,
      tf.tensor(regenerate([{ shape, mean: 0, sd: 0.05 }], [attempt, at]), shape),
    ]);
    const shape: [number, number, number, number] = [batch, 8, 8, 2];
    const x = tf.tensor4d(regenerate([{ shape, mean: 0.5, sd: 0.2 }], [attempt, 100]), shape);
    const y = tf.cast(tf.oneHot(tf.tensor1d(classes, "int32"), 3), "float32") as tf.Tensor2D;
    const key = tf.tensor1d([1, 2], "int32");
    const raw = { ...tensors(model.initialState([1, 2])), ...Object.fromEntries(weights) };
    let state = model.initialise!(raw, { x, y }, key);
    allNear(state, fixture.initialised, 1e-5);

    const { gradients } = oneLoss("classifier", parametersOf(state, model.groups.classifier!), () => {
      const hidden = weightNormed(narrowWithoutDropout.features, state, tf.sub(tf.mul(x, 2), 1), ops);
      const logits = weightNormed(narrowWithoutDropout.head, state, hidden, ops);
      return { loss: labelledLoss(tf.reshape(logits, [batch, 3]), y), aux: {} };
    });
    allNear(gradients.classifier, fixture.gradients, 1e-4);

    const losses = fixture.losses.map(() => {
      const made = model.step(state, { x, y }, key);
      ({ state } = made);
      return made.metrics.classifierLoss!.dataSync()[0]!;
    });
    near("losses", losses, fixture.losses, 1e-5);
    allNear(state, fixture.parameters, 1e-4);
    const averages = Object.keys(fixture.averages).map((name) => [name, state[`${name}/average`]!]);
    allNear(Object.fromEntries(averages), fixture.averages, 1e-4);
    near("logits", model.logits(state, x).dataSync(), fixture.logits, 1e-4);
  });
});
