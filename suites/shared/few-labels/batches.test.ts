import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type * as tf from "@tensorflow/tfjs-core";
import { generatedImages } from "../../../datasets/generated-images.ts";
import { openImages } from "../../../datasets/images.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { streamKey } from "../../../harness/random/seeds.ts";
import { twoKindsStream } from "./batches.ts";

before(() => openEngine({ requested: "cpu", provision: false }));

const data = generatedImages("cifar10", 12);
const reader = openImages(data, "train");
const labelled = Uint32Array.from([5, 2, 9, 7]);
const unlabelled = Uint32Array.from([0, 1, 3, 4, 6, 8]);
const key = (purpose: string) => streamKey("a seed", "a run", purpose);
const stream = (sizes = { labelled: 2, unlabelled: 3 }) =>
  twoKindsStream(data, reader, { labelled, unlabelled, sizes, updates: 8, key });

/** Rows of the images in a batch's tensor. */
const pixels = reader.readSync(Array.from({ length: 12 }, (_, row) => row));
function rowsOf(images: tf.Tensor): number[] {
  const size = 32 * 32 * 3;
  const values = images.dataSync();
  return Array.from({ length: images.shape[0]! }, (_, i) => {
    const same = (row: number): boolean => {
      for (let at = 0; at < size; at++)
        if (Math.round(values[i * size + at]! * 255) !== pixels[row * size + at]) return false;
      return true;
    };
    return Array.from({ length: 12 }, (_, row) => row).find(same)!;
  });
}
async function batchesOf(indices: readonly number[], sizes?: { labelled: number; unlabelled: number }) {
  const made = stream(sizes);
  const found = [];
  for (const index of indices) {
    await made.ready(index);
    found.push(made.batch(index));
  }
  await made.close();
  return found;
}
const sorted = (rows: readonly number[]): number[] => rows.toSorted((a, b) => a - b);

describe("batches of labelled and unlabelled images", () => {
  test("pass through each kind, with the labelled ones' own classes", async () => {
    const batches = await batchesOf([0, 1]);
    assert.deepEqual(sorted(batches.flatMap(({ x }) => rowsOf(x!))), [2, 5, 7, 9]);
    assert.deepEqual(sorted(batches.flatMap(({ u }) => rowsOf(u!))), [...unlabelled]);
    for (const { x, y } of batches) {
      const classes = (await y!.array()) as number[][];
      assert.deepEqual(
        classes.map((row) => row.indexOf(1)),
        rowsOf(x!).map((row) => reader.labels()[row]),
      );
      assert.deepEqual(
        classes.map((row) => row.reduce((a, b) => a + b, 0)),
        [1, 1],
      );
    }
  });

  test("are a function of the update, from wherever it goes on, in another order each pass", async () => {
    const rows = async (indices: readonly number[]) =>
      (await batchesOf(indices)).map(({ x, u }) => [rowsOf(x!), rowsOf(u!)]);
    const all = await rows([0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(await rows([5, 6]), all.slice(5, 7));
    assert.notDeepEqual(all.slice(0, 2), all.slice(2, 4));
  });

  test("have no unlabelled images where none are asked for", async () => {
    const [batch] = await batchesOf([0], { labelled: 4, unlabelled: 0 });
    assert.deepEqual(Object.keys(batch!), ["x", "y"]);
    assert.deepEqual(sorted(rowsOf(batch!.x!)), [2, 5, 7, 9]);
  });

  test("are refused where a batch takes more than there are", () => {
    assert.throws(() => stream({ labelled: 5, unlabelled: 3 }), RangeError);
    assert.throws(() => stream({ labelled: 2, unlabelled: 7 }), RangeError);
  });
});
