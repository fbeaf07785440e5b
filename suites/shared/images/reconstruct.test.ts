import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { ImageData, ImageReader } from "../../../datasets/image-data.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import {
  asPixels,
  type ImageModelAtWork,
  interleaved,
  matching,
  meanSquaredError,
  reconstruct,
  varianceAboutMean,
} from "./reconstruct.ts";

test("the error of images, and their variance about their own mean", () => {
  assert.equal(meanSquaredError(Float32Array.of(0, 1, 0.5, 1), Float32Array.of(0, 0, 0, 1)), 1.25 / 4);
  assert.throws(() => meanSquaredError(new Float32Array(2), new Float32Array(3)), /2 values against 3/);
  // Two images of two pixels: means 0.5 and 2.
  assert.equal(varianceAboutMean(Float32Array.of(0, 1, 1, 3), 2), (0.25 + 1 + 0.25 + 1) / 4);
});

test("reconstructions are nearer to their own originals than to others, or are not", () => {
  const originals = Float32Array.of(0, 0, 1, 1, 0, 1);
  assert.deepEqual(matching(originals, Float32Array.of(0.5, 0.5, 0.5, 0.5, 0.5, 0.5), 2), {
    mse: 0.25,
    matchedShare: 1,
  });
  // Each a tenth from its own; against the next: 0.81 twice, 0.01 and 0.81, 0.01 and 0.81.
  const { mse, matchedShare } = matching(originals, Float32Array.of(0.1, 0.1, 0.9, 0.9, 0.1, 0.9), 2);
  assert.equal(Math.abs(mse - 0.01) < 1e-6, true);
  assert.equal(Math.abs(matchedShare - 0.01 / ((4 * 0.81 + 2 * 0.01) / 6)) < 1e-6, true);
});

test("a posterior without any noise has a finite log standard deviation", async () => {
  await openEngine({ requested: "cpu", provision: false });
  const shape = [1, 1, 1] as const;
  const model = {
    encode: (_state: Tensors, x: tf.Tensor4D) => tf.reshape(x, [-1, 1]) as tf.Tensor2D,
    decode: (_state: Tensors, z: tf.Tensor2D) => tf.reshape(z, [-1, ...shape]) as tf.Tensor4D,
    posterior: (_state: Tensors, x: tf.Tensor4D) => {
      const mean = tf.reshape(x, [-1, 1]) as tf.Tensor2D;
      return { mean, sd: tf.zerosLike(mean) };
    },
  };
  const reader = { count: 3, readSync: (rows: Uint32Array) => Uint8Array.from(rows, (row) => 100 * row) };
  const before = tf.memory().numTensors;
  const { mse, posteriorLogSd, reconstructions } = reconstruct(
    model as unknown as ImageModelAtWork,
    {},
    {
      data: { shape } as unknown as ImageData,
      reader: reader as unknown as ImageReader,
      count: 9,
      latent: 1,
      key: [0, 0],
    },
  );
  assert.equal(mse, 0);
  assert.deepEqual([...reconstructions], [...Float32Array.of(0, 100 / 255, 200 / 255)]);
  assert.equal(posteriorLogSd! < -80 && Number.isFinite(posteriorLogSd), true, `${posteriorLogSd}`);
  assert.equal(tf.memory().numTensors, before);
});

test("pairs stand in turns: odd columns originals, even columns reconstructions", () => {
  assert.deepEqual(
    [...interleaved(Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8), 2)],
    [1, 2, 5, 6, 3, 4, 7, 8],
  );
});

test("pixels are clipped and rounded", () => {
  assert.deepEqual([...asPixels(Float32Array.of(-1, 0, 0.5, 1, 2))], [0, 0, 128, 255, 255]);
});
