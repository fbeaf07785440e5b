/** What planted changes showed to be untested: references other than 0, bounds, messages, the stream's very words. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { philox4x32, type Words2 } from "../philox.ts";
import { summarize } from "./descriptive.ts";
import { normalQuantile, tQuantile } from "./distributions.ts";
import { holm } from "./holm.ts";
import { predictionInterval } from "./prediction.ts";
import { publishedSd } from "./spread.ts";
import { DEFAULT_KEY, stream } from "./stream.ts";
import { beyondMargin, smallestMargin, tost } from "./tost.ts";
import { oneSample } from "./welch.ts";

const VALUES = [3.1, 4.2, 2.7, 3.9, 3.3];
const at = (shift: number) => oneSample(summarize(VALUES.map((value) => value + shift)));
const close = (got: number, expected: number): void =>
  assert.equal(Math.abs(got - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), true, `${got}, not ${expected}`);

describe("equivalence about a reference", () => {
  test("is that of the shifted data about 0", () => {
    for (const margin of [0.2, 0.7, 3]) {
      close(tost(at(0), margin, 3).p, tost(at(-3), margin).p);
      close(tost(at(0), margin, 3).lower, tost(at(-3), margin).lower);
      close(beyondMargin(at(0), margin, 3), beyondMargin(at(-3), margin));
      close(beyondMargin(at(0), margin, 5), beyondMargin(at(-5), margin));
    }
  });

  test("is just shown at the smallest margin", () => {
    for (const reference of [0, 3, 5])
      for (const alpha of [0.05, 0.01]) close(tost(at(0), smallestMargin(at(0), reference, alpha), reference).p, alpha);
  });

  test("refuses margins that are none, by their value", () => {
    for (const margin of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      for (const procedure of [tost, beyondMargin])
        assert.throws(() => procedure(at(0), margin), new RegExp(`must be positive and finite; got ${margin}`));
  });
});

test("Holm takes p-values of 0 and 1, and names one that is none", () => {
  assert.deepEqual(holm([0, 1, 0.5]), [0, 1, 1]);
  for (const p of [-0.1, 1.1, Number.NaN]) assert.throws(() => holm([0.5, p]), new RegExp(`in \\[0, 1\\]; got ${p}`));
});

test("a confidence interval needs two units to be an SD", () => {
  const spread = { kind: "ci", value: 2 } as const;
  for (const n of [null, 0, 1]) assert.equal(publishedSd({ spread, n }), null);
  close(publishedSd({ spread, n: 2 })!, (2 * Math.SQRT2) / 12.706204736432095); // t(0.975, 1) by R's qt
});

test("a prediction interval is called so, and needs a unit to predict", () => {
  const contrast = at(0);
  assert.equal(predictionInterval(contrast, 1)!.kind, "prediction");
  assert.throws(() => predictionInterval(contrast, 0), /at least 1 unit; got 0/);
});

test("quantiles of the normal distribution are R's qnorm", () => {
  close(normalQuantile(0.975), 1.959963984540054);
  close(normalQuantile(0.5), 0);
  close(tQuantile(0.975, 1e9), 1.9599639869);
});

describe("a stream of words", () => {
  /** Words of the first blocks, in order. */
  const words = (key: Words2, blocks: number): number[] =>
    Array.from({ length: blocks }, (_, counter) => {
      const block = new Uint32Array(4);
      philox4x32([counter, 0, 0, 0], key, block);
      return [...block];
    }).flat();

  test("is Philox's blocks in order, by the key given or the usual one", () => {
    const key: Words2 = [5, 7];
    const [given, usual] = [stream(key), stream()];
    assert.deepEqual(
      Array.from({ length: 12 }, () => given.word()),
      words(key, 3),
    );
    assert.deepEqual(
      Array.from({ length: 12 }, () => usual.word()),
      words([0x7065726d, 0x74657374], 3), // "perm", "test"
    );
    assert.deepEqual(DEFAULT_KEY, [0x7065726d, 0x74657374]);
  });

  test("draws below a bound by dropping the words beyond its largest multiple", () => {
    for (const bound of [3 * 2 ** 30, 2 ** 31 + 1, 10]) {
      const limit = Math.floor(2 ** 32 / bound) * bound;
      const drawn = stream([1, 2]);
      const expected = words([1, 2], 50)
        .filter((word) => word < limit)
        .map((word) => word % bound);
      assert.deepEqual(
        expected.slice(0, 60).map(() => drawn.below(bound)),
        expected.slice(0, 60),
      );
    }
  });
});
