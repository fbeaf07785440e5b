import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../../../harness/engine/engine.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { eager, type Program, tensors } from "../../../harness/engine/program.ts";
import { standardNormal } from "../../../harness/engine/stateless-normal.ts";
import { NEEDS_TENSORFLOW, openTensorflow } from "../../../harness/engine/tensorflow/capture/engine-for-tests.ts";
import type { BuiltModel } from "../../../harness/model.ts";
import type { HostState } from "../../../harness/training.ts";
import { assertResumes } from "../captured-fixture.ts";
import { PAPER_SETTINGS } from "../image-settings.ts";
import { buildImageAli } from "./image-model.ts";
import { imageAli } from "./images.ts";
import { logOdds } from "./log-odds.ts";
import { narrow } from "./narrow-images.ts";

const UPDATES = 20;
const BATCH = 5;
const [HEIGHT, WIDTH, CHANNELS] = narrow.encoder.input;
const SIZE = HEIGHT * WIDTH * CHANNELS;

const images = (count: number, index: number): Float32Array =>
  standardNormal(count * SIZE, [index, 1]).map((n) => 1 / (1 + Math.exp(-n)));
const build = (engine: Engine): BuiltModel<tf.Tensor4D> =>
  buildImageAli(
    narrow,
    { ...PAPER_SETTINGS.svhn, learningRate: 1e-3, initialSd: 0.1 },
    engine.ops,
    logOdds(images(10, -1), SIZE),
  );

/** Update `index`, with a batch and a key of its own. */
function update(program: Program, index: number, batch = BATCH): Record<string, number> {
  const shape: [number, number, number, number] = [batch, HEIGHT, WIDTH, CHANNELS];
  program.run(() => ({ x: tf.tensor4d(images(batch, index), shape) }), [index, -7 * index]);
  return program.metrics();
}

test("logOdds of pixels is that of their mean image, and finite where a pixel never changes", () => {
  const odds = logOdds(Float32Array.of(0, 0.5, 1, 0.5, 0, 1), 3); // means 0.25, 0.25, 1
  assert.equal(Math.abs(odds[0]! - Math.log(1 / 3)) < 1e-6, true, `${odds[0]}`);
  assert.equal(odds[0], odds[1]);
  assert.equal(Number.isFinite(odds[2]) && odds[2]! > 15, true, `${odds[2]}`);
  assert.throws(() => logOdds(new Float32Array(7), 3), RangeError);
});

function assertClose(got: tf.Tensor, expected: tf.Tensor, what: string): void {
  assert.deepEqual(got.shape, expected.shape);
  const off = tf.max(tf.abs(tf.sub(got, expected))).dataSync()[0]!;
  assert.equal(off < 1e-5, true, `${what} is off by ${off}`);
}

