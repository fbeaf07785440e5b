import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../../../harness/engine/engine.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { eager, type Program, tensors } from "../../../harness/engine/program.ts";
import { standardNormal } from "../../../harness/engine/stateless-normal.ts";
import { NEEDS_TENSORFLOW, openTensorflow } from "../../../harness/engine/tensorflow/capture/engine-for-tests.ts";
import { type BuiltModel, parameterCount } from "../../../harness/model.ts";
import { type ConvolutionalTable, mapSizes } from "../../../harness/nn/convolutional.ts";
import type { HostState } from "../../../harness/training.ts";
import { assertResumes } from "../captured-fixture.ts";
import { buildImageAli, imageGroups } from "./image-model.ts";
import { logOdds } from "./log-odds.ts";
import { narrow } from "./narrow-images.ts";
import { svhn } from "./networks/svhn.ts";
import { SVHN_SETTINGS } from "./svhn.ts";

const UPDATES = 20;
const BATCH = 5;
const [HEIGHT, WIDTH, CHANNELS] = narrow.encoder.input;
const SIZE = HEIGHT * WIDTH * CHANNELS;

const images = (count: number, index: number): Float32Array =>
  standardNormal(count * SIZE, [index, 1]).map((n) => 1 / (1 + Math.exp(-n)));
const build = (engine: Engine): BuiltModel<tf.Tensor4D> =>
  buildImageAli(
    narrow,
    { ...SVHN_SETTINGS, learningRate: 1e-3, initialSd: 0.1 },
    engine.ops,
    logOdds(images(10, -1), SIZE),
  );

/** Update `index`, with a batch and a key of its own. */
function update(program: Program, index: number, batch = BATCH): Record<string, number> {
  const shape: [number, number, number, number] = [batch, HEIGHT, WIDTH, CHANNELS];
  program.run(() => ({ x: tf.tensor4d(images(batch, index), shape) }), [index, -7 * index]);
  return program.metrics();
}

test("the networks of SVHN close: every map has the size that the paper's tables imply", () => {
  const sizes = (table: ConvolutionalTable): number[] => mapSizes(table).map(([height]) => height);
  assert.deepEqual(sizes(svhn.encoder), [28, 13, 10, 4, 1, 1, 1]);
  assert.deepEqual(sizes(svhn.decoder), [4, 10, 13, 28, 32, 32, 32]);
  assert.deepEqual(sizes(svhn.imageFeatures), [28, 13, 10, 4, 1]);
  assert.deepEqual(mapSizes(svhn.decoder).at(-1), svhn.encoder.input);
  assert.deepEqual(mapSizes(svhn.encoder).at(-1), [1, 1, 2 * svhn.decoder.input[2]]); // (μ, log σ)
  const [features, latent] = [svhn.imageFeatures, svhn.latentFeatures].map((table) => mapSizes(table).at(-1)![2]);
  assert.deepEqual(svhn.joint.input, [1, 1, features! + latent!]);
});

test("the networks of SVHN have the pinned numbers of parameters", () => {
  // Under batch norm a scale and a shift a map. Five convolutions that the encoder and D(x) share:
  // 25·3·32 + 16·32·64 + 16·64·128 + 16·128·256 + 16·256·512 = 2,787,680 weights.
  // Encoder: + 512·512 + 512·512 weights, 2·(32 + 64 + 128 + 256 + 512 + 512) scales and shifts, 512 biases.
  const encoder = 2_787_680 + 524_288 + 3_008 + 512;
  // Decoder: 16·256·256 + 16·256·128 + 16·128·64 + 16·64·32 + 25·32·32 + 32·32 + 32·3 weights,
  // 2·(256 + 128 + 64 + 32 + 32 + 32) scales and shifts, 32·32·3 biases.
  const decoder = 1_763_424 + 1_088 + 3_072;
  // D(x): 32 biases, 2·(64 + 128 + 256 + 512) scales and shifts; D(z): 256·512 + 512·512 and no biases;
  // D(x, z): 1024·1024 + 1024 twice, 1024 + 1.
  const discriminator = 2_787_680 + 32 + 1_920 + 393_216 + 2 * (1_048_576 + 1_024) + 1_025;
  const groups = imageGroups(svhn);
  assert.equal(parameterCount(groups.generator), encoder + decoder);
  assert.equal(parameterCount(groups.discriminator), discriminator);
});

test("logOdds of pixels is that of their mean image, and finite where a pixel never changes", () => {
  const odds = logOdds(Float32Array.of(0, 0.5, 1, 0.5, 0, 1), 3); // means 0.25, 0.25, 1
  assert.equal(Math.abs(odds[0]! - Math.log(1 / 3)) < 1e-6, true, `${odds[0]}`);
  assert.equal(odds[0], odds[1]);
  assert.equal(Number.isFinite(odds[2]) && odds[2]! > 15, true, `${odds[2]}`);
  assert.throws(() => logOdds(new Float32Array(7), 3), RangeError);
});

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
