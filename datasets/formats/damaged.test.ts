/** Files damaged at random are read or refused, never a bug, and never more than their size allows. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { pack } from "tar-stream";
import { HarnessError } from "../../harness/errors.ts";
import { mat5 } from "../fixtures/mat5-writer.ts";
import { zip } from "../fixtures/zip-writer.ts";
import { readPythonBatch } from "./cifar-batch.ts";
import { openTree } from "./file-tree.ts";
import { listMatrices, valuesOf } from "./mat5.ts";
import { openNpy } from "./npy.ts";
import { decode } from "./picture.ts";
import { unpackTarGz } from "./tar.ts";

const root = mkdtempSync(join(tmpdir(), "damaged-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
const file = join(root, "file");
const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, "fixtures", name));

const values = new Uint8Array(600).fill(3);
const matrix = { name: "X", dims: [20, 30], arrayClass: 9, stored: 2, values, sizeBytes: 600 };
const npy = Buffer.concat([
  Buffer.from("\x93NUMPY\x01\x00\x46\x00", "latin1"),
  Buffer.from("{'descr': '|u1', 'fortran_order': False, 'shape': (10, 60), }".padEnd(69)),
  Buffer.from("\n"),
  values,
]);
async function tarred(): Promise<Buffer> {
  const packing = pack();
  packing.entry({ name: "x/a" }, "some text");
  packing.finalize();
  const parts: Buffer[] = [];
  for await (const part of packing) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function readMatrices(bytes: Uint8Array): Promise<void> {
  writeFileSync(file, bytes);
  for (const found of await listMatrices(file))
    for await (const piece of valuesOf(found, 100)) assert.ok(piece.length <= 100);
}
async function readZip(bytes: Uint8Array): Promise<void> {
  writeFileSync(file, bytes);
  const tree = await openTree(file);
  try {
    for (const name of tree.names) await tree.read(name, 10_000);
  } finally {
    tree.close();
  }
}
async function readTar(bytes: Uint8Array): Promise<void> {
  writeFileSync(file, bytes);
  const folder = join(root, "into");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  await unpackTarGz(file, folder, { wanted: ["a"], mostBytesEach: 1000, signal: new AbortController().signal });
}
async function readNpy(bytes: Uint8Array): Promise<void> {
  async function* chunks() {
    yield Buffer.from(bytes);
  }
  for await (const piece of (await openNpy("file", chunks())).pieces(100)) assert.ok(piece.length <= 100);
}

const tar = await tarred();
const CASES: readonly (readonly [string, Buffer, (bytes: Uint8Array) => Promise<unknown>])[] = [
  ["a compressed MATLAB file", mat5([matrix]), readMatrices],
  ["a plain MATLAB file", mat5([matrix], { compressed: false }), readMatrices],
  [
    "a pickle",
    fixture("data_batch_py2"),
    async (bytes) => {
      writeFileSync(file, bytes);
      readPythonBatch(file);
    },
  ],
  [
    "an archive",
    zip([
      { name: "a", bytes: values },
      { name: "b", bytes: values, stored: true },
    ]),
    readZip,
  ],
  ["a gzipped tar", gzipSync(tar), readTar],
  ["a tar, gzipped after the damage", tar, async (bytes) => readTar(gzipSync(bytes))],
  ["an array", npy, readNpy],
  ["a picture", fixture("face.jpg"), async (bytes) => decode("face", bytes, 1e6)],
];

for (const [what, whole, read] of CASES)
  test(what, async () => {
    await read(whole);
    const change = fc.record({
      // The head of a file says the most: half of the changes are there.
      at: fc.oneof(fc.nat(Math.min(whole.length - 1, 200)), fc.nat(whole.length - 1)),
      value: fc.integer({ min: 0, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat(whole.length)),
        async (changes, end) => {
          const bytes = Buffer.from(whole.subarray(0, end ?? whole.length));
          for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
          await read(bytes).catch((error: unknown) => {
            assert.equal(error instanceof HarnessError, true, String((error as Error).stack));
          });
        },
      ),
      { numRuns: 150, seed: 1606 },
    );
  });
