import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { type Model, parameterCount } from "../../../harness/contract/model.ts";
import { compositeOps, type Ops } from "../../../harness/engine/ops.ts";
import { tensors } from "../../../harness/engine/program.ts";
import { batch, SETTINGS, type Started, start } from "../testing/step-fixture.ts";
import { stepTests } from "../testing/step-tests.ts";
import type { ToySettings } from "../toy-settings.ts";
import { type LikelihoodSd, vae } from "./model.ts";
import { paper } from "./networks.ts";

const reading = (likelihoodSd: LikelihoodSd): Model<ToySettings> => ({
  ...vae,
  id: `vae, ${likelihoodSd} SD`,
  build: (settings: ToySettings, ops: Ops) => vae.build({ ...settings, likelihoodSd }, ops),
});
const widths = [
  { table: paper.encoder, widths: [400, 400, 4] },
  { table: paper.decoder, widths: [400, 400, 400, 400, 2] },
];

// Encoder 2·400 + 2·400 + 400·400 + 2·400 + 400·4 + 4 = 164,004; decoder as ALI's; the likelihood's log SD.
stepTests({ model: reading("learned"), parameters: { generator: 164_004 + 484_802 + 1 }, widths });
stepTests({ model: reading(0.05), parameters: { generator: 164_004 + 484_802 }, widths });

describe("the VAE", () => {
  let learned: Started;
  before(async () => {
    learned = await start(reading("learned"));
  });

  test("at zero parameters the posterior is the prior, and the loss that of the standard normal at x", () => {
    const { initial, update } = learned;
    const zero = learned.built.groups.generator!.map(({ name, shape, size }) => [
      name,
      { shape, data: new Float32Array(size) },
    ]);
    const { metrics } = update({ ...initial, ...Object.fromEntries(zero) });
    const squares = tf.tidy(() => tf.mean(tf.sum(tf.square(batch().x!), 1)).dataSync()[0]!);
    const expected = squares / 2 + Math.log(2 * Math.PI);
    assert.equal(Math.abs(metrics.generatorLoss! / expected - 1) < 1e-5, true, `${metrics.generatorLoss}, ${expected}`);
  });

  test("the learned SD starts at 1, and widens under wide residuals", () => {
    const { initial, update } = learned;
    assert.equal(initial["likelihood/log-sd"]!.data[0], 0);
    // Residuals of about 1.4 a dimension at s = 1: the likelihood widens.
    const after = update(initial).state["likelihood/log-sd"]!.data[0]!;
    assert.equal(after > 0, true, `log SD ${after}`);
  });

  test("a reconstruction is its composition: a code is drawn and decoded", () => {
    const { built, initial, update } = learned;
    const state = tensors(update(initial).state);
    tf.tidy(() => {
      const x = batch().x as tf.Tensor2D;
      const noise = tf.ones(x.shape) as tf.Tensor2D;
      const at = (epsilon: tf.Tensor2D) => built.encode!(state, x, epsilon);
      assert.deepEqual(built.decode!(state, at(noise)).shape, [SETTINGS.batchSize, 2]);
      // ẑ is affine in ε: the noise at −1 and 1 lies about the mean.
      const middle = tf.div(tf.add(at(noise), at(tf.neg(noise))), 2);
      const off = tf.max(tf.abs(tf.sub(middle, at(tf.zerosLike(noise)))));
      assert.equal(off.dataSync()[0]! < 1e-5, true);
    });
    tf.dispose(state);
  });

  test("an SD that is none is refused", () => {
    for (const likelihoodSd of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => vae.build({ ...SETTINGS, likelihoodSd }, compositeOps), /likelihoodSd is .* positive number/);
  });

  test("the learned SD adds one parameter", () => {
    const fixed = vae.build({ ...SETTINGS, likelihoodSd: 1 }, compositeOps);
    assert.equal(parameterCount(learned.built.groups.generator!) - parameterCount(fixed.groups.generator!), 1);
  });
});
