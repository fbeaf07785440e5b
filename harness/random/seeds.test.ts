import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Stream, streamKey } from "./seeds.ts";

const word = fc.integer({ min: 0, max: 0xffffffff });
const key = fc.tuple(word, word);

describe("the key of a stream", () => {
  it("is the first 64 bits of SHA-256 over root seed, path and purpose", () => {
    const digest = createHash("sha256").update('["s","a/b","init"]').digest();
    assert.deepEqual(streamKey("s", "a/b", "init"), [digest.readUInt32LE(0), digest.readUInt32LE(4)]);
  });

  it("is a function of its names alone: what else is drawn or added shifts nothing", () => {
    const paths = Array.from({ length: 10 }, (_, i) => `toy/ali/replicate=${i}`);
    const ten = paths.map((path) => streamKey("seed", path, "init"));
    const backwards = [...paths, "toy/ali/replicate=10"].reverse().map((path) => streamKey("seed", path, "init"));
    assert.deepEqual(backwards.slice(1).reverse(), ten);
  });

  it("differs between root seeds, paths and purposes, also where their texts run together", () => {
    const names = fc.tuple(fc.string(), fc.string(), fc.string());
    fc.assert(
      fc.property(names, names, (a, b) => {
        fc.pre(a.join("\0") !== b.join("\0") || a.some((text, i) => text !== b[i]));
        assert.notDeepEqual(streamKey(...a), streamKey(...b));
      }),
    );
    assert.notDeepEqual(streamKey("a", "bc", ""), streamKey("ab", "c", ""));
  });
});

describe("a stream", () => {
  it("gives the same numbers for the same key, others for another key or substream", () => {
    const take = (stream: Stream): number[] => Array.from({ length: 9 }, () => stream.word());
    fc.assert(
      fc.property(key, fc.nat(100), (k, substream) => {
        assert.deepEqual(take(new Stream(k, substream)), take(new Stream(k, substream)));
        assert.notDeepEqual(take(new Stream(k, substream)), take(new Stream(k, substream + 1)));
        assert.notDeepEqual(take(new Stream(k)), take(new Stream([k[0] ^ 1, k[1]])));
      }),
    );
  });

  it("draws uniform numbers in [0, 1) and integers below the bound", () => {
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 2 ** 32 }), (k, n) => {
        const stream = new Stream(k);
        for (let i = 0; i < 20; i++) {
          const uniform = stream.uniform();
          assert.equal(Boolean(uniform >= 0 && uniform < 1), true);
          const integer = stream.below(n);
          assert.equal(Boolean(Number.isInteger(integer) && integer >= 0 && integer < n), true);
        }
      }),
    );
  });

  it("has the mean and variance of uniform numbers", () => {
    const stream = new Stream([1, 2]);
    const n = 100_000;
    const draws = Array.from({ length: n }, () => stream.uniform());
    const mean = draws.reduce((a, b) => a + b, 0) / n;
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1);
    assert.ok(Math.abs(mean - 1 / 2) < 5 * Math.sqrt(1 / 12 / n), `${mean}`);
    assert.ok(Math.abs(variance - 1 / 12) < 5 * Math.sqrt(1 / 180 / n), `${variance}`);
  });

  it("draws each of few integers equally often", () => {
    const stream = new Stream([3, 4]);
    const counts = new Array<number>(6).fill(0);
    const n = 60_000;
    for (let i = 0; i < n; i++) counts[stream.below(6)]! += 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - n / 6) ** 2 / (n / 6), 0);
    assert.ok(chiSquare < 25.7, `${counts}`); // χ²(5) exceeds it once in 10,000
  });

  it("makes permutations that hold every index once", () => {
    fc.assert(
      fc.property(key, fc.nat(200), (k, n) => {
        const order = new Stream(k).permutation(n);
        assert.deepEqual(
          [...order].sort((a, b) => a - b),
          Array.from({ length: n }, (_, i) => i),
        );
      }),
    );
  });

  it("makes every permutation of three equally often", () => {
    const counts = new Map<string, number>();
    const n = 12_000;
    for (let i = 0; i < n; i++) {
      const order = new Stream([5, 6], i).permutation(3).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - n / 6) ** 2 / (n / 6), 0);
    assert.equal(counts.size, 6);
    assert.ok(chiSquare < 25.7, JSON.stringify([...counts]));
  });
});
