import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { minibatchRows } from "./minibatches.ts";

describe("minibatches", () => {
  test("an epoch holds every sample once, in an order of its own", () => {
    const batch = minibatchRows(10, 5, [1, 2]);
    const first = [...batch(0), ...batch(1)];
    const second = [...batch(2), ...batch(3)];
    assert.deepEqual(
      first.toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.deepEqual(
      second.toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.notDeepEqual(first, second);
  });

  test("batch i is the same whichever batches were asked for before", () => {
    const inOrder = minibatchRows(10, 5, [1, 2]);
    const five = [0, 1, 2, 3, 4, 5].map((i) => inOrder(i))[5]!;
    assert.deepEqual(minibatchRows(10, 5, [1, 2])(5), five);
  });

  test("an incomplete last batch is dropped", () => {
    const batch = minibatchRows(10, 4, [1, 2]);
    assert.equal(new Set([...batch(0), ...batch(1)]).size, 8);
    assert.throws(() => minibatchRows(10, 11, [1, 2]), RangeError);
  });
});
