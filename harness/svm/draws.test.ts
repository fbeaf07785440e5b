import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Stream, streamKey } from "../random/seeds.ts";
import { chooseC, expGrid } from "./choose.ts";
import { drawRows } from "./draws.ts";

const drawStream = (rootSeed: string, path: string, index: number) =>
  new Stream(streamKey(rootSeed, path, "label draw"), index);
const pool = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 200 });
const countOf = (labels: readonly number[], k: number): number => labels.filter((label) => label === k).length;

describe("a draw of labelled rows", () => {
  test("at random has that many different rows of the pool", () => {
    fc.assert(
      fc.property(pool, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (labels, share, index) => {
        const size = 1 + Math.floor(share * (labels.length - 1));
        const rows = drawRows(labels, { kind: "at random", size, classes: 4 }, drawStream("1", "run/0", index));
        assert.equal(new Set(rows).size, size);
        assert.ok(
          rows.every((row) => row < labels.length),
          `rows ${rows} of ${labels.length}`,
        );
      }),
    );
  });

  test("that is balanced has as many of each class, the first ones of the random order", () => {
    fc.assert(
      fc.property(pool, fc.nat(1000), (labels, index) => {
        const each = Math.min(...[0, 1, 2, 3].map((k) => countOf(labels, k)));
        fc.pre(each > 0);
        const plan = { kind: "balanced", size: 4 * each, classes: 4 } as const;
        const rows = [...drawRows(labels, plan, drawStream("1", "run/0", index))];
        const order = [...drawStream("1", "run/0", index).permutation(labels.length)];
        for (const k of [0, 1, 2, 3]) {
          const ofClass = (row: number): boolean => labels[row] === k;
          assert.deepEqual(rows.filter(ofClass), order.filter(ofClass).slice(0, each));
        }
      }),
    );
  });

  test("depends on seed, path and index, and on nothing else", () => {
    const labels = Array.from({ length: 500 }, (_, i) => i % 10);
    const draw = (seed: string, path: string, index: number): string =>
      drawRows(labels, { kind: "balanced", size: 100, classes: 10 }, drawStream(seed, path, index)).join();
    assert.equal(draw("1", "a", 7), draw("1", "a", 7));
    const others = [draw("1", "a", 7), draw("2", "a", 7), draw("1", "b", 7), draw("1", "a", 8)];
    assert.equal(new Set(others).size, 4);
  });

  test("at random takes each row equally often", () => {
    const taken = new Uint32Array(20);
    const labels = new Array(20).fill(0);
    for (let i = 0; i < 2000; i++)
      for (const row of drawRows(labels, { kind: "at random", size: 5, classes: 1 }, drawStream("1", "even", i)))
        taken[row]!++;
    // Each count is binomial, 2000 draws of probability 1/4: SD 19.4.
    const far = [...taken].filter((count) => Math.abs(count - 500) > 5 * 19.4);
    assert.deepEqual(far, []);
  });

  test("says why it cannot be done", () => {
    const draw = (labels: number[], kind: "balanced" | "at random", size: number) => () =>
      drawRows(labels, { kind, size, classes: 2 }, drawStream("1", "x", 0));
    assert.throws(draw([0, 0, 0, 1], "balanced", 4), /1 rows of class 1, and a draw takes 2/);
    assert.throws(draw([0, 1, 0], "balanced", 3), /multiple of 2/);
    assert.throws(draw([0, 1], "at random", 3), /3 rows from a pool of 2/);
    assert.throws(draw([0, 1], "at random", 0), /1 or more/);
    assert.throws(draw([0, 2], "balanced", 2), /label of row 1 is 2/);
  });
});

describe("the choice of C", () => {
  test("is the first of the least errors", () => {
    assert.equal(chooseC([0.4, 0.2, 0.3, 0.2]), 1);
    assert.equal(chooseC([0.5]), 0);
  });
  test("refuses what is no error", () => {
    assert.throws(() => chooseC([]), /grid is empty/);
    assert.throws(() => chooseC([0.1, Number.NaN]), /C number 1 is NaN/);
  });
  test("is made on numpy's exp(linspace(-20, 20, 50))", () => {
    const grid = expGrid(-20, 20, 50);
    assert.equal(grid.length, 50);
    assert.deepEqual([grid[0], grid[49]], [Math.exp(-20), Math.exp(20)]);
    // numpy.exp(numpy.linspace(-20, 20, 50))[[1, 24]]
    assert.ok(Math.abs(grid[1]! / 4.6626892201594085e-9 - 1) < 1e-12, `${grid[1]}`);
    assert.ok(Math.abs(grid[24]! / 0.6648703197043963 - 1) < 1e-12, `${grid[24]}`);
  });
});
