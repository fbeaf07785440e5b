import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { crc32c } from "./crc32c.ts";
import { EventFile } from "./event-file.ts";
import { type EventRow, rowRecord, versionRecord, wholeUpTo } from "./event-records.ts";

const root = mkdtempSync(join(tmpdir(), "event-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(root, String(folders++));

/** Made by TensorBoard's own writer: ci/peers/event_file.py. */
const golden = JSON.parse(readFileSync(new URL("./fixtures/events.json", import.meta.url), "utf8")) as {
  rows: EventRow[];
  base64: string;
};
const bytes = Buffer.from(golden.base64, "base64");
const [first, second, third] = golden.rows as [EventRow, EventRow, EventRow];
const contentOf = (folder: string): Buffer => {
  const names = readdirSync(folder);
  assert.equal(names.length, 1);
  assert.match(names[0]!, /^events\.out\.tfevents\.\d{10}\./);
  return readFileSync(join(folder, names[0]!));
};
const fileIn = (folder: string): string => join(folder, readdirSync(folder)[0]!);

test("CRC-32C is that of RFC 3720", () => {
  // Appendix B.4: 32 bytes of zeros, of ones, rising, falling.
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43);
  assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
  assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113fdb5c);
});

describe("an event file", () => {
  test("has the bytes that TensorBoard's own writer makes", () => {
    const folder = newFolder();
    new EventFile(folder, 0).append(golden.rows);
    assert.deepEqual(contentOf(folder), bytes);
  });

  test("is made with its first row, and leaves out what is not finite", () => {
    const folder = newFolder();
    new EventFile(folder, 0).append([]);
    assert.throws(() => readdirSync(folder), { code: "ENOENT" });
    const { wallTimeMs } = second;
    const [nan, left] = [{ loss: Number.NaN, modes: Number.POSITIVE_INFINITY, x: 1 }, { x: 1 }];
    assert.deepEqual(
      rowRecord({ update: 1, wallTimeMs, values: nan }),
      rowRecord({ update: 1, wallTimeMs, values: left }),
    );
  });

  test("is the same wherever it was closed and gone on with", () => {
    const folder = newFolder();
    new EventFile(folder, 0).append([first]);
    new EventFile(folder, 1).append([first, second]); // the first one again, which it has
    new EventFile(folder, 300).append([third]);
    assert.deepEqual(contentOf(folder), bytes);
  });

  test("loses the rows after the update that its training goes on from", () => {
    const folder = newFolder();
    new EventFile(folder, 0).append(golden.rows);
    const again = new EventFile(folder, 299);
    assert.equal(again.last, 1);
    assert.deepEqual(contentOf(folder), Buffer.concat([versionRecord(first.wallTimeMs), rowRecord(first)]));
    again.append([second, third]);
    assert.deepEqual(contentOf(folder), bytes);
  });

  test("that was cut off anywhere, or has other bytes at its end, is mended", () => {
    for (let size = 0; size < bytes.length; size++) {
      const folder = newFolder();
      new EventFile(folder, 0).append(golden.rows);
      truncateSync(fileIn(folder), size);
      if (size % 3 === 0) appendFileSync(fileIn(folder), Buffer.alloc(40));
      new EventFile(folder, 531_200).append(golden.rows);
      assert.deepEqual(contentOf(folder), bytes);
    }
  });

  test("says where it cannot be written", () => {
    const folder = newFolder();
    new EventFile(folder, 0).append([first]);
    const inTheWay = fileIn(folder);
    assert.throws(
      () => new EventFile(inTheWay, 0).append([first]),
      /Cannot write .*: (a part of the path is not a folder|a file stands where)/,
    );
  });
});

test("a changed byte ends what is whole, wherever it is", () => {
  const ends = [
    0,
    ...golden.rows.map((_, rows) => wholeUpTo(bytes, golden.rows[rows]!.update - 1).sizeBytes),
    bytes.length,
  ];
  assert.deepEqual(new Set(ends).size, 5);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    assert.equal(wholeUpTo(changed, 531_200).sizeBytes, Math.max(...ends.filter((end) => end <= at)));
  }
});
