import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { classification } from "./classification.ts";

// Five images of three classes; worked out by hand.
const PROBABILITIES = Float32Array.from([
  ...[0.75, 0.25, 0], // 0, right
  ...[0.125, 0.5, 0.375], // 1, right
  ...[0, 1, 0], // 2, wrong: 1
  ...[0.5, 0.25, 0.25], // 2, wrong: 0
  ...[0.25, 0, 0.75], // 2, right
]);
const LABELS = Uint8Array.from([0, 1, 2, 2, 2]);

describe("a classification", () => {
  const found = classification(PROBABILITIES, LABELS, 3);

  test("has the error in percent, and who was taken for whom", () => {
    assert.equal(found.error, 40);
    assert.deepEqual([...found.confusions], [1, 0, 0, 0, 1, 0, 1, 1, 1]);
  });

  test("has its mistakes, the most confident first", () => {
    assert.deepEqual(found.mistakes, [
      { row: 2, label: 2, told: 1, confidence: 1 },
      { row: 3, label: 2, told: 0, confidence: 0.5 },
    ]);
  });

  test("has its calibration over 15 bins of confidence", () => {
    // Bins (7/15, 8/15]: two of 0.5, one right. (11/15, 12/15]: two of 0.75, both right. (14/15, 1]: one of 1, wrong.
    const used = found.bins.flatMap((bin, at) =>
      bin.images > 0 ? [[at, bin.images, bin.confidence, bin.accuracy]] : [],
    );
    assert.deepEqual(used, [
      [7, 2, 0.5, 0.5],
      [11, 2, 0.75, 1],
      [14, 1, 1, 0],
    ]);
    assert.equal(found.bins.length, 15);
    assert.equal(found.calibrationError, (2 * 0 + 2 * 0.25 + 1 * 1) / 5);
    assert.deepEqual(found.bins[0], { images: 0, confidence: null, accuracy: null });
  });

  test("is refused where sizes do not fit, without images, and of what is no number", () => {
    assert.throws(() => classification(PROBABILITIES, LABELS, 4), /15 probabilities of 4 classes for 5 images/);
    assert.throws(() => classification(new Float32Array(0), new Uint8Array(0), 3), RangeError);
    const broken = Float32Array.from(PROBABILITIES).fill(Number.NaN, 3, 6);
    assert.throws(() => classification(broken, LABELS, 3), /image 1 has the class probability NaN/);
  });
});
