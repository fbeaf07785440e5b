/** SVHN from small files of the official format. */
import assert from "node:assert/strict";
import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { allOf, assertRefused, importFrom, newFolder } from "../fixtures/cache-for-tests.ts";
import { mat5 } from "../fixtures/mat5-writer.ts";
import { FIRST, imagesMatrix, labelsFrom, labelsMatrix, valueAt, writeSvhn } from "../fixtures/svhn-files.ts";
import { SVHN_FILES } from "./catalogue.ts";
import { svhn } from "./svhn.ts";

const COUNTS = { train: 22, test: 5, extra: 600 };
const from = newFolder();
writeSvhn(from, COUNTS);
const data = await importFrom("svhn", from);
const digitsFrom = (first: number, count: number): number[] => labelsFrom(first, count).map((label) => label % 10);

describe("SVHN", () => {
  test("files that are not the published ones become a stand-in with a name of its own", () => {
    assert.match(data.name, /^svhn-stand-in-[0-9a-f]{8}$/);
    assert.deepEqual([data.dataset, data.official, data.shape], ["svhn", false, [32, 32, 3]]);
    assert.deepEqual(data.classes, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });
  test("the end of train is the validation set, in the published proportion", () =>
    assert.deepEqual(data.splits, { extra: 600, train: 19, validation: 3, test: 5 }));
  test("the published numbers give the published splits", async () => {
    const { cutInProportion } = await import("../prepared/importer.ts");
    const cut = { train: 63_257, validation: 10_000 };
    assert.deepEqual(cutInProportion(73_257, cut), cut);
  });
  for (const [split, first] of [
    ["extra", FIRST.extra],
    ["train", FIRST.train],
    ["validation", FIRST.train + 19],
    ["test", FIRST.test],
  ] as const)
    test(`${split} has its images, planes turned, and its labels, 10 as 0`, () => {
      const images = allOf(data, split);
      assert.deepEqual(images.labels, digitsFrom(first, images.count));
      for (const image of [0, images.count - 1])
        for (const [row, column] of [
          [0, 0],
          [2, 31],
          [31, 5],
        ] as const)
          assert.deepEqual(
            images.pixel(image, row, column),
            [0, 1, 2].map((channel) => valueAt(first + image, row, column, channel)),
          );
    });
  test("the published files are known by size and SHA-256", async () => {
    const scratch = newFolder();
    const found = await svhn.find(from, { signal: new AbortController().signal, scratch, progress: () => {} });
    const sources = Object.values(SVHN_FILES).map(({ name, ...rest }) => ({ path: `/anywhere/${name}`, ...rest }));
    assert.equal(await found.isPublished(sources), true);
    for (const i of sources.keys()) {
      const changed = sources.map((source, j) => (i === j ? { ...source, sha256: "0".repeat(64) } : source));
      assert.equal(await found.isPublished(changed), false);
      assert.equal(await found.isPublished(sources.filter((_, j) => i !== j)), false);
    }
  });
});

describe("SVHN is refused, and nothing is prepared", () => {
  const broken = (change: (folder: string) => void): string => {
    const folder = newFolder();
    writeSvhn(folder, { train: 22, test: 2, extra: 2 });
    change(folder);
    return folder;
  };
  const put = (name: string, bytes: Uint8Array | string) => (folder: string) =>
    writeFileSync(join(folder, name), bytes);
  const extra = "extra_32x32.mat";
  const cases: readonly (readonly [string, (folder: string) => void, RegExp, number?])[] = [
    ["without a file", (folder) => rmSync(join(folder, extra)), /no extra_32x32.mat; the paper trains on it in/, 2],
    ["with a file cut off", (folder) => truncateSync(join(folder, extra), 300), /extra_32x32.mat is cut off/],
    ["with a web page for a file", put(extra, "<!DOCTYPE html>"), /is a web page/],
    [
      "with other labels than images",
      put(extra, mat5([imagesMatrix(0, 3), labelsMatrix([1, 2])])),
      /3 images and labels of 2 × 1/,
    ],
    ["with a label 0", put(extra, mat5([imagesMatrix(0, 2), labelsMatrix([0, 1])])), /label 0; labels go from 1 to 10/],
    [
      "with half a label",
      put(extra, mat5([imagesMatrix(0, 2), labelsMatrix([1, 1.5], { arrayClass: 6, stored: 9 })])),
      /label 1.5/,
    ],
    ["without labels", put(extra, mat5([imagesMatrix(0, 2)])), /has 0 matrices "y"/],
    [
      "with images of another size",
      put(extra, mat5([{ ...imagesMatrix(0, 4), dims: [64, 64, 3, 1] }, labelsMatrix([1])])),
      /64 × 64 × 3 × 1 uint8, not/,
    ],
    [
      "with too few images for a validation set",
      put("train_32x32.mat", mat5([imagesMatrix(0, 2), labelsMatrix([1, 2])])),
      /2 images are too few/,
    ],
  ];
  for (const [what, change, words, code] of cases) test(what, () => assertRefused("svhn", broken(change), words, code));
});
