import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../harness/engine/open.ts";
import type { Crossed } from "../../harness/nn/joint-mlp.ts";
import {
  divergenceAndHalf,
  logDensity,
  logDensityOfSample,
  logStandardNormal,
  NORMALISER,
  sampled,
} from "./gaussian.ts";

const row = (...values: number[]): Crossed => tf.tensor4d(values, [1, 1, 1, values.length]);
const near = (tensor: tf.Tensor, expected: number): void => {
  const [got] = tensor.dataSync();
  assert.equal(Math.abs(got! - expected) < 1e-5, true, `${got}, expected ${expected}`);
};

describe("a factorial normal distribution", () => {
  before(() => openEngine({ provision: false }));
  /** Standard deviations 2 and 3, as log variances. */
  const wide = () => ({ mu: row(1, -1), logVariance: row(Math.log(4), Math.log(9)) });

  test("at its mean costs log σ a dimension, and one σ away half a nat more", () => {
    near(logDensity(row(1, -1), wide()), -Math.log(6));
    near(logDensity(row(3, 2), wide()), -Math.log(6) - 1);
    near(logStandardNormal(row(1, 2)), -2.5);
  });

  test("with the normaliser its density is the printed one: φ(0) = 0.3989423", () => {
    const phi = tf.exp(tf.sub(logStandardNormal(row(0)), NORMALISER));
    near(phi, 0.3989423);
  });

  test("a sample lies ε standard deviations off, and its density by ε is that at its place", () => {
    const q = sampled(wide(), row(0.5, -2));
    assert.deepEqual([...q.sample.dataSync()].map(Math.round), [2, -7]);
    near(logDensityOfSample(q), logDensity(q.sample, q).dataSync()[0]!);
  });

  test("its divergence from the standard normal is 0 for that, and the printed formula's otherwise", () => {
    near(divergenceAndHalf(sampled({ mu: row(0, 0), logVariance: row(0, 0) }, row(1, 1))), 2 / 2);
    // (μ² + σ² − 1) / 2 − log σ a dimension: μ = 1, σ = 2 and μ = −1, σ = 3.
    const divergence = (1 + 4 - 1) / 2 - Math.log(2) + (1 + 9 - 1) / 2 - Math.log(3);
    near(divergenceAndHalf(sampled(wide(), row(1, 1))), divergence + 2 / 2);
  });
});
