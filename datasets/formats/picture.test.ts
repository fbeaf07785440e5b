/** Pictures to pixels: beside Pillow's, and what is refused. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import sharp from "sharp";
import { refusal } from "../fixtures/refusal.ts";
import { celebaCrop, centreCrop, decode } from "./picture.ts";

const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, "fixtures", name));
const plain = (width: number, height: number, channels: 1 | 3 | 4 = 3) =>
  sharp({
    create: { width, height, channels: channels === 4 ? 4 : 3, background: { r: 200, g: 100, b: 50, alpha: 0.5 } },
  });

/** Mean and largest difference of two pictures, in grey levels. */
function difference(a: Uint8Array, b: Uint8Array): { mean: number; largest: number } {
  assert.equal(a.length, b.length);
  const each = Array.from(a, (value, i) => Math.abs(value - b[i]!));
  return { mean: each.reduce((sum, value) => sum + value, 0) / each.length, largest: Math.max(...each) };
}

describe("pixels are Pillow's within a few grey levels (ci/peers/picture_parity.py)", () => {
  test("CelebA's scaling and rows", async () => {
    const made = await celebaCrop("face", await decode("face", fixture("face.jpg"), 1e6));
    const { mean, largest } = difference(made, fixture("face.rgb"));
    assert.ok(mean < 0.5 && largest <= 4, `mean ${mean}, largest ${largest}`);
  });
  test("the middle of a wide picture", async () => {
    const made = await centreCrop(await decode("wide", fixture("wide.jpg"), 1e6), 64);
    const { mean, largest } = difference(made, fixture("wide.rgb"));
    assert.ok(mean < 1 && largest <= 7, `mean ${mean}, largest ${largest}`);
  });
});

describe("a picture", () => {
  test("that is grey has three equal channels", async () => {
    const grey = await plain(5, 4).toColourspace("b-w").jpeg().toBuffer();
    assert.equal((await sharp(grey).metadata()).channels, 1);
    const { data, width, height } = await decode("grey", grey, 100);
    assert.deepEqual([width, height, data.length], [5, 4, 60]);
    for (let i = 0; i < 60; i += 3) assert.deepEqual([data[i], data[i + 1]], [data[i + 2], data[i + 2]]);
  });
  test("loses its transparency", async () => {
    const { data } = await decode("png", await plain(2, 2, 4).png().toBuffer(), 100);
    assert.deepEqual([...data.subarray(0, 3)], [200, 100, 50]);
  });
  test("of the right size is not scaled", async () => {
    const { data } = await decode("png", await plain(64, 64).png().toBuffer(), 4096);
    assert.equal(await centreCrop({ data, width: 64, height: 64 }, 64), data);
  });
  test("is cut to its middle, whichever side is longer", async () => {
    for (const [width, height] of [
      [96, 64],
      [64, 97],
      [65, 64],
      [640, 20],
      [20, 30],
    ] as const) {
      const picture = await decode("plain", await plain(width, height).png().toBuffer(), 1e6);
      assert.equal((await centreCrop(picture, 64)).length, 64 * 64 * 3, `${width} × ${height}`);
    }
    // Columns 0 to 191 red, the others blue: of 64 × 64 from 384 × 128 the middle has both halves.
    const half = await plain(192, 128).png().toBuffer();
    const both = await sharp({ create: { width: 384, height: 128, channels: 3, background: "#0000ff" } })
      .composite([{ input: half, left: 0, top: 0 }])
      .png()
      .toBuffer();
    const made = await centreCrop(await decode("both", both, 1e6), 64);
    assert.deepEqual([...made.subarray(0, 3), ...made.subarray(-3)], [200, 100, 50, 0, 0, 255]);
  });
});

describe("refused", () => {
  const jpeg = fixture("face.jpg");
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["a picture cut off", jpeg.subarray(0, jpeg.length / 2), /^face is no picture that can be read: /],
    ["text", Buffer.from("<html>quota</html>"), /no picture that can be read/],
    ["nothing", Buffer.alloc(0), /no picture that can be read/],
  ];
  for (const [what, bytes, words] of cases)
    test(what, () => assert.rejects(() => decode("face", bytes, 1e6), refusal(words)));

  test("a picture that says it is gigantic, before any of it is made", () => {
    const bytes = Buffer.from(jpeg);
    const frame = bytes.indexOf(Buffer.of(0xff, 0xc0));
    bytes.writeUInt16BE(65_000, frame + 5);
    bytes.writeUInt16BE(65_000, frame + 7);
    return assert.rejects(() => decode("huge", bytes, 1e6), refusal(/pixel limit/));
  });
  test("a face of another size", async () => {
    const picture = await decode("face", await plain(218, 178).png().toBuffer(), 1e6);
    await assert.rejects(() => celebaCrop("000001.jpg", picture), refusal(/000001.jpg is 218 × 178 and not 178 × 218/));
  });
});
