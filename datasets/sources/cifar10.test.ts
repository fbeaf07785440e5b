/** CIFAR-10 from small files of the official formats: binary and Python, packed and unpacked. */
import assert from "node:assert/strict";
import { copyFileSync, createWriteStream, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { describe, test } from "node:test";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { allOf, assertRefused, importFrom, newFolder } from "../fixtures/cache-for-tests.ts";
import { cifar10 } from "./cifar10.ts";

const BATCHES = ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"];
const PICKLED = join(import.meta.dirname, "..", "formats", "fixtures", "data_batch_py2");
const EACH = 4;

/** Record `i` of all: label i mod 10, red i, green 100, blue its place mod 256. */
function record(i: number): Buffer {
  const bytes = Buffer.alloc(3073, i);
  bytes[0] = i % 10;
  bytes.fill(100, 1025, 2049);
  for (let place = 0; place < 1024; place++) bytes[2049 + place] = place % 256;
  return bytes;
}
const binaryBatch = (batch: number): Buffer =>
  Buffer.concat(Array.from({ length: EACH }, (_, i) => record(batch * EACH + i)));

function writeBinary(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [i, name] of BATCHES.entries()) writeFileSync(join(folder, `${name}.bin`), binaryBatch(i));
}
function writePython(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of BATCHES) copyFileSync(PICKLED, join(folder, name));
}
async function writeTar(file: string, entries: readonly (readonly [name: string, bytes: Buffer])[]): Promise<void> {
  const packing = pack();
  for (const [name, bytes] of entries) packing.entry({ name }, bytes);
  packing.finalize();
  await pipeline(packing, createGzip(), createWriteStream(file));
}
/** In another order than their numbers', as the published archive has them. */
const binaryEntries = [5, 3, 1, 0, 4, 2].map(
  (i) => [`cifar-10-batches-bin/${BATCHES[i]}.bin`, binaryBatch(i)] as const,
);

const from = newFolder();
writeBinary(join(from, "cifar-10-batches-bin"));
const data = await importFrom("cifar10", from);

describe("CIFAR-10", () => {
  test("has the published classes and proportions", () => {
    assert.match(data.name, /^cifar10-stand-in-/);
    assert.deepEqual(
      [data.official, data.shape, data.splits],
      [false, [32, 32, 3], { train: 18, validation: 2, test: 4 }],
    );
    assert.equal(data.classes?.join(), "airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck");
  });
  test("goes through the batches in the order of their numbers", () => {
    for (const [split, first] of [
      ["train", 0],
      ["validation", 18],
      ["test", 20],
    ] as const) {
      const images = allOf(data, split);
      assert.deepEqual(
        images.labels,
        Array.from({ length: images.count }, (_, i) => (first + i) % 10),
      );
      assert.deepEqual(images.pixel(images.count - 1, 7, 9), [first + images.count - 1, 100, (7 * 32 + 9) % 256]);
    }
  });
  test("is the same from the folder itself, and from the archive", async () => {
    assert.equal((await importFrom("cifar10", join(from, "cifar-10-batches-bin"))).sha256, data.sha256);
    const packed = newFolder();
    mkdirSync(packed);
    await writeTar(join(packed, "cifar-10-binary.tar.gz"), binaryEntries);
    const again = await importFrom("cifar10", packed);
    assert.deepEqual([again.name, again.sha256], [data.name, data.sha256]);
  });
  test("is read from the Python version, packed and unpacked", async () => {
    const unpacked = newFolder();
    writePython(join(unpacked, "cifar-10-batches-py"));
    const python = await importFrom("cifar10", unpacked);
    assert.deepEqual(allOf(python, "test").labels, [3, 0, 9, 7]);
    const packed = newFolder();
    mkdirSync(packed);
    const entries = BATCHES.map((name) => [`cifar-10-batches-py/${name}`, readFileSync(PICKLED)] as const);
    await writeTar(join(packed, "cifar-10-python.tar.gz"), entries);
    assert.equal((await importFrom("cifar10", packed)).sha256, python.sha256);
  });
  test("the published archives are known by size and SHA-256", async () => {
    const { CIFAR_BINARY } = await import("./catalogue.ts");
    const packed = newFolder();
    const scratch = newFolder();
    for (const folder of [packed, scratch]) mkdirSync(folder);
    await writeTar(join(packed, "cifar-10-binary.tar.gz"), binaryEntries);
    const found = await cifar10.find(packed, { signal: new AbortController().signal, scratch, progress: () => {} });
    const { name, sizeBytes, sha256 } = CIFAR_BINARY;
    assert.equal(await found.isPublished([{ path: `/x/${name}`, sizeBytes, sha256 }]), true);
    assert.equal(await found.isPublished([{ path: `/x/${name}`, sizeBytes, sha256: "0".repeat(64) }]), false);
  });
});

