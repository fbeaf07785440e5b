import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../../harness/contract/model.ts";
import type { Engine } from "../../../harness/engine/engine.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { tensors } from "../../../harness/engine/program.ts";
import { PAPER_SETTINGS } from "../image-settings.ts";
import { ALI, ALI_MAXOUT, madeUpImages } from "../testing/image-cases.ts";
import { assertClose, imageStepTests } from "../testing/image-step-tests.ts";
import { buildImageAli } from "./image-model.ts";
import { imageAli } from "./images.ts";
import { logOdds } from "./log-odds.ts";
import { narrow } from "./narrow-images.ts";

imageStepTests(ALI);
imageStepTests(ALI_MAXOUT);

test("logOdds of pixels is that of their mean image, and finite where a pixel never changes", () => {
  const odds = logOdds(Float32Array.of(0, 0.5, 1, 0.5, 0, 1), 3); // means 0.25, 0.25, 1
  assert.equal(Math.abs(odds[0]! - Math.log(1 / 3)) < 1e-6, true, `${odds[0]}`);
  assert.equal(odds[1], odds[0]);
  assert.equal(Math.abs(odds[2]! - Math.log(1e7)) < 1e-3, true, `${odds[2]}`);
  assert.throws(() => logOdds(Float32Array.of(1, 2), 3), RangeError);
});

describe("ALI on images", () => {
  let engine: Engine;
  let built: BuiltModel<tf.Tensor4D>;
  let initial: HostState;
  const latent = narrow.decoder.input[2];
  before(async () => {
    engine = await openEngine({ provision: false });
    built = ALI.build(engine.ops);
    initial = built.initialState([3, 4]);
  });

  test("the decoder starts at the mean image", () => {
    const bias = initial["decoder/5/bias"]!.data;
    const zero = Object.fromEntries(
      Object.entries(initial).map(([name, { shape, data }]) => [
        name,
        { shape, data: /^decoder\/\d\/weights$/.test(name) ? new Float32Array(data.length) : data },
      ]),
    );
    const state = tensors(zero);
    const [height, width, channels] = narrow.encoder.input;
    assert.deepEqual(bias, logOdds(madeUpImages(10, narrow.encoder.input, -1), height * width * channels));
    const decoded = tf.tidy(() => built.decode!(state, tf.ones([1, latent])).dataSync());
    decoded.forEach((pixel, i) => {
      assert.equal(Math.abs(pixel - 1 / (1 + Math.exp(-bias[i]!))) < 1e-6, true, `pixel ${i} is ${pixel}`);
    });
    tf.dispose(state);
  });

  test("features are what the encoder's last layer makes μ of, before the nonlinearity", () => {
    const state = tensors(initial);
    tf.tidy(() => {
      const x = tf.tensor4d(madeUpImages(4, narrow.encoder.input, 7), [4, ...narrow.encoder.input]);
      const features = built.features!(state, x);
      assert.deepEqual(
        Object.entries(features).map(([name, values]) => [name, ...values.shape]),
        [
          ["encoder/2", 4, 3 * 3 * 5],
          ["encoder/3", 4, 6],
          ["encoder/4", 4, 5],
          ["mu", 4, latent],
        ],
      );
      const of = (role: string) => tf.reshape(state[`encoder/5/${role}`]!, [-1, 2 * latent]) as tf.Tensor2D;
      const encoded = tf.add(tf.matMul(tf.leakyRelu(features["encoder/4"]!, 0.01), of("weights")), of("bias"));
      assertClose(features.mu!, tf.slice(encoded, [0, 0], [4, latent]), "μ");
      assertClose(features.mu!, built.posterior!(state, x).mean, "μ");
    });
    tf.dispose(state);
  });

  test("at the paper's widths SVHN has 5376 features", () => {
    const { features, initialState } = imageAli.build(PAPER_SETTINGS.svhn, engine.ops, new Float32Array(32 * 32 * 3));
    const needed = Object.entries(initialState([1, 2])).filter(([name]) => /^(encoder.*[^mv]|averages)$/.test(name));
    const state = tensors(Object.fromEntries(needed));
    const sizes = tf.tidy(() =>
      Object.entries(features!(state, tf.ones([1, 32, 32, 3]))).map(([name, { shape }]) => [name, shape[1]]),
    );
    tf.dispose(state);
    assert.deepEqual(sizes, [
      ["encoder/4", 4 * 4 * 256],
      ["encoder/5", 512],
      ["encoder/6", 512],
      ["mu", 256],
    ]);
  });

  test("output biases of another size than the images are refused", () => {
    const other = buildImageAli(narrow, PAPER_SETTINGS.svhn, engine.ops, new Float32Array(3));
    assert.throws(() => other.initialState([1, 2]), /3 output biases for images of 10 × 10 × 2/);
  });
});