describe("ALI on images", () => {
  let engine: Engine;
  let built: BuiltModel<tf.Tensor4D>;
  let initial: HostState;
  before(async () => {
    engine = await openEngine({ provision: false });
    built = build(engine);
    initial = built.initialState([3, 4]);
  });
  const after = (updates: number, from = initial): HostState => {
    const program = eager(built.step, from);
    for (let i = 0; i < updates; i++) update(program, i);
    const state = program.read();
    program.dispose();
    return state;
  };

  test("an update moves every parameter and keeps names and shapes", () => {
    const state = after(1);
    assert.deepEqual(
      Object.entries(state).map(([name, { shape }]) => [name, [...shape]]),
      Object.entries(initial).map(([name, { shape }]) => [name, [...shape]]),
    );
    for (const name of Object.keys(initial))
      assert.notDeepEqual(state[name]!.data, initial[name]!.data, `${name} did not move`);
  });

  test("it is a pure function of state, batch and key", () => {
    assert.deepEqual(after(2), after(2));
    const program = eager(built.step, initial);
    program.run(() => ({ x: tf.tensor4d(images(BATCH, 0), [BATCH, HEIGHT, WIDTH, CHANNELS]) }), [1, 0]);
    assert.notDeepEqual(program.read()["joint/1/weights"]!.data, after(1)["joint/1/weights"]!.data);
    program.dispose();
  });

  test("the number of live tensors is constant", () => {
    const program = eager(built.step, initial);
    update(program, 0);
    const live = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) update(program, i);
    assert.equal(tf.memory().numTensors, live);
    program.dispose();
  });

  test("at zero logits each loss is 2 log 2", () => {
    const zero = Object.fromEntries(
      Object.entries(initial).map(([name, { shape, data }]) => [
        name,
        { shape, data: /^joint\/\d\/(weights|bias)$/.test(name) ? new Float32Array(data.length) : data },
      ]),
    );
    const program = eager(built.step, zero);
    for (const loss of Object.values(update(program, 0)))
      assert.equal(Math.abs(loss - 2 * Math.LN2) < 1e-6, true, `${loss}`);
    program.dispose();
  });

  test("the decoder starts at the mean image", () => {
    const bias = logOdds(images(10, -1), SIZE);
    const zero = Object.fromEntries(
      Object.entries(initial).map(([name, { shape, data }]) => [
        name,
        { shape, data: /^decoder\/\d\/weights$/.test(name) ? new Float32Array(data.length) : data },
      ]),
    );
    const state = tensors(zero);
    const decoded = tf.tidy(() => built.decode!(state, tf.ones([1, narrow.decoder.input[2]])).dataSync());
    decoded.forEach((pixel, i) => {
      assert.equal(Math.abs(pixel - 1 / (1 + Math.exp(-bias[i]!))) < 1e-6, true, `pixel ${i} is ${pixel}`);
    });
    tf.dispose(state);
  });

  test("encode and decode use the running averages: one image alike alone and among others", () => {
    const state = tensors(after(1));
    const x = images(BATCH, 7);
    const latent = narrow.decoder.input[2];
    const coded = (count: number): [Float32Array, Float32Array] =>
      tf.tidy(() => {
        const epsilon = tf.zeros([count, latent]) as tf.Tensor2D;
        const z = built.encode!(
          state,
          tf.tensor4d(x.slice(0, count * SIZE), [count, HEIGHT, WIDTH, CHANNELS]),
          epsilon,
        );
        return [z.dataSync() as Float32Array, built.decode!(state, z).dataSync() as Float32Array];
      });
    const [all, alone] = [coded(BATCH), coded(1)];
    alone.forEach((values, which) => {
      values.forEach((value, i) => {
        assert.equal(Math.abs(value - all[which]![i]!) < 1e-5, true, `entry ${i} of ${["z", "x"][which]}`);
      });
    });
    assert.notDeepEqual(all[0]!.slice(0, latent), all[0]!.slice(latent, 2 * latent), "two images have one code");
    tf.dispose(state);
  });

  test("posterior is what encode draws from, and features are what its last layer makes μ of", () => {
    const state = tensors(after(1));
    const latent = narrow.decoder.input[2];
    tf.tidy(() => {
      const x = tf.tensor4d(images(BATCH, 7), [BATCH, HEIGHT, WIDTH, CHANNELS]);
      const epsilon = tf.tensor2d(standardNormal(BATCH * latent, [8, 9]), [BATCH, latent]);
      const { mean, sd } = built.posterior!(state, x);
      assertClose(tf.add(mean, tf.mul(sd, epsilon)), built.encode!(state, x, epsilon), "mean + sd · ε");
      const features = built.features!(state, x);
      assert.deepEqual(
        Object.entries(features).map(([name, values]) => [name, ...values.shape]),
        [
          ["encoder/2", BATCH, 9 * 5], // 3 × 3 maps
          ["encoder/3", BATCH, 6],
          ["encoder/4", BATCH, 5],
          ["mu", BATCH, latent],
        ],
      );
      const last = ["weights", "bias"].map((role) => tf.reshape(state[`encoder/5/${role}`]!, [-1, 2 * latent]));
      const encoded = tf.add(tf.matMul(tf.leakyRelu(features["encoder/4"]!, 0.01), last[0] as tf.Tensor2D), last[1]!);
      assertClose(features.mu!, tf.slice(encoded, [0, 0], [BATCH, latent]), "μ");
    });
    tf.dispose(state);
  });

  test("at the paper's widths SVHN has 5376 features", () => {
    const { features, initialState } = imageAli.build(PAPER_SETTINGS.svhn, engine.ops, new Float32Array(32 * 32 * 3));
    const state = tensors(
      Object.fromEntries(Object.entries(initialState([1, 2])).filter(([name]) => !/\/[mv]$/.test(name))),
    );
    const sizes = tf.tidy(() =>
      Object.entries(features!(state, tf.ones([1, 32, 32, 3]))).map(([name, { shape }]) => [name, shape[1]]),
    );
    tf.dispose(state);
    const expected = [
      ["encoder/4", 4 * 4 * 256],
      ["encoder/5", 512],
      ["encoder/6", 512],
      ["mu", 256],
    ];
    assert.deepEqual(sizes, expected);
  });

  test("output biases of another size than the images are refused", () => {
    const other = buildImageAli(narrow, PAPER_SETTINGS.svhn, engine.ops, new Float32Array(3));
    assert.throws(() => other.initialState([1, 2]), /3 output biases for images of 10 × 10 × 2/);
  });
});

describe("ALI on images, captured", NEEDS_TENSORFLOW, () => {
  let engine: Engine;
  let built: BuiltModel<tf.Tensor4D>;
  before(async () => {
    engine = await openTensorflow();
    built = build(engine);
  });

  test(`gives the state of ${UPDATES} eager updates, bit for bit, the last of an odd batch`, () => {
    const captured = engine.compile(built.step, built.initialState([3, 4]));
    const reference = eager(built.step, built.initialState([3, 4]));
    for (let i = 0; i < UPDATES; i++) {
      const batch = i === UPDATES - 1 ? 3 : BATCH;
      const [losses, expected] = [update(captured, i, batch), update(reference, i, batch)];
      for (const [name, loss] of Object.entries(losses))
        assert.equal(
          Math.abs(loss / expected[name]! - 1) <= 1e-6,
          true,
          `${name} of update ${i}: ${loss}, ${expected[name]}`,
        );
    }
    assert.equal(captured.kind, "captured", captured.reason);
    assert.deepEqual(captured.read(), reference.read());
    captured.dispose();
    reference.dispose();
  });

  test("goes on from a saved state as if it had not stopped", () => {
    assertResumes(engine, built, update, UPDATES);
  });
});
