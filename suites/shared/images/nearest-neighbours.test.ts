import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { generatedImages } from "../../../datasets/generated-images.ts";
import { openImages } from "../../../datasets/images.ts";
import { readerInMemory } from "../../../datasets/memory-reader.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { randomWords } from "../../../harness/engine/stateless-bits.ts";
import { nearestNeighbours, nearnessToTraining } from "./nearest-neighbours.ts";
import { type ImageShape, imageSize, rowsBetween } from "./pixels.ts";

let ops: Ops;
before(async () => {
  ({ ops } = await openEngine({ provision: false }));
});

const SHAPE: ImageShape = [4, 5, 3];
const SIZE = imageSize(SHAPE);
const bytes = (count: number, seed: number): Uint8Array =>
  new Uint8Array(randomWords(Math.ceil((count * SIZE) / 4), [seed, 9]).buffer, 0, count * SIZE);
const readerOf = (pixels: Uint8Array) =>
  readerInMemory({ pixels, labels: new Uint8Array(0), count: pixels.length / SIZE, imageBytes: SIZE });

/** Every pair compared, as one would write it. */
function byForce(queries: Uint8Array, images: Uint8Array): { rows: number[]; squaredDistances: number[] } {
  const found = Array.from({ length: queries.length / SIZE }, (_, query) => {
    let best = { row: -1, distance: Number.POSITIVE_INFINITY };
    for (let row = 0; row < images.length / SIZE; row++) {
      let distance = 0;
      for (let i = 0; i < SIZE; i++) distance += (queries[query * SIZE + i]! - images[row * SIZE + i]!) ** 2;
      if (distance < best.distance) best = { row, distance };
    }
    return best;
  });
  return { rows: found.map(({ row }) => row), squaredDistances: found.map(({ distance }) => distance) };
}
const plain = ({ rows, squaredDistances }: { rows: Int32Array; squaredDistances: Float64Array }) => ({
  rows: [...rows],
  squaredDistances: [...squaredDistances],
});

describe("nearest neighbours", () => {
  test("are those of a comparison of every pair, over several blocks", async () => {
    const [images, queries] = [bytes(2345, 1), bytes(20, 2)];
    assert.deepEqual(plain(await nearestNeighbours(ops, queries, readerOf(images), SHAPE)), byForce(queries, images));
  });

  test("are exact where float32 cannot tell them apart, and of equal ones the lowest row", async () => {
    // Images that differ from the query by one grey level in one place, or two, among large values.
    const query = bytes(1, 3).map((value) => (value > 127 ? 250 : 4));
    const images = new Uint8Array(2200 * SIZE);
    for (let row = 0; row < 2200; row++) {
      images.set(query, row * SIZE);
      images[row * SIZE + (row % SIZE)]! += 2;
    }
    for (const row of [2150, 1700, 1201]) images[row * SIZE + (row % SIZE)]! -= 1;
    const found = plain(await nearestNeighbours(ops, query, readerOf(images), SHAPE));
    assert.deepEqual(found, { rows: [1201], squaredDistances: [1] });
  });

  test("stay exact when the products are off by as much as float32 may be", async () => {
    // Row by row 1, 2 or 3 places differ from the query: squared distances of 4, 8 and 12, told wrong by up to 9.
    const query = bytes(1, 4).map((value) => (value > 127 ? 254 : 1));
    const images = new Uint8Array(1500 * SIZE);
    for (let row = 0; row < 1500; row++) {
      images.set(query, row * SIZE);
      for (let place = 0; place <= row % 3; place++) images[row * SIZE + ((row + place) % SIZE)]! ^= 2;
    }
    const norm = query.reduce((sum, value) => sum + (value - 128) ** 2, 0);
    const worst = 0.95 * SIZE * 2 ** -24 * norm;
    const wrong: Pick<Ops, "matMul"> = {
      matMul: (x, w) =>
        tf.add(
          tf.matMul(x, w),
          tf.tensor2d(Array.from({ length: x.shape[0] }, (_, row) => [row % 3 ? worst : -worst])),
        ),
    };
    assert.equal(4 * worst > 8, true, `a product is off by ${worst}`);
    const found = plain(await nearestNeighbours(wrong, query, readerOf(images), SHAPE));
    assert.deepEqual(found, { rows: [0], squaredDistances: [4] });
  });

  test("of images that are there are themselves, at distance 0", async () => {
    const digits = generatedImages("svhn", 60);
    const reader = openImages(digits, "train");
    const found = await nearestNeighbours(ops, reader.readSync([41, 7]), reader, digits.shape);
    assert.deepEqual(plain(found), { rows: [41, 7], squaredDistances: [0, 0] });
  });

  test("leave no tensors behind, and are refused for no whole image or no images", async () => {
    const live = tf.memory().numTensors;
    await nearestNeighbours(ops, bytes(3, 6), readerOf(bytes(50, 7)), SHAPE);
    assert.equal(tf.memory().numTensors, live);
    const none = readerOf(new Uint8Array(0));
    await assert.rejects(nearestNeighbours(ops, bytes(1, 1).subarray(1), readerOf(bytes(2, 1)), SHAPE), RangeError);
    await assert.rejects(nearestNeighbours(ops, bytes(1, 1), none, SHAPE), /no images to be near to/);
  });
});

describe("nearness to the training images", () => {
  const digits = generatedImages("svhn", 80);
  const training = openImages(digits, "train");
  const heldOut = openImages(digits, "test").readSync(rowsBetween(0, 30));
  const nearness = (samples: Uint8Array) => nearnessToTraining(ops, { samples, heldOut }, training, digits.shape);

  test("is about 1 for other real images, and near 0 for training images with a little noise", async () => {
    const others = await nearness(openImages(digits, "validation").readSync(rowsBetween(0, 30)));
    assert.equal(others.ratio > 0.6 && others.ratio < 1.7, true, `${others.ratio}`);
    const copies = training.readSync([3, 4, 5, 6]).map((value, i) => (i % 7 === 0 ? value ^ 1 : value));
    const { ratio, samples } = await nearness(copies);
    assert.equal(ratio < 0.05, true, `${ratio}`);
    assert.deepEqual([...samples.rows], [3, 4, 5, 6]);
  });

  test("gives samples and held-out images their own neighbours", async () => {
    const samples = openImages(digits, "validation").readSync([9, 2, 5]);
    const { samples: ofSamples, heldOut: ofHeldOut } = await nearness(samples);
    assert.deepEqual(ofSamples, await nearestNeighbours(ops, samples, training, digits.shape));
    assert.deepEqual(ofHeldOut, await nearestNeighbours(ops, heldOut, training, digits.shape));
  });
});
