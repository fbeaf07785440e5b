/** Binomial tails against published tables and against sums by hand. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { binomialLowerTail, largestCount, largestShare } from "./binomial.ts";

const close = (got: number, expected: number, by = 1e-12): void =>
  assert.ok(Math.abs(got - expected) <= by, `${got}, not ${expected}`);

describe("a binomial tail", () => {
  test("is the sum of its terms", () => {
    // Of ten fair coins: (1 + 10 + 45)/1024 show at most two heads.
    close(binomialLowerTail(2, 10, 0.5), 56 / 1024);
    close(binomialLowerTail(0, 10, 0.1), 0.9 ** 10);
    close(binomialLowerTail(1, 4, 0.25), 0.75 ** 4 + 4 * 0.25 * 0.75 ** 3);
  });
  test("is none below 0, all from n on, and takes shares of 0 and 1", () => {
    assert.deepEqual(
      [
        binomialLowerTail(-1, 5, 0.5),
        binomialLowerTail(5, 5, 0.5),
        binomialLowerTail(0, 5, 0),
        binomialLowerTail(4, 5, 1),
      ],
      [0, 1, 1, 0],
    );
    assert.throws(() => binomialLowerTail(1, 5, 1.1), /5 cases of probability 1.1/);
  });
  test("does not vanish where its first term does", () => {
    // (1 − 1/2)^4000 is less than the least double; the median of a symmetric binomial is n/2.
    const half = binomialLowerTail(2_000, 4_000, 0.5);
    assert.ok(half > 0.5 && half < 0.51, `${half}`);
  });
});

describe("the largest share that a count leaves possible", () => {
  test("is that of Clopper and Pearson", () => {
    // 95 % intervals as tables give them: 0 of 10 to 0.3085, 1 of 10 to 0.4450, 2 of 20 to 0.3170.
    for (const [count, n, upper] of [
      [0, 10, 0.3085],
      [1, 10, 0.445],
      [2, 20, 0.317],
    ] as const)
      close(largestShare(count, n, 0.025), upper, 5e-5);
  });
  test("is 1 − α^(1/n) of none, and everything of all", () => {
    close(largestShare(0, 10, 0.05), 1 - 0.05 ** 0.1);
    close(largestShare(0, 100, 0.05), 3 / 100, 0.001);
    assert.equal(largestShare(4, 4, 0.05), 1);
  });
  test("is what the largest count that excludes it says, the other way round", () => {
    // (16/17)^49 = 0.0513, (16/17)^50 = 0.0482.
    assert.deepEqual([largestCount(49, 1 / 17, 0.05), largestCount(50, 1 / 17, 0.05)], [-1, 0]);
    for (const n of [5, 30, 200])
      for (const share of [0.05, 0.3]) {
        const count = largestCount(n, share, 0.05);
        assert.ok(count < 0 || largestShare(count, n, 0.05) <= share + 1e-12);
        assert.ok(largestShare(count + 1, n, 0.05) > share);
      }
  });
});
