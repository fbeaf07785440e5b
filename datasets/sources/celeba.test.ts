/** CelebA from few images and lists of the official format. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import sharp from "sharp";
import { CELEBA_ATTRIBUTES } from "../celeba-attributes.ts";
import { allOf, assertRefused, importFrom, newFolder } from "../fixtures/cache-for-tests.ts";
import { attributeList, imageName, writeCeleba } from "../fixtures/celeba-files.ts";
import { zip } from "../fixtures/zip-writer.ts";
import { CELEBA_FILES } from "./catalogue.ts";
import { celeba } from "./celeba.ts";

const SPLITS = [0, 0, 2, 1, 0];
const from = newFolder();
await writeCeleba(from, SPLITS);
const data = await importFrom("celeba", from);
const jpeg = (folder: string, id: number): Buffer => readFileSync(join(folder, "img_align_celeba", imageName(id)));

describe("CelebA", () => {
  test("has the paper's size and the official attributes", () => {
    assert.match(data.name, /^celeba-stand-in-/);
    assert.deepEqual([data.official, data.shape, data.classes], [false, [64, 64, 3], null]);
    assert.deepEqual(data.attributes, CELEBA_ATTRIBUTES);
  });
  test("is cut as the partition says, with each image's attributes as 0 and 1", () => {
    assert.deepEqual(data.splits, { train: 3, validation: 1, test: 1 });
    for (const [split, ids] of [
      ["train", [1, 2, 5]],
      ["validation", [4]],
      ["test", [3]],
    ] as const) {
      const { labels } = allOf(data, split);
      assert.equal(labels.length, ids.length * 40);
      assert.deepEqual(
        labels.flatMap((on, i) => (on ? [[Math.floor(i / 40), i % 40]] : [])),
        ids.map((id, i) => [i, id - 1]),
      );
    }
  });
  test("is scaled to 64 × 78 and cut to rows 7 to 70", () => {
    const { pixel } = allOf(data, "validation");
    const near = (row: number, expected: readonly number[]): void =>
      pixel(0, row, 30).forEach((value, channel) => {
        assert.ok(Math.abs(value - expected[channel]!) <= 2, `row ${row}: ${pixel(0, row, 30)}`);
      });
    // Row 109 of 218, where the halves meet, is row 39 of 78, so row 32 of the 64.
    near(0, [80, 60, 60]);
    near(29, [80, 60, 60]);
    near(34, [80, 200, 200]);
    near(63, [80, 200, 200]);
    const [, upper] = pixel(0, 31, 30);
    const [, lower] = pixel(0, 32, 30);
    assert.ok(upper! < 130 && lower! > 130, `${upper}, ${lower}`);
  });
  test("is the same from an archive, whatever the order of its files", async () => {
    const packed = newFolder();
    await writeCeleba(packed, SPLITS);
    const entries = [3, 1, 5, 2, 4].map((id) => ({
      name: `img_align_celeba/${imageName(id)}`,
      bytes: jpeg(packed, id),
    }));
    rmSync(join(packed, "img_align_celeba"), { recursive: true });
    writeFileSync(join(packed, "img_align_celeba.zip"), zip(entries));
    assert.equal((await importFrom("celeba", packed)).sha256, data.sha256);
  });
  test("with the first images alone is cut in the published proportions", async () => {
    const folder = newFolder();
    await writeCeleba(folder, Array(20).fill(0));
    assert.deepEqual((await importFrom("celeba", folder)).splits, { train: 16, validation: 2, test: 2 });
  });
  test("with fewer images than the lists have is a stand-in of those", async () => {
    const folder = newFolder();
    await writeCeleba(folder, [0, 1, 2, 0, 0]);
    rmSync(join(folder, "img_align_celeba", imageName(4)));
    const { splits, name } = await importFrom("celeba", folder);
    assert.deepEqual([splits, name.startsWith("celeba-stand-in-")], [{ train: 2, validation: 1, test: 1 }, true]);
  });
  test("the published files are known by size and SHA-256", async () => {
    const found = await celeba.find(from, { signal: new AbortController().signal, scratch: "", progress: () => {} });
    const sources = CELEBA_FILES.map(({ name, ...rest }) => ({ path: `/anywhere/${name}`, ...rest }));
    assert.equal(await found.isPublished(sources), true);
    assert.equal(await found.isPublished(sources.slice(1)), false);
  });
});

describe("CelebA is refused, and nothing is prepared", () => {
  const cases: readonly (readonly [string, (folder: string) => void | Promise<void>, RegExp, number?])[] = [
    ["without attributes", (folder) => rmSync(join(folder, "list_attr_celeba.txt")), /no list_attr_celeba.txt in/, 2],
    [
      "without images",
      (folder) => rmSync(join(folder, "img_align_celeba"), { recursive: true }),
      /no img_align_celeba.zip or/,
      2,
    ],
    [
      "with an image that its list does not know",
      (folder) => writeFileSync(join(folder, "img_align_celeba", "999999.jpg"), "x"),
      /999999.jpg, of which list_attr_celeba.txt knows nothing/,
    ],
    [
      "with an image cut off",
      (folder) => writeFileSync(join(folder, "img_align_celeba", imageName(2)), jpeg(folder, 2).subarray(0, 700)),
      /000002.jpg, is no picture that can be read/,
    ],
    [
      "with an image of another size",
      async (folder) => {
        const other = sharp({ create: { width: 64, height: 64, channels: 3, background: "red" } });
        writeFileSync(join(folder, "img_align_celeba", imageName(2)), await other.jpeg().toBuffer());
      },
      /000002.jpg, is 64 × 64 and not 178 × 218/,
    ],
    [
      "with a list cut off",
      (folder) => {
        const list = join(folder, "list_attr_celeba.txt");
        writeFileSync(list, readFileSync(list, "utf8").slice(0, -300));
      },
      /its first line says 3|not a name and 40 values/,
    ],
    [
      "with a partition that lacks an image",
      (folder) => writeFileSync(join(folder, "list_eval_partition.txt"), "000001.jpg 0\r\n"),
      /does not say in which split 000002.jpg is/,
    ],
    [
      "with an archive that is a web page",
      (folder) => writeFileSync(join(folder, "img_align_celeba.zip"), "<!DOCTYPE html><html>quota exceeded"),
      /img_align_celeba.zip is a web page/,
    ],
    [
      "with an archive that names files outside of it",
      (folder) =>
        writeFileSync(join(folder, "img_align_celeba.zip"), zip([{ name: "../000001.jpg", bytes: jpeg(folder, 1) }])),
      /invalid relative path/,
    ],
    [
      "with attributes of nobody's",
      (folder) => writeFileSync(join(folder, "list_attr_celeba.txt"), attributeList({ "000009.jpg": [] })),
      /000001.jpg, of which list_attr_celeba.txt knows nothing/,
    ],
  ];
  for (const [what, change, words, code] of cases)
    test(what, async () => {
      const folder = newFolder();
      await writeCeleba(folder, [0, 1, 2]);
      await change(folder);
      await assertRefused("celeba", folder, words, code);
    });
});
