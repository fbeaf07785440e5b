import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { parameterCount } from "../../../harness/contract/model.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { tensors } from "../../../harness/engine/program.ts";
import { mapSizes } from "../../../harness/nn/convolutional.ts";
import { DCGAN, madeUpImages } from "../testing/image-cases.ts";
import { assertClose, imageStepTests } from "../testing/image-step-tests.ts";
import { dcganGroups } from "./gradients.ts";
import { DCGAN_SVHN, dcgan } from "./images.ts";
import { dcganSvhn, narrowedDcgan } from "./networks.ts";

imageStepTests(DCGAN);

describe("DCGAN", () => {
  let ops: Ops;
  before(async () => {
    ({ ops } = await openEngine({ provision: false }));
  });

  test("its networks close, also narrowed", () => {
    for (const networks of [dcganSvhn, narrowedDcgan(dcganSvhn, 1 / 32, 5)]) {
      const { projection, decoder, imageFeatures, classifier } = networks;
      const [height, width, maps] = decoder.input;
      assert.deepEqual(mapSizes(projection).at(-1), [1, 1, height * width * maps]);
      assert.deepEqual(mapSizes(decoder).at(-1), [32, 32, 3]);
      assert.deepEqual(mapSizes(imageFeatures).at(-1), classifier.input);
      assert.deepEqual(mapSizes(classifier).at(-1), [1, 1, 1]);
    }
    const sizes = [dcganSvhn.decoder, dcganSvhn.imageFeatures].map((table) => mapSizes(table).map(([size]) => size));
    assert.deepEqual(sizes, [
      [8, 16, 32],
      [16, 8, 4],
    ]);
  });

  test("it has the pinned numbers of parameters", () => {
    const { generator, discriminator } = dcganGroups(dcganSvhn);
    // 100·4096 + 25·(256·128 + 128·64 + 64·3) weights, 2·(4096 + 128 + 64) scales and shifts.
    assert.equal(parameterCount(generator), 409_600 + 1_028_800 + 8_576);
    // 25·(3·64 + 64·128 + 128·256) + 4096 weights, 2·(128 + 256) scales and shifts.
    assert.equal(parameterCount(discriminator), 1_028_800 + 4_096 + 768);
  });

  test("batch norm's scales start about 1, by their own standard deviation", () => {
    const { data } = dcgan.build(DCGAN_SVHN, ops, new Float32Array()).initialState([1, 2])["projection/1/scale"]!;
    const mean = data.reduce((a, b) => a + b, 0) / data.length;
    const sd = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
    assert.equal(Math.abs(mean - 1) < 5 * (0.02 / 64), true, `mean ${mean}`);
    assert.equal(Math.abs(sd - 0.02) < 0.002, true, `standard deviation ${sd}`);
  });

  test("it has 7168 features by the averages of its batch statistics, and none without", () => {
    const { features, batchStatistics, initialState } = dcgan.build(DCGAN_SVHN, ops, new Float32Array());
    const state = tensors(initialState([1, 2]));
    tf.tidy(() => {
      const images = (index: number): tf.Tensor4D => tf.tensor4d(madeUpImages(3, [32, 32, 3], index), [3, 32, 32, 3]);
      const [one, two] = [images(1), images(2)].map((x) => batchStatistics!(state, x));
      assert.deepEqual(one!.shape, [2 * (128 + 256)]);
      const averaged = tf.div(tf.add(one!, two!), 2) as tf.Tensor1D;
      const made = features!(state, images(1), averaged);
      assert.deepEqual(
        Object.entries(made).map(([name, { shape }]) => [name, ...shape]),
        [
          ["image-features/1", 3, 4 * 4 * 64],
          ["image-features/2", 3, 4 * 4 * 128],
          ["image-features/3", 3, 4 * 4 * 256],
        ],
      );
      assert.throws(() => features!(state, images(1)), /the average of its batchStatistics/);

      // By hand: the second layer's maps of that batch, x in [−1, 1].
      const padded = (x: tf.Tensor4D): tf.Tensor4D => tf.pad(x, [[0, 0], [2, 2], [2, 2], [0, 0]]); // biome-ignore format: one line
      const layer = (x: tf.Tensor4D, row: number): tf.Tensor4D =>
        tf.conv2d(padded(x), state[`image-features/${row}/weights`] as tf.Tensor4D, 2, "valid");
      const first = tf.leakyRelu(layer(tf.sub(tf.mul(images(1), 2), 1), 1), 0.2);
      assertClose(made["image-features/1"]!, tf.reshape(tf.maxPool(first, 4, 4, "valid"), [3, -1]), "the first");
      const linear = layer(first, 2);
      const { mean, variance } = tf.moments(linear, [0, 1, 2]);
      assertClose(tf.slice(one!, [0], [128]), mean, "means");
      assertClose(tf.slice(one!, [128 + 256], [128]), variance, "variances");
      const normal = tf.div(
        tf.sub(linear, tf.slice(averaged, [0], [128])),
        tf.sqrt(tf.slice(averaged, [128 + 256], [128])),
      );
      const scaled = tf.add(tf.mul(normal, state["image-features/2/scale"]!), state["image-features/2/shift"]!);
      const second = tf.maxPool(tf.leakyRelu(scaled, 0.2) as tf.Tensor4D, 2, 2, "valid");
      assertClose(made["image-features/2"]!, tf.reshape(second, [3, -1]), "the second");
    });
    tf.dispose(state);
  });
});
