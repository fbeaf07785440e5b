import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../harness/engine/open.ts";
import { type Clipping, clipped } from "./clip.ts";

before(() => openEngine({ provision: false }));

function assertClipped(given: readonly number[][], clipping: Clipping, expected: readonly number[][]): void {
  tf.tidy(() => {
    const gradients = Object.fromEntries(given.map((values, i) => [`${i}`, tf.tensor1d(values)]));
    Object.values(clipped(gradients, clipping)).forEach((tensor, i) => {
      tensor.dataSync().forEach((value, at) => {
        assert.equal(Math.abs(value - expected[i]![at]!) < 1e-6, true, `${value}, not ${expected[i]![at]}`);
      });
    });
  });
}

test("gradients whose common norm is within the limit stay, but for entries that are too large", () => {
  assertClipped([[3], [-4, 0]], { norm: 5, entry: 10 }, [[3], [-4, 0]]);
  assertClipped([[3], [-4, 0]], { norm: 5, entry: 1 }, [[1], [-1, 0]]);
});

test("others are scaled down to the limit together, then clipped", () => {
  assertClipped([[6], [-8, 0]], { norm: 5, entry: 10 }, [[3], [-4, 0]]);
  assertClipped([[6], [-8, 0]], { norm: 5, entry: 3.5 }, [[3], [-3.5, 0]]);
});

test("none at all stay none", () => {
  assertClipped([[0], [0, 0]], { norm: 5, entry: 1 }, [[0], [0, 0]]);
});
