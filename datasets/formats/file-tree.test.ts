/** Archives and folders of files. */
import assert from "node:assert/strict";
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { after, describe, test } from "node:test";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { refusal } from "../fixtures/refusal.ts";
import { type ZipEntry, zip } from "../fixtures/zip-writer.ts";
import { crc32 } from "./crc32.ts";
import { openTree } from "./file-tree.ts";
import { unpackTarGz } from "./tar.ts";

const root = mkdtempSync(join(tmpdir(), "file-tree-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
let files = 0;
function fileOf(bytes: Uint8Array): string {
  const path = join(root, `archive-${files++}`);
  writeFileSync(path, bytes);
  return path;
}
const entry = (name: string, text: string, more: Partial<ZipEntry> = {}): ZipEntry => ({
  name,
  bytes: Buffer.from(text),
  ...more,
});

test("CRC-32 of the check text is the standard's", () => {
  const text = Buffer.from("123456789");
  assert.equal(crc32(text), 0xcbf43926);
  assert.equal(crc32(text.subarray(4), crc32(text.subarray(0, 4))), 0xcbf43926);
});

describe("files are read by name", () => {
  test("from an archive, packed or stored", async () => {
    const tree = await openTree(fileOf(zip([entry("a/b.txt", "packed"), entry("c.txt", "stored", { stored: true })])));
    assert.deepEqual([tree.isArchive, tree.names], [true, ["a/b.txt", "c.txt"]]);
    assert.equal((await tree.read("a/b.txt", 6)).toString(), "packed");
    assert.equal((await tree.read("c.txt", 100)).toString(), "stored");
    assert.equal(tree.sizeOf("c.txt"), 6);
    tree.close();
  });
  test("from a folder, through links", async () => {
    const folder = join(root, "folder");
    mkdirSync(join(folder, "a"), { recursive: true });
    writeFileSync(join(folder, "a", "b.txt"), "text");
    symlinkSync(join(folder, "a", "b.txt"), join(folder, "link.txt"));
    const tree = await openTree(folder);
    assert.deepEqual([...tree.names].sort(), ["a/b.txt", "link.txt"]);
    assert.equal((await tree.read("link.txt", 4)).toString(), "text");
    await assert.rejects(() => tree.read("a/b.txt", 3), refusal(/has 4 bytes; 3 are the most/));
  });
});

describe("an archive is refused", () => {
  const read = async (bytes: Uint8Array, name = "a", mostBytes = 1000): Promise<unknown> => {
    const tree = await openTree(fileOf(bytes));
    try {
      return await tree.read(name, mostBytes);
    } finally {
      tree.close();
    }
  };
  const whole = zip([entry("a", "some text")]);
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["a web page", Buffer.from("<!doctype html>"), /is a web page/],
    ["no archive", Buffer.alloc(500, 1), /damaged or cut off: .*[Ee]nd of central directory/],
    ["cut off", whole.subarray(0, -30), /damaged or cut off/],
    ["a way out of it", zip([entry("../../out", "x")]), /invalid relative path: \.\.\/\.\.\/out/],
    ["an absolute name", zip([entry("/etc/out", "x")]), /absolute path: \/etc\/out/],
    ["a name twice", zip([entry("a", "x"), entry("a", "y")]), /has a twice/],
    ["another checksum", zip([entry("a", "text", { claims: { crc: 1 } })]), /its checksum is another/],
    ["more bytes than it says", zip([entry("a", "text", { claims: { sizeBytes: 2 } })]), /too many bytes/],
    ["fewer bytes than it says", zip([entry("a", "text", { claims: { sizeBytes: 5 } })]), /not enough bytes/],
    ["a file too large", zip([entry("a", "text", { claims: { sizeBytes: 4e9 } })]), /has 4000000000 bytes; 1000 are/],
  ];
  for (const [what, bytes, words] of cases) test(what, () => assert.rejects(() => read(bytes), refusal(words)));
});

describe("a gzipped tar", () => {
  const signal = new AbortController().signal;
  async function tarOf(entries: readonly (readonly [name: string, text: string])[]): Promise<string> {
    const path = join(root, `tar-${files++}`);
    const packing = pack();
    for (const [name, text] of entries) packing.entry({ name }, text);
    packing.finalize();
    await pipeline(packing, createGzip(), createWriteStream(path));
    return path;
  }
  const unpack = async (path: string, mostBytesEach = 100): Promise<string[]> => {
    const folder = mkdtempSync(join(root, "into-"));
    await unpackTarGz(path, folder, { wanted: ["a", "b"], mostBytesEach, signal });
    return readdirSync(folder).sort();
  };

  test("gives the wanted files, in whatever folder they are", async () => {
    assert.deepEqual(
      await unpack(
        await tarOf([
          ["x/a", "1"],
          ["y", "2"],
          ["b", "3"],
        ]),
      ),
      ["a", "b"],
    );
  });
  test("cannot write elsewhere", async () => {
    assert.deepEqual(
      await unpack(
        await tarOf([
          ["../../a", "1"],
          ["/tmp/b", "2"],
          ["../c", "3"],
        ]),
      ),
      ["a", "b"],
    );
    assert.equal(readdirSync(root).includes("a"), false);
  });
  test("is refused with a file twice, a file too large, cut off, or as something else", async () => {
    const sound = await tarOf([
      ["a", "1"],
      ["b", "2".repeat(90)],
    ]);
    await assert.rejects(
      async () =>
        unpack(
          await tarOf([
            ["x/a", "1"],
            ["y/a", "2"],
          ]),
        ),
      refusal(/has a twice/),
    );
    await assert.rejects(() => unpack(sound, 80), refusal(/says that b has 90 bytes; 80 are the most/));
    await assert.rejects(() => unpack(fileOf(readFileSync(sound).subarray(0, -20))), refusal(/damaged or cut off/));
    await assert.rejects(() => unpack(fileOf(Buffer.from("<html>login"))), refusal(/is a web page/));
    await assert.rejects(() => unpack(fileOf(Buffer.from("not a tar"))), refusal(/damaged or cut off/));
  });
});
