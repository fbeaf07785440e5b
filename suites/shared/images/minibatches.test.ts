import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { generatedImages } from "../../../datasets/generated-images.ts";
import { openImages } from "../../../datasets/images.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { epochRows, imageStream, updatesPerEpoch } from "./minibatches.ts";

describe("rows of minibatches", () => {
  test("an epoch has every image once, the last batch what is left; the next one another order", () => {
    const rows = epochRows(23, 5, [1, 2]);
    assert.equal(updatesPerEpoch(23, 5), 5);
    const epoch = (from: number) => Array.from({ length: 5 }, (_, i) => [...rows(from + i)]);
    const [first, second] = [epoch(0), epoch(5)];
    assert.deepEqual(
      first.map(({ length }) => length),
      [5, 5, 5, 5, 3],
    );
    for (const one of [first, second])
      assert.deepEqual(
        one.flat().toSorted((a, b) => a - b),
        Array.from({ length: 23 }, (_, i) => i),
      );
    assert.notDeepEqual(first, second);
  });

  test("are a function of the update alone, in whatever order they are asked for", () => {
    const asked = epochRows(23, 5, [1, 2]);
    const again = epochRows(23, 5, [1, 2]);
    const backwards = [12, 3, 7, 0].map((index) => [index, [...again(index)]] as const);
    for (const [index, rows] of backwards) assert.deepEqual([...asked(index)], rows);
  });

  test("a single image that is left is left out: batch norm has no variance of it", () => {
    assert.equal(updatesPerEpoch(21, 5), 4);
    assert.equal(epochRows(21, 5, [1, 2])(3).length, 5);
  });

  test("SVHN's epoch is the 5,312 batches of the paper", () => assert.equal(updatesPerEpoch(531_131, 100), 5_312));

  test("fewer than two images, or batches of one, are refused", () => {
    assert.throws(() => updatesPerEpoch(1, 5), /batches of 5 from 1 images/);
    assert.throws(() => updatesPerEpoch(10, 1), /batches of 1 from 10 images/);
  });
});

before(() => openEngine({ requested: "cpu", provision: false }));

test("a stream gives each batch's own pixels and attributes, also when it starts in the middle", async () => {
  const data = generatedImages("celeba", 7);
  const reader = openImages(data, "train");
  const options = { batchSize: 3, updates: 9, key: [5, 6], labelled: true } as const;
  const rows = epochRows(7, 3, [5, 6]);
  const stream = imageStream(data, reader, options);
  for (const index of [0, 1, 2, 7]) {
    await stream.ready(index);
    const { x, y } = stream.batch(index);
    const wanted = rows(index);
    const pixels = await reader.read(wanted);
    assert.deepEqual(x!.shape, [wanted.length, 64, 64, 3]);
    assert.deepEqual(
      [...x!.dataSync()].map((value) => Math.round(255 * value)),
      [...pixels],
    );
    const labels = reader.labels();
    assert.deepEqual(
      [...y!.dataSync()],
      [...wanted].flatMap((row) => [...labels.subarray(40 * row, 40 * row + 40)]),
    );
    x!.dispose();
    y!.dispose();
  }
  await stream.close();
});
