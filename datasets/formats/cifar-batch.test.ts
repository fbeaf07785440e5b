/** Batches of CIFAR-10: as Python's own pickle reads them, and what is refused. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { refusal } from "../fixtures/refusal.ts";
import { readBinaryBatch, readPythonBatch } from "./cifar-batch.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const golden = JSON.parse(readFileSync(join(FIXTURES, "golden.json"), "utf8")).python.data_batch_py2;
const pickled = readFileSync(join(FIXTURES, "data_batch_py2"));
const root = mkdtempSync(join(tmpdir(), "cifar-batch-test-"));
after(() => rmSync(root, { recursive: true, force: true }));

let files = 0;
function fileOf(bytes: Uint8Array | string): string {
  const path = join(root, `batch-${files++}`);
  writeFileSync(path, bytes);
  return path;
}
/** The pickle with some bytes in the place of others. */
const edited = (from: string, to: string): Buffer => {
  const at = pickled.indexOf(from, 0, "latin1");
  assert.notEqual(at, -1, from);
  return Buffer.concat([pickled.subarray(0, at), Buffer.from(to, "latin1"), pickled.subarray(at + from.length)]);
};

test("a pickled batch is read as Python reads it", () => {
  const { pixels, labels } = readPythonBatch(join(FIXTURES, "data_batch_py2"));
  assert.equal(createHash("sha256").update(pixels).digest("hex"), golden.images);
  assert.deepEqual([...labels], golden.labels);
});

test("a binary batch has records of a label and three planes", () => {
  const record = (label: number, first: number): Buffer => {
    const bytes = Buffer.alloc(3073);
    bytes[0] = label;
    for (let i = 0; i < 3072; i++) bytes[1 + i] = (first + i) % 251;
    return bytes;
  };
  const { pixels, labels } = readBinaryBatch(fileOf(Buffer.concat([record(9, 0), record(0, 5)])));
  assert.deepEqual([...labels], [9, 0]);
  // Row 2, column 3 of the second image: place 67 of each plane of 1,024.
  const at = 3072 + (2 * 32 + 3) * 3;
  assert.deepEqual(
    [...pixels.subarray(at, at + 3)],
    [67, 1091, 2115].map((place) => (5 + place) % 251),
  );
});

describe("refused", () => {
  const binary: readonly (readonly [string, Uint8Array | string, RegExp])[] = [
    ["an empty file", "", /is empty/],
    ["a web page", `<html>${" ".repeat(4000)}`, /is a web page/],
    ["a record cut off", Buffer.alloc(2 * 3073 - 1), /has 6145 bytes, no whole number of records of 3073/],
    ["a label that there is not", Buffer.alloc(3073, 10), /has label 10 in record 0; labels go from 0 to 9/],
  ];
  for (const [what, bytes, words] of binary)
    test(what, () => assert.throws(() => readBinaryBatch(fileOf(bytes)), refusal(words)));

  const python: readonly (readonly [string, () => Buffer, RegExp])[] = [
    [
      "a pickle that calls a program",
      () => Buffer.from("\x80\x02cos\nsystem\nU\x02idq\x00\x85R.", "latin1"),
      /it names os system/,
    ],
    [
      "a pickle that asks for eval",
      () => edited("cnumpy\ndtype\n", "c__builtin__\neval\n"),
      /it names __builtin__ eval/,
    ],
    [
      "NumPy's names in other roles",
      () => edited("cnumpy\nndarray\n", "cnumpy\ndtype\n"),
      /it calls numpy.core.multiarray/,
    ],
    ["another protocol", () => edited("\x80\x02", "\x80\x04"), /protocol 4/],
    ["another type of number", () => edited("U\x02u1", "U\x02f8"), /it calls numpy dtype/],
    ["columns first", () => edited("tb\x89T", "tb\x88T"), /another kind than uint8 in C order/],
    [
      "another shape than the data's",
      () => edited("K\x04M\x00\x0c", "K\x05M\x00\x0c"),
      /array of 5 × 3072 with 12288 bytes/,
    ],
    ["fewer labels than images", () => edited("(K\x03K\x00K\x09K\x07e", "(K\x03K\x00K\x09e"), /4 × 3072 and 3 labels/],
    [
      "a label that there is not",
      () => edited("(K\x03K\x00K\x09K\x07e", "(K\x03K\x00K\x0aK\x07e"),
      /label 10 in record 2/,
    ],
    ["no labels", () => edited("U\x06labels", "U\x06lebals"), /"data" or "labels" is missing/],
    ["a pickle cut off", () => pickled.subarray(0, 9000), /it is cut off/],
    ["more behind the end", () => Buffer.concat([pickled, Buffer.from("x")]), /does not end at its end/],
    ["a place that nothing was put in", () => Buffer.from("\x80\x02h\x07.", "latin1"), /place 7 has nothing/],
    ["something else", () => Buffer.from("\x80\x02]q\x00.", "latin1"), /a pickle of something else/],
    ["a persistent id", () => Buffer.from("\x80\x02Pfile\n.", "latin1"), /opcode 0x50 at byte 2/],
  ];
  for (const [what, bytes, words] of python)
    test(what, () => assert.throws(() => readPythonBatch(fileOf(bytes())), refusal(words)));
});
