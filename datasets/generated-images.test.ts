import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DATASET_IDS } from "./dataset-ids.ts";
import { refusal } from "./fixtures/refusal.ts";
import { generatedImages } from "./generated-images.ts";
import { openImages } from "./images.ts";

/** Mean picture of each class, and how often the nearest of them is the right one on the pictures of a split. */
function nearestMean(dataset: "svhn" | "cifar10", count: number): number {
  const data = generatedImages(dataset, count);
  const read = (split: string) => {
    const reader = openImages(data, split);
    return { pixels: reader.readSync(Array.from({ length: count }, (_, i) => i)), labels: reader.labels() };
  };
  const [train, test] = [read("train"), read("test")];
  const size = train.pixels.length / count;
  /** Distance from the picture's own mean brightness: what is drawn may be lighter or darker than what is behind. */
  const contrast = (pixels: Uint8Array, i: number): Float64Array => {
    const one = Float64Array.from(pixels.subarray(i * size, (i + 1) * size));
    const corner = [0, 1, 2].map((c) => one[c]!);
    return one.map((value, at) => Math.abs(value - corner[at % 3]!));
  };
  const means = Array.from({ length: 10 }, () => new Float64Array(size));
  const counts = Array(10).fill(0);
  for (let i = 0; i < count; i++) {
    counts[train.labels[i]!]++;
    contrast(train.pixels, i).forEach((value, at) => {
      means[train.labels[i]!]![at]! += value;
    });
  }
  let right = 0;
  for (let i = 0; i < count; i++) {
    const one = contrast(test.pixels, i);
    const norm = (v: Float64Array): number => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    const scores = means.map((mean) => mean.reduce((sum, x, at) => sum + x * one[at]!, 0) / norm(mean));
    right += Number(scores.indexOf(Math.max(...scores)) === test.labels[i]);
  }
  return right / count;
}

describe("generated images", () => {
  test("have the shape, splits and labels of what they stand in for", () => {
    const shapes = { svhn: 32, cifar10: 32, celeba: 64, "imagenet-64": 64 };
    for (const id of DATASET_IDS) {
      const data = generatedImages(id, 5);
      assert.deepEqual([data.dataset, data.official, data.shape], [id, false, [shapes[id], shapes[id], 3]]);
      for (const split of Object.keys(data.splits)) {
        const reader = openImages(data, split);
        const each = data.attributes?.length ?? (data.classes ? 1 : 0);
        assert.deepEqual([reader.count, reader.labels().length], [5, 5 * each]);
        assert.equal(reader.readSync([4, 0]).length, 2 * shapes[id] ** 2 * 3);
      }
    }
    const names = DATASET_IDS.map((id) => generatedImages(id, 5).name);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(Object.keys(generatedImages("svhn", 5).splits), ["extra", "train", "validation", "test"]);
    assert.equal(generatedImages("celeba", 5).attributes?.length, 40);
  });
  test("are the same wherever and whenever they are drawn", () => {
    const hashes = DATASET_IDS.map((id) => generatedImages(id, 3).sha256.slice(0, 12));
    assert.deepEqual(hashes, HASHES);
  });
  test("begin with the same pictures however many they are, and differ between splits", () => {
    const [few, many] = [generatedImages("cifar10", 2), generatedImages("cifar10", 4)];
    const first = (data: typeof few, split: string) => Buffer.from(openImages(data, split).readSync([0, 1]));
    assert.deepEqual(first(few, "train"), first(many, "train"));
    assert.notDeepEqual(first(few, "train"), first(few, "test"));
    assert.notEqual(few.sha256, many.sha256);
  });
  test("have classes that can be told apart", () => {
    for (const dataset of ["svhn", "cifar10"] as const) {
      const share = nearestMean(dataset, 600);
      assert.ok(share > 0.3, `${dataset}: ${share} right by the nearest mean, 0.1 by chance`);
    }
  });
  test("are refused in numbers that make no sense, and in splits that there are not", () => {
    assert.throws(() => generatedImages("svhn", 0), /0 generated images/);
    assert.throws(
      () => openImages(generatedImages("celeba", 2), "extra"),
      refusal(/no split "extra". Splits: train/, 2),
    );
  });
});

/** Of the pictures as they were first drawn: the store's runs depend on them. */
const HASHES: readonly string[] = ["991d26400a5f", "68103698743d", "04083e1f69ce", "ac1e03131c85"];
