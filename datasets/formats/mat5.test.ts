/** MATLAB files: as SciPy reads them, and what is refused. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { header, mat5, matrixHead, type Written } from "../fixtures/mat5-writer.ts";
import { refusal } from "../fixtures/refusal.ts";
import { listMatrices, numbersOf, valuesOf } from "./mat5.ts";
import { fromColumnMajor } from "./planes.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const golden = JSON.parse(readFileSync(join(FIXTURES, "golden.json"), "utf8"));
const root = mkdtempSync(join(tmpdir(), "mat5-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

let files = 0;
function fileOf(bytes: Uint8Array): string {
  const path = join(root, `${files++}.mat`);
  writeFileSync(path, bytes);
  return path;
}
async function allOf(path: string, name: string, pieceBytes: number): Promise<Buffer> {
  const found = (await listMatrices(path)).find((matrix) => matrix.name === name);
  const pieces: Buffer[] = [];
  for await (const piece of valuesOf(found!, pieceBytes)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const matrix: Written = {
  name: "X",
  dims: [2, 3],
  arrayClass: 9,
  stored: 2,
  values: Uint8Array.of(1, 2, 3, 4, 5, 6),
  sizeBytes: 6,
};

async function assertAsScipy(
  path: string,
  expected: { images: string; labels: string; shape: number[]; arrayClass: string },
) {
  const [images, labels] = await listMatrices(path);
  assert.deepEqual([images!.name, images!.dims], ["X", [32, 32, 3, expected.shape[0]]]);
  assert.deepEqual([labels!.name, labels!.arrayClass], ["y", expected.arrayClass]);
  assert.equal(sha256(fromColumnMajor(await allOf(path, "X", 3072 * 2), 32, 32)), expected.images);
  const values = numbersOf(await allOf(path, "y", 4096), labels!.stored);
  assert.equal(sha256(Uint8Array.from(values)), expected.labels);
}

describe("a MATLAB file is read as scipy.io.loadmat reads it", () => {
  for (const [name, expected] of Object.entries(golden.matlab))
    test(name, () => assertAsScipy(join(FIXTURES, name), expected as Parameters<typeof assertAsScipy>[1]));

  const larger = process.env.ALI_TEST_DATA && join(process.env.ALI_TEST_DATA, "svhn-synthetic");
  test("larger ones", { skip: larger ? false : "ALI_TEST_DATA names no folder with svhn-synthetic/" }, async () => {
    for (const name of readdirSync(larger!).filter((file) => file.endsWith(".mat"))) {
      const path = join(larger!, name);
      const expected = golden.larger[sha256(readFileSync(path))];
      assert.ok(expected, `ci/peers/image_formats.py knows ${name}`);
      await assertAsScipy(path, expected);
    }
  });
});

describe("a MATLAB file", () => {
  for (const compressed of [true, false])
    test(`gives its values in pieces, ${compressed ? "compressed" : "plain"}`, async () => {
      const path = fileOf(mat5([matrix, { ...matrix, name: "another_name" }], { compressed }));
      for (const pieceBytes of [1, 4, 6, 100])
        for (const name of ["X", "another_name"])
          assert.deepEqual([...(await allOf(path, name, pieceBytes))], [1, 2, 3, 4, 5, 6]);
    });

  test("may hold up to four bytes in the tag itself", async () => {
    const small = { ...matrix, dims: [3, 1], values: Uint8Array.of(7, 8, 9), sizeBytes: 3 };
    assert.deepEqual([...(await allOf(fileOf(mat5([small])), "X", 100))], [7, 8, 9]);
  });

  test("stores numbers of a class more compactly, or not", () => {
    assert.deepEqual(numbersOf(Buffer.from(Float64Array.of(1, 10).buffer), "double"), [1, 10]);
    assert.deepEqual(numbersOf(Buffer.from(Int16Array.of(-1, 300).buffer), "int16"), [-1, 300]);
    assert.deepEqual(numbersOf(Buffer.of(1, 10), "uint8"), [1, 10]);
  });
});

describe("refused", () => {
  const whole = mat5([matrix]);
  const read = async (bytes: Uint8Array): Promise<unknown> => allOf(fileOf(bytes), "X", 100);
  const damaged = (at: number): Buffer => {
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 0xff;
    return bytes;
  };
  const cases: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
    ["an empty file", () => Buffer.alloc(0), /is empty/],
    ["a web page", () => Buffer.from(`<!DOCTYPE html><html>${" ".repeat(200)}`), /is a web page, not data/],
    ["a short file", () => whole.subarray(0, 100), /has 100 bytes, less than a MAT-file's header/],
    ["another magic", () => Buffer.concat([header("MATLAB", 0x0100, "XX"), whole.subarray(128)]), /are not IM/],
    ["a big-endian file", () => Buffer.concat([header("MATLAB", 0x0001, "MI"), whole.subarray(128)]), /big-endian/],
    ["another version", () => Buffer.concat([header("MATLAB", 0x0200), whole.subarray(128)]), /version 0x200/],
    ["version 7.3", () => Buffer.concat([header("MATLAB 7.3 MAT-file"), whole.subarray(128)]), /7\.3 file \(HDF5\)/],
    ["a header alone", () => whole.subarray(0, 128), /without a matrix/],
    ["a file cut off", () => whole.subarray(0, -3), /is cut off: it has \d+ bytes, and an element goes on to/],
    ["a tag cut off", () => whole.subarray(0, 132), /is cut off/],
    ["an unknown element", () => damaged(128), /no sound MAT-file: element type/],
    ["a damaged deflate stream", () => damaged(150), /damaged or cut off|contradicts itself|has something/],
    ["a wrong checksum", () => damaged(whole.length - 1), /damaged or cut off: incorrect data check/],
    [
      "a deflate stream that ends early",
      () => {
        const bytes = Buffer.from(whole.subarray(0, -6));
        bytes.writeUInt32LE(bytes.length - 136, 132);
        return bytes;
      },
      /damaged or cut off: unexpected end of file/,
    ],
    [
      "dimensions that its bytes contradict",
      () => mat5([{ ...matrix, dims: [2, 4] }]),
      /contradicts itself: "X" of 2 × 4/,
    ],
    [
      "gigantic dimensions",
      () => mat5([{ ...matrix, dims: [32, 32, 3, 1_000_000], sizeBytes: 3_072_000_000 }]),
      /contradicts itself: "X" of 32 × 32 × 3 × 1000000 cannot fit/,
    ],
    ["negative dimensions", () => mat5([{ ...matrix, dims: [-2, -3] }]), /contradicts itself/],
    ["characters", () => mat5([{ ...matrix, arrayClass: 4 }]), /class 4: no numbers/],
  ];
  for (const [what, bytes, words] of cases) test(what, () => assert.rejects(() => read(bytes()), refusal(words)));

  test("gigantic dimensions of a plain matrix, before any is allocated", () => {
    const claims = { ...matrix, dims: [1 << 15, 1 << 15], sizeBytes: 1 << 30 };
    const element = matrixHead(claims);
    element.writeUInt32LE(element.length - 8, 4);
    return assert.rejects(() => read(Buffer.concat([header(), element])), refusal(/cannot fit into its element/));
  });
});
