import assert from "node:assert/strict";
import { test } from "node:test";
import { asPixels, interleaved, meanSquaredError, varianceAboutMean } from "./reconstruct.ts";

test("the error of images, and their variance about their own mean", () => {
  assert.equal(meanSquaredError(Float32Array.of(0, 1, 0.5, 1), Float32Array.of(0, 0, 0, 1)), 1.25 / 4);
  assert.throws(() => meanSquaredError(new Float32Array(2), new Float32Array(3)), /2 values against 3/);
  // Two images of two pixels: means 0.5 and 2.
  assert.equal(varianceAboutMean(Float32Array.of(0, 1, 1, 3), 2), (0.25 + 1 + 0.25 + 1) / 4);
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
