/** Permutation tests against their definition, and against the limit of many signs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { standardNormal } from "../engine/stateless-normal.ts";
import { normalCdf } from "./distributions.ts";
import { choose, permutationTest, rankSumTest, signFlipTest } from "./permutation.ts";
import { midranks } from "./ranks.ts";

const close = (got: number, expected: number): void =>
  assert.equal(Math.abs(got - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), true, `${got}, not ${expected}`);

describe("a split test", () => {
  /** Every split by bit masks, as the definition has it. */
  function byDefinition(first: readonly number[], second: readonly number[], statistic: typeof welch): number {
    const all = [...first, ...second];
    const observed = statistic(first, second);
    const splits = Array.from({ length: 2 ** all.length }, (_, mask) => mask).filter(
      (mask) => all.filter((_, i) => (mask >> i) & 1).length === first.length,
    );
    const arm = (mask: number, bit: number) => all.filter((_, i) => ((mask >> i) & 1) === bit);
    return splits.filter((mask) => statistic(arm(mask, 1), arm(mask, 0)) >= observed - 1e-9).length / splits.length;
  }
  const mean0 = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
  const squares = (x: readonly number[]) => x.reduce((sum, v) => sum + (v - mean0(x)) ** 2, 0);
  const welch = (a: readonly number[], b: readonly number[]): number => {
    const pooled = (squares(a) + squares(b)) / Math.max(1, a.length + b.length - 2);
    const error =
      a.length === 1 || b.length === 1
        ? pooled / a.length + pooled / b.length
        : squares(a) / (a.length - 1) / a.length + squares(b) / (b.length - 1) / b.length;
    return Math.abs(mean0(a) - mean0(b)) / Math.sqrt(error);
  };
  const cases = [
    [
      [1.5, 2.5, 9.25],
      [3, 4.5, 5, 6.75, 7],
    ],
    [
      [3, 4.5, 5, 6.75, 7],
      [1.5, 2.5, 9.25],
    ],
    [
      [1, 2, 4.5, 8],
      [3, 7, 7.5, 11],
    ],
    [[9], [1, 2, 3.5, 4, 11]],
    [[1, 2, 3.5, 4, 11], [9]],
  ] as const;
  for (const [first, second] of cases)
    test(`of ${first.length} and ${second.length} values counts what the definition counts`, () => {
      const { p, exact, splits } = permutationTest(first, second);
      close(p, byDefinition(first, second, welch));
      assert.deepEqual([exact, splits], [true, choose(first.length + second.length, first.length)]);
      const [a, b] = [
        midranks([...first, ...second]).slice(0, first.length),
        midranks([...first, ...second]).slice(first.length),
      ];
      close(
        rankSumTest(first, second).p,
        byDefinition(a, b, (a, b) => Math.abs(mean0(a) - mean0(b))),
      );
    });
  test("of arms of other sizes and spreads counts what the definition counts", () => {
    for (const [a, b] of [
      [2, 6],
      [3, 7],
      [4, 6],
    ] as const)
      for (let seed = 0; seed < 6; seed++) {
        const draws = standardNormal(a + b, [seed, 8]);
        const first = Array.from(draws.subarray(0, a), (z) => Math.exp(z));
        const second = Array.from(draws.subarray(a), (z) => 4 * z + 1);
        close(permutationTest(first, second).p, byDefinition(first, second, welch));
        close(permutationTest(second, first).p, byDefinition(second, first, welch));
      }
  });
  test("that is drawn agrees with counting, where spreads and sizes differ", () => {
    const draws = standardNormal(22, [3, 9]);
    const [first, second] = [Array.from(draws.subarray(0, 8)), Array.from(draws.subarray(8), (z) => 0.2 * z + 1)];
    const { p, exact } = permutationTest(first, second);
    assert.equal(exact, false);
    const all = [...first, ...second];
    const sum = (x: readonly number[]) => x.reduce((a, b) => a + b, 0);
    const ofSquares = (x: readonly number[]) => sum(x.map((v) => v * v));
    /** Welch's |t| of the arm of eight with this sum and sum of squares. */
    const t = (s: number, q: number): number => {
      const [rest, restSquares] = [sum(all) - s, ofSquares(all) - q];
      const error = (q - s ** 2 / 8) / 7 / 8 + (restSquares - rest ** 2 / 14) / 13 / 14;
      return Math.abs(s / 8 - rest / 14) / Math.sqrt(error);
    };
    const observed = t(sum(first), ofSquares(first));
    close(observed, welch(first, second));
    let [extreme, splits] = [0, 0];
    const descend = (from: number, left: number, s: number, q: number): void => {
      if (left === 0) {
        splits += 1;
        if (t(s, q) >= observed - 1e-9) extreme += 1;
      } else for (let i = from; i <= all.length - left; i++) descend(i + 1, left - 1, s + all[i]!, q + all[i]! ** 2);
    };
    descend(0, 8, 0, 0);
    const share = extreme / splits;
    assert.equal(
      Math.abs(p - share) < 4 * Math.sqrt((share * (1 - share)) / 20_000) + 1e-4,
      true,
      `${p}, counted ${share}`,
    );
    assert.equal(share > 0.002 && share < 0.9, true, `${share} of ${splits}`);
  });
  test("is drawn where there are more splits than are enumerated, with the observed one among them", () => {
    const [a, b] = [Array.from({ length: 11 }, (_, i) => i), Array.from({ length: 11 }, (_, i) => 1.5 * i)];
    const drawn = permutationTest(a, b);
    assert.deepEqual([drawn.exact, drawn.splits], [false, 20_000]);
    assert.equal(Number.isInteger(Math.round(drawn.p * 20_000 * 1e6) / 1e6), true);
    close(permutationTest([1, 2, 3], [1, 2, 3]).p, 1);
    assert.equal(permutationTest(a, a).p, 1);
    assert.equal(signFlipTest([...a, ...b].map((x) => (x % 2 ? x : -x))).exact, false);
  });
  test("keeps its digits however far the values lie from 0: counts by exact fractions", () => {
    for (const offset of [0, 1e10, 1e14, -1e15]) {
      const moved = (values: readonly number[]) => values.map((value) => value + offset);
      close(permutationTest(moved([3, 7, 1, 9, 12, 5]), moved([8, 14, 6, 15, 11])).p, 40 / 462);
      close(permutationTest(moved([3, 7, 1, 9]), moved([8, 14, 6, 15, 11, 2, 10])).p, 42 / 330);
    }
  });
  test("of many signs does not depend on what was asked before", () => {
    const flips = (shift: number) => Array.from({ length: 21 }, (_, i) => Math.sin(i) + shift);
    const first = [0.1, 0.2, 0.3].map((shift) => signFlipTest(flips(shift)));
    assert.equal(new Set(first.map(({ p }) => p)).size, 3);
    assert.deepEqual(first[0], signFlipTest(flips(0.1)));
    for (let i = 0; i < 40; i++) signFlipTest(flips(1 + i));
    assert.deepEqual(first[0], signFlipTest(flips(0.1)));
    // Within four standard errors of the normal limit of the sign flips.
    const root = Math.sqrt(flips(0.2).reduce((sum, x) => sum + x * x, 0));
    const z = Math.abs(flips(0.2).reduce((sum, x) => sum + x, 0)) / root;
    assert.equal(
      Math.abs(first[1]!.p - 2 * (1 - normalCdf(z))) < 0.02,
      true,
      `${first[1]!.p}, ${2 * (1 - normalCdf(z))}`,
    );
  });
});
