/** ILSVRC2012 from folders, and what stands in for it: tiny-imagenet-200, and the box-downsampled batches. */
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import sharp from "sharp";
import { allOf, assertRefused, importFrom, newFolder } from "../fixtures/cache-for-tests.ts";
import { type ZipEntry, zip } from "../fixtures/zip-writer.ts";

const png = (width: number, height: number, red: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: { r: red, g: 10, b: 20 } } })
    .png()
    .toBuffer();
const grey = (level: number): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: { r: level, g: level, b: level } } })
    .toColourspace("b-w")
    .jpeg({ quality: 100 })
    .toBuffer();
function write(folder: string, name: string, bytes: Uint8Array | string): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), bytes);
}
const reds = ({ count, pixel }: ReturnType<typeof allOf>): number[] =>
  Array.from({ length: count }, (_, image) => pixel(image, 32, 32)[0]!);

describe("ILSVRC2012", () => {
  const folder = async (): Promise<string> => {
    const from = newFolder();
    write(from, "train/n02/n02_1.JPEG", await png(100, 80, 3));
    write(from, "train/n01/n01_2.JPEG", await png(80, 100, 2));
    write(from, "train/n01/n01_1.JPEG", await png(64, 64, 1));
    write(from, "train/n01/notes.txt", "nothing");
    write(from, "val/ILSVRC2012_val_00000001.JPEG", await grey(77));
    return from;
  };
  test("goes through classes and files by name, each cut to its middle", async () => {
    const data = await importFrom("imagenet-64", await folder());
    assert.match(data.name, /^imagenet-64-stand-in-/);
    assert.deepEqual([data.shape, data.classes, data.splits], [[64, 64, 3], null, { train: 3, validation: 1 }]);
    assert.deepEqual(reds(allOf(data, "train")), [1, 2, 3]);
    assert.deepEqual(allOf(data, "train").labels, []);
    assert.deepEqual(allOf(data, "validation").pixel(0, 5, 5), [77, 77, 77]);
  });
  test("takes validation images in folders, too", async () => {
    const from = await folder();
    rmSync(join(from, "val"), { recursive: true });
    write(from, "val/n01/a.JPEG", await png(70, 64, 9));
    assert.deepEqual(reds(allOf(await importFrom("imagenet-64", from), "validation")), [9]);
  });
  test("is refused without a split, without an image, or with a broken one", async () => {
    const from = await folder();
    write(from, "train/n02/n02_2.JPEG", "<html>");
    await assertRefused("imagenet-64", from, /n02_2.JPEG is no picture that can be read/);
    rmSync(join(from, "train"), { recursive: true });
    await assertRefused("imagenet-64", from, /no train\/ with a folder for each class in/, 2);
    mkdirSync(join(from, "train"));
    await assertRefused("imagenet-64", from, /has no .JPEG in it/);
  });
});

describe("tiny-imagenet-200", () => {
  /** wnids.txt is not sorted. */
  const files = async (): Promise<[name: string, bytes: Buffer][]> => [
    ["wnids.txt", Buffer.from("n02\nn01\n")],
    ["train/n01/images/n01_0.JPEG", await png(64, 64, 30)],
    ["train/n02/images/n02_10.JPEG", await png(64, 64, 20)],
    ["train/n02/images/n02_9.JPEG", await png(64, 64, 10)],
    ["train/n02/n02_boxes.txt", Buffer.from("n02_9.JPEG\t0\t0\t63\t63\n")],
    ["val/val_annotations.txt", Buffer.from("val_1.JPEG\tn01\t0\t0\t9\t9\nval_0.JPEG\tn02\t0\t0\t9\t9\n")],
    ["val/images/val_0.JPEG", await grey(50)],
    ["val/images/val_1.JPEG", await png(64, 64, 60)],
    ["test/images/test_0.JPEG", await png(64, 64, 99)],
  ];
  const inFolder = async (change: (folder: string) => void = () => {}): Promise<string> => {
    const from = newFolder();
    for (const [name, bytes] of await files()) write(join(from, "tiny-imagenet-200"), name, bytes);
    change(join(from, "tiny-imagenet-200"));
    return from;
  };
  const inZip = (entries: readonly ZipEntry[]): string => {
    const from = newFolder();
    write(from, "tiny-imagenet-200.zip", zip(entries));
    return from;
  };

  test("has its classes in the order of wnids.txt, and images by number", async () => {
    const data = await importFrom("tiny-imagenet-200", await inFolder());
    assert.match(data.name, /^tiny-imagenet-200-stand-in-/);
    assert.deepEqual([data.dataset, data.official, data.classes], ["imagenet-64", false, ["n02", "n01"]]);
    const [train, validation] = [allOf(data, "train"), allOf(data, "validation")];
    assert.deepEqual(
      [reds(train), train.labels],
      [
        [10, 20, 30],
        [0, 0, 1],
      ],
    );
    assert.deepEqual(
      [reds(validation), validation.labels],
      [
        [60, 50],
        [1, 0],
      ],
    );
    const entries = (await files()).map(([name, bytes]) => ({ name: `tiny-imagenet-200/${name}`, bytes }));
    assert.equal(
      (await importFrom("tiny-imagenet-200", inZip(entries.reverse()))).sha256,
      data.sha256,
      "from its archive",
    );
  });
  test("is refused with an image of another size, a class that is not listed, a row without image, a way out", async () => {
    const other = await png(65, 64, 1);
    await assertRefused(
      "tiny-imagenet-200",
      await inFolder((folder) => write(folder, "train/n01/images/n01_1.JPEG", other)),
      /pixel limit|65 × 64 and not 64 × 64/,
    );
    const low = await png(64, 32, 1);
    await assertRefused(
      "tiny-imagenet-200",
      await inFolder((folder) => write(folder, "train/n01/images/n01_1.JPEG", low)),
      /64 × 32 and not 64 × 64/,
    );
    await assertRefused(
      "tiny-imagenet-200",
      await inFolder((folder) => write(folder, "wnids.txt", "n02\n")),
      /a class n01 that/,
    );
    await assertRefused(
      "tiny-imagenet-200",
      await inFolder((folder) => rmSync(join(folder, "val/images/val_1.JPEG"))),
      /without its class or image: "val_1.JPEG/,
    );
    await assertRefused(
      "tiny-imagenet-200",
      await inFolder((folder) => rmSync(join(folder, "wnids.txt"))),
      /has no wnids.txt/,
    );
    const slip = (await files()).map(([name, bytes]) => ({ name: `../${name}`, bytes }));
    await assertRefused("tiny-imagenet-200", inZip(slip), /invalid relative path/);
  });
});