describe("CIFAR-10 is refused, and nothing is prepared", () => {
  const binary = (change: (folder: string) => void): string => {
    const folder = newFolder();
    writeBinary(folder);
    change(folder);
    return folder;
  };
  const archive = async (entries: readonly (readonly [string, Buffer])[]): Promise<string> => {
    const folder = newFolder();
    mkdirSync(folder);
    await writeTar(join(folder, "cifar-10-binary.tar.gz"), entries);
    return folder;
  };

  test("where there is none of it", () => {
    const folder = newFolder();
    mkdirSync(folder);
    return assertRefused("cifar10", folder, /no cifar-10-binary.tar.gz or cifar-10-python.tar.gz/, 2);
  });
  test("without a batch", () =>
    assertRefused(
      "cifar10",
      binary((folder) => rmSync(join(folder, "data_batch_3.bin"))),
      /no data_batch_3.bin in/,
      2,
    ));
  test("with a batch cut off", () =>
    assertRefused(
      "cifar10",
      binary((folder) => truncateSync(join(folder, "data_batch_3.bin"), 5000)),
      /no whole number of records/,
    ));
  test("with an archive that lacks a batch", async () =>
    assertRefused("cifar10", await archive(binaryEntries.slice(1)), /has no test_batch.bin/));
  test("with an archive that writes out of it", async () => {
    const slip = binaryEntries.map(([name, bytes]) => [`../../${name}`, bytes] as const);
    const made = await importFrom("cifar10", await archive(slip));
    assert.equal(made.sha256, data.sha256, "names of folders do not count");
  });
  test("with an archive that is a web page", () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, "cifar-10-binary.tar.gz"), "<html>quota exceeded</html>");
    return assertRefused("cifar10", folder, /is a web page/);
  });
  test("with a pickle that names a program", () => {
    const folder = newFolder();
    writePython(folder);
    writeFileSync(join(folder, "data_batch_2"), Buffer.from("\x80\x02cos\nsystem\nU\x02id\x85R.", "latin1"));
    return assertRefused("cifar10", folder, /data_batch_2 cannot be read as a CIFAR-10 batch: it names os system/);
  });
});

const larger = process.env.ALI_TEST_DATA;
test("larger files: CIFAR-10 binary", {
  skip: larger ? false : "ALI_TEST_DATA names no folder with cifar-10-batches-bin/",
}, async () => {
  const real = await importFrom("cifar10", larger!);
  const total = Object.values(real.splits).reduce((sum, count) => sum + count, 0);
  const bytes = BATCHES.reduce(
    (sum, name) => sum + readFileSync(join(larger!, "cifar-10-batches-bin", `${name}.bin`)).length,
    0,
  );
  assert.equal(total, bytes / 3073);
  const first = readFileSync(join(larger!, "cifar-10-batches-bin", "data_batch_1.bin"));
  const images = allOf(real, "train");
  assert.equal(images.labels[0], first[0]);
  assert.deepEqual(
    images.pixel(0, 3, 4),
    [0, 1, 2].map((channel) => first[1 + channel * 1024 + 3 * 32 + 4]),
  );
});
