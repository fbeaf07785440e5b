import assert from "node:assert/strict";
import { test } from "node:test";
import { readerInMemory } from "../../../datasets/memory-reader.ts";
import { joinedReader } from "./joined-reader.ts";

const part = (first: number, count: number) =>
  readerInMemory({
    pixels: Uint8Array.from({ length: 2 * count }, (_, i) => first + i),
    labels: Uint8Array.from({ length: count }, (_, i) => 100 + first + i),
    count,
    imageBytes: 2,
  });

test("readers one after another, in an order of one's own", async () => {
  const joined = joinedReader([part(0, 3), part(10, 2)], Uint32Array.of(4, 0, 3, 1), 2);
  assert.equal(joined.count, 4);
  assert.deepEqual([...joined.readSync([0, 1, 2, 3])], [12, 13, 0, 1, 10, 11, 2, 3]);
  assert.deepEqual([...(await joined.read(Int32Array.of(3, 0)))], [2, 3, 12, 13]);
  assert.deepEqual([...joined.labels()], [111, 100, 110, 101]);
  assert.throws(() => joined.readSync([4]), /row 4 of 4 images/);
});