describe("box-downsampled ImageNet", () => {
  const npy = (descr: string, shape: readonly number[], bytes: Uint8Array, order = "False"): Buffer => {
    const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
    const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${dims}), }`;
    const header = `${text.padEnd(128 - 11)}\n`;
    const length = Buffer.alloc(2);
    length.writeUInt16LE(header.length);
    return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, Buffer.from(header), bytes]);
  };
  const planes = (reds: readonly number[]): Buffer =>
    Buffer.concat(
      reds.map((red) => Buffer.concat([Buffer.alloc(4096, red), Buffer.alloc(4096, 7), Buffer.alloc(4096, 8)])),
    );
  const batch = (reds: readonly number[]): Buffer =>
    zip([
      { name: "data.npy", bytes: npy("|u1", [reds.length, 12288], planes(reds)) },
      { name: "labels.npy", bytes: npy("<i8", [reds.length], new Uint8Array(8 * reds.length)), stored: true },
    ]);
  const folder = (files: Readonly<Record<string, Buffer>>): string => {
    const from = newFolder();
    for (const [name, bytes] of Object.entries(files)) write(from, name, bytes);
    return from;
  };
  const sound = {
    "train_data_batch_10.npz": batch([9]),
    "train_data_batch_1.npz": batch([1, 2]),
    "train_data_batch_2.npz": batch([3]),
    "val_data.npz": batch([100]),
  };

  test("goes through the batches by number, planes turned", async () => {
    const data = await importFrom("imagenet-64-box", folder(sound));
    assert.match(data.name, /^imagenet-64-box-stand-in-/);
    assert.deepEqual([data.dataset, data.official, data.splits], ["imagenet-64", false, { train: 4, validation: 1 }]);
    assert.deepEqual(reds(allOf(data, "train")), [1, 2, 3, 9]);
    assert.deepEqual(allOf(data, "validation").pixel(0, 1, 2), [100, 7, 8]);
  });
  const cases: readonly (readonly [string, Readonly<Record<string, Buffer>>, RegExp, number?])[] = [
    ["without validation images", { "train_data_batch_1.npz": batch([1]) }, /no val_data.npz in/, 2],
    ["without arrays", { ...sound, "val_data.npz": zip([{ name: "x.npy", bytes: Buffer.of(1) }]) }, /has no data.npy/],
    [
      "with images of another size",
      { ...sound, "val_data.npz": zip([{ name: "data.npy", bytes: npy("|u1", [1, 3072], new Uint8Array(3072)) }]) },
      /data of 1 × 3072 uint8/,
    ],
    [
      "with objects, which would be pickles",
      { ...sound, "val_data.npz": zip([{ name: "data.npy", bytes: npy("|O", [1, 12288], new Uint8Array(10)) }]) },
      /another kind than bytes/,
    ],
    [
      "with columns first",
      { ...sound, "val_data.npz": zip([{ name: "data.npy", bytes: npy("|u1", [1, 12288], planes([1]), "True") }]) },
      /another kind than bytes or 64-bit integers in C order/,
    ],
    [
      "with fewer images than it says",
      { ...sound, "val_data.npz": zip([{ name: "data.npy", bytes: npy("|u1", [3, 12288], planes([1])) }]) },
      /is cut off: \d+ bytes are missing/,
    ],
    [
      "with more images than it says",
      { ...sound, "val_data.npz": zip([{ name: "data.npy", bytes: npy("|u1", [1, 12288], planes([1, 2])) }]) },
      /12288 bytes too many/,
    ],
    [
      "with gigantic dimensions",
      { ...sound, "val_data.npz": zip([{ name: "data.npy", bytes: npy("|u1", [99_999_999, 12288], planes([1])) }]) },
      /Preparing imagenet-64-box takes 1228\.\d GB|takes 12\d+\.\d GB/,
    ],
  ];
  for (const [what, files, words, code] of cases)
    test(`is refused ${what}`, () => assertRefused("imagenet-64-box", folder(files), words, code));
});
