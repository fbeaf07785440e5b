import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generatedImages } from "../../../datasets/generated-images.ts";
import { openImages } from "../../../datasets/images.ts";
import { FeatureMoments, frechetDistance } from "../../../harness/statistics/frechet.ts";
import { distanceTo, frechetReference, noiseBlocks, rowBlocks, type Space } from "./frechet-distance.ts";
import { type ImageShape, imageSize, rowsBetween } from "./pixels.ts";

const near = (got: number, wanted: number, tolerance = 1e-9): void =>
  assert.equal(Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted)), true, `${got}, not ${wanted}`);

/** Its features are the values themselves. */
const SHAPE: ImageShape = [1, 1, 3];
const values: Space = { dimension: 3, features: (images) => Float32Array.from(images) };
const fitted = (images: readonly number[]) => {
  const moments = new FeatureMoments(3);
  moments.add(Float32Array.from(images));
  return moments.gaussian();
};
const REAL = [10, 20, 30, 40, 20, 10, 90, 5, 60, 30, 80, 31, 7, 77, 25];
const imageOf = (row: number): number[] => REAL.slice(3 * row, 3 * row + 3);

describe("distances of images to real ones", () => {
  test("are those of their features, block by block or at once", async () => {
    const reference = await frechetReference(values, [Uint8Array.from(REAL)], SHAPE);
    const blocks = [Uint8Array.from([1, 2, 3]), Uint8Array.from([4, 90, 6, 200, 8, 9])];
    const { distance, images } = await distanceTo(values, reference, blocks);
    assert.deepEqual([reference.images, images], [5, 3]);
    near(distance, frechetDistance(fitted([1, 2, 3, 4, 90, 6, 200, 8, 9]), fitted(REAL)));
    near((await distanceTo(values, reference, [Uint8Array.from(REAL)])).distance, 0);
  });

  test("have as their floor two halves of the real images, each two of them apart, whatever the blocks", async () => {
    const whole = await frechetReference(values, [Uint8Array.from(REAL)], SHAPE);
    const possible = [0, 1, 2, 3, 4, 5, 6, 7].map((coins) => {
      const of = (which: number) =>
        [0, 1, 2, 3, 4].filter((row) => ((row & 1) ^ ((coins >> (row >> 1)) & 1)) === which);
      const [one, two] = [of(0), of(1)].map((rows) => (rows.length > 1 ? fitted(rows.flatMap(imageOf)) : undefined));
      return one && two ? frechetDistance(one, two) : Number.NaN;
    });
    const distances = possible.map((distance) => Math.abs(distance - whole.floor));
    assert.equal(Math.min(...distances) < 1e-9 * whole.floor, true, `${whole.floor} is none of ${possible.join()}`);
    for (const cut of [3, 6, 9]) {
      const blocks = [Uint8Array.from(REAL.slice(0, cut)), Uint8Array.from(REAL.slice(cut))];
      const { floor, gaussian } = await frechetReference(values, blocks, SHAPE);
      near(floor, whole.floor);
      near(frechetDistance(gaussian, fitted(REAL)), 0);
    }
  });

  test("have a floor that an order with a period does not raise", async () => {
    const alternating = Uint8Array.from({ length: 3 * 1000 }, (_, at) => (Math.floor(at / 3) % 2 === 0 ? 0 : 100));
    const { floor } = await frechetReference(values, [alternating], SHAPE);
    // The halves' means differ by 100 times a share of N(0, 1 / 500) a feature; apart by rows they would by 100.
    assert.equal(floor < (3 * (100 * 4) ** 2) / 500, true, `${floor}`);
  });

  test("have as their ceiling uniform noise, the same each time", async () => {
    const one = await frechetReference(values, [Uint8Array.from(REAL)], SHAPE);
    const two = await frechetReference(values, [Uint8Array.from(REAL)], SHAPE);
    assert.equal(one.ceiling, two.ceiling);
    const noise = [...noiseBlocks(5, SHAPE)];
    near(one.ceiling, (await distanceTo(values, one, noise)).distance);
  });

  test("are refused for too few images", async () => {
    await assert.rejects(frechetReference(values, [Uint8Array.from(REAL.slice(0, 9))], SHAPE), /to 3 real images/);
    const reference = await frechetReference(values, [Uint8Array.from(REAL)], SHAPE);
    await assert.rejects(distanceTo(values, reference, [Uint8Array.of(1, 2, 3)]), RangeError);
  });

  test("between pictures of the same kind are far below those to noise", async () => {
    const digits = generatedImages("svhn", 120);
    // Mean colours of four quarters: a space that needs no training.
    const quarters: Space = {
      dimension: 12,
      features(images) {
        const out = new Float32Array((images.length / 3072) * 12);
        images.forEach((value, at) => {
          const [image, y, x, c] = [Math.floor(at / 3072), Math.floor(at / 96) % 32, Math.floor(at / 3) % 32, at % 3];
          out[12 * image + 6 * Math.floor(y / 16) + 3 * Math.floor(x / 16) + c]! += value / 256;
        });
        return out;
      },
    };
    const blocksOf = (split: string) => rowBlocks(openImages(digits, split), rowsBetween(0, 120));
    const reference = await frechetReference(quarters, blocksOf("train"), digits.shape);
    const { distance } = await distanceTo(quarters, reference, blocksOf("test"));
    assert.equal(5 * distance < reference.ceiling, true, `${distance}, noise ${reference.ceiling}`);
    assert.equal(distance < 4 * reference.floor && reference.floor < 4 * distance, true, `${reference.floor}`);
  });
});

test("noise is uniform over all grey levels and differs from block to block", () => {
  const shape: ImageShape = [8, 8, 3];
  const blocks = [...noiseBlocks(2100, shape)];
  assert.deepEqual(
    blocks.map(({ length }) => length / imageSize(shape)),
    [1000, 1000, 100],
  );
  assert.notDeepEqual(blocks[0]!.slice(0, 50), blocks[1]!.slice(0, 50));
  const counts = new Float64Array(256);
  for (const block of blocks) for (const value of block) counts[value]! += 1;
  const expected = (2100 * imageSize(shape)) / 256;
  const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 255 degrees of freedom: 99.9 % are below 330.5.
  assert.equal(chiSquared < 330.5, true, `${chiSquared}`);
});

test("rows are read in order, block by block", async () => {
  const digits = generatedImages("svhn", 12);
  const reader = openImages(digits, "train");
  const blocks: Uint8Array[] = [];
  for await (const block of rowBlocks(reader, Int32Array.of(5, 0, 11))) blocks.push(block);
  assert.deepEqual(blocks, [reader.readSync([5, 0, 11])]);
});
