import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HarnessError } from "../../../harness/errors.ts";
import { labelKey, labelledRows, rowsWithout } from "./label-draw.ts";

const CLASSES = 3;
const classOf = Uint8Array.from({ length: 90 }, (_, row) => (row * 7) % CLASSES);
const draw = { key: labelKey("a seed", "shapes"), draw: 0, labels: 12 };
const rows = (more: Partial<typeof draw> = {}): number[] => [...labelledRows({ ...draw, ...more }, classOf, CLASSES)];

describe("a label draw", () => {
  test("has as many images of each class, none twice", () => {
    const counts = [0, 0, 0];
    for (const row of rows()) counts[classOf[row]!]! += 1;
    assert.deepEqual(counts, [4, 4, 4]);
    assert.equal(new Set(rows()).size, 12);
  });

  test("is the same each time, and another one of another number, seed or data", () => {
    assert.deepEqual(rows(), rows());
    for (const other of [{ draw: 1 }, { key: labelKey("another", "shapes") }, { key: labelKey("a seed", "digits") }])
      assert.notDeepEqual(rows(other), rows());
  });

  test("of fewer labels is a part of that of more", () => {
    const more = new Set(rows({ labels: 30 }));
    assert.deepEqual(
      rows().filter((row) => !more.has(row)),
      [],
    );
  });

  test("is refused where it cannot be balanced, or a class has too few images", () => {
    assert.throws(() => rows({ labels: 13 }), HarnessError);
    assert.throws(() => labelledRows({ ...draw, labels: 3 }, Uint8Array.from([0, 0, 1, 1]), CLASSES), /class 2/);
  });

  test("leaves the other images, in their order", () => {
    assert.deepEqual([...rowsWithout(Uint32Array.from([3, 0]), 5)], [1, 2, 4]);
  });
});
