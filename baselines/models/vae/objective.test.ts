import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../../harness/engine/open.ts";
import { divergence, posterior, reconstructionError, vaeLoss, zHat } from "./objective.ts";

const row = (...values: number[]): tf.Tensor2D => tf.tensor2d([values]);
const near = (tensor: tf.Tensor, expected: number): void => {
  const [got] = tensor.dataSync();
  assert.equal(Math.abs(got! - expected) < 1e-5, true, `${got}, expected ${expected}`);
};

describe("the objective of the VAE", () => {
  before(() => openEngine({ provision: false }));

  test("the divergence of the prior from itself is 0, and that of its neighbours the printed formula's", () => {
    near(divergence(posterior(row(0, 0, 0, 0))), 0);
    near(divergence(posterior(row(1, 0, 0, 0))), 1 / 2);
    // σ = 2: (4 − 1) / 2 − log 2 a dimension.
    near(divergence(posterior(row(0, 0, Math.LN2, Math.LN2))), 3 - 2 * Math.LN2);
  });

  test("at its mean the likelihood costs log(2π s²), and one s away in one dimension half a nat more", () => {
    const s = 0.05;
    const logSd = tf.scalar(Math.log(s));
    near(reconstructionError(row(1, 2), row(1, 2), logSd), Math.log(2 * Math.PI * s * s));
    near(reconstructionError(row(s, 0), row(0, 0), logSd), Math.log(2 * Math.PI * s * s) + 1 / 2);
  });

  test("the loss is the mean over the batch of the sum of both terms", () => {
    near(vaeLoss(tf.tensor1d([1, 2]), tf.tensor1d([10, 30])), 21.5);
  });

  test("the sample is the mean at zero noise, and lies σ further at noise 1", () => {
    const q = posterior(row(3, 3, Math.LN2, Math.LN2));
    near(tf.sum(zHat(q, row(0, 0))), 6);
    near(tf.sum(zHat(q, row(1, 0))), 8);
  });
});
