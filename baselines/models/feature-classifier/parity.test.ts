/** One update equals an independent implementation's in float64 (ci/peers/feature_classifier_parity.py). */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../../harness/engine/open.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { regenerate, sizeOf } from "../../../harness/engine/reference-values.ts";
import fixture from "./fixtures/parity.json" with { type: "json" };
import { classifierGradients } from "./model.ts";
import { narrow } from "./narrow.ts";

let ops: Ops;
before(async () => {
  ({ ops } = await openEngine({ provision: false }));
});

/** Largest error of an entry, relative to the largest |entry| of its tensor. */
function near(what: string, got: ArrayLike<number>, wanted: readonly number[], tolerance: number): void {
  assert.equal(got.length, wanted.length, what);
  const allowed = tolerance * Math.max(...wanted.map(Math.abs));
  wanted.forEach((value, i) => {
    assert.equal(
      Math.abs(got[i]! - value) <= allowed,
      true,
      `${what}, entry ${i}: ${got[i]}, not ${value} ± ${allowed}`,
    );
  });
}

const { batch, attempt, parameters, statistics, updates } = fixture;
for (const labelling of ["classes", "attributes"] as const)
  test(`loss, gradients and batch statistics are PyTorch's in float64, for ${labelling}`, () => {
    const { loss, labels, gradients } = updates[labelling];
    tf.tidy(() => {
      const flat = regenerate(parameters, [attempt, 1]);
      let at = 0;
      const state = Object.fromEntries(
        parameters.map(({ name, shape }) => {
          at += sizeOf(shape);
          return [name, tf.tensor(flat.slice(at - sizeOf(shape), at), shape)];
        }),
      );
      const shape: [number, number, number, number] = [batch, ...narrow.features.input];
      const x = tf.tensor4d(regenerate([{ shape, mean: 0.5, sd: 0.2 }], [attempt, 2]), shape);
      const y = tf.tensor2d(labels, [batch, labels.length / batch]);
      const made = classifierGradients(narrow, labelling, ops, state, { x, y }, 1e-4);
      near("loss", made.losses.classifier.dataSync(), [loss], 1e-6);
      near("statistics", made.aux.statistics.dataSync(), statistics, 1e-6);
      const got = made.gradients.classifier;
      assert.deepEqual(Object.keys(got).sort(), Object.keys(gradients).sort());
      for (const [name, values] of Object.entries(gradients)) near(name, got[name]!.dataSync(), values, 5e-5);
    });
  });
