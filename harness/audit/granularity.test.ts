import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { greatestSd, grimSaysNothing, sdsPrintedAs, sumsOfSquares, totalsPrintedAs } from "./granularity.ts";

/** Every sequence of n integers from min to max. */
function* sequences(n: number, min: number, max: number): Generator<number[]> {
  if (n === 0) return yield [];
  for (const rest of sequences(n - 1, min, max)) for (let x = min; x <= max; x++) yield [...rest, x];
}
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const sd = (values: readonly number[], ddof: 0 | 1): number => {
  const centre = sum(values) / values.length;
  return Math.sqrt(sum(values.map((x) => (x - centre) ** 2)) / (values.length - ddof));
};

describe("GRIM", () => {
  it("says nothing where means move no coarser than the print: ten integers with one decimal", () => {
    assert.equal(grimSaysNothing(10, 1, 1), true);
    assert.equal(grimSaysNothing(9, 1, 1), false);
    assert.equal(grimSaysNothing(100, 1, 2), true);
  });
  it("refuses the mean of Brown and Heathers' example, 5.19 of 28 integers, and takes 5.18", () => {
    assert.deepEqual(totalsPrintedAs(5.19, 28, 1, 2), []);
    assert.deepEqual(totalsPrintedAs(5.18, 28, 1, 2), [145]);
  });
  it("takes either way of rounding a half", () => {
    assert.deepEqual(totalsPrintedAs(0.3, 4, 1, 1), [1]);
    assert.deepEqual(totalsPrintedAs(0.2, 4, 1, 1), [1]);
  });
  it("counts totals in the unit's steps: an error of 31 % of eight images is 2.5 of them, in two runs 5", () => {
    assert.deepEqual(totalsPrintedAs(31, 1, 12.5, 0), []);
    assert.deepEqual(totalsPrintedAs(31, 2, 12.5, 0), [5]);
  });
});

describe("GRIMMER by enumeration, against every sequence", () => {
  for (const [n, min, max] of [
    [1, 2, 2],
    [1, 0, 3],
    [2, 0, 3],
    [3, 1, 1],
    [4, 1, 6],
    [5, -2, 3],
  ] as const)
    for (const occur of [true, false])
      it(`${n} integers from ${min} to ${max}${occur ? ", both occurring" : ""}`, () => {
        const all = [...sequences(n, min, max)].filter(
          (values) => !occur || (Math.min(...values) === min && Math.max(...values) === max),
        );
        for (let total = n * min - 1; total <= n * max + 1; total++) {
          const expected = new Set(all.filter((v) => sum(v) === total).map((v) => sum(v.map((x) => x * x))));
          assert.deepEqual(
            sumsOfSquares({ n, min, max, occur }, total),
            [...expected].sort((a, b) => a - b),
          );
        }
      });

  it("finds the SDs that print as the given one, with either ddof", () => {
    const all = [...sequences(4, 0, 5)].filter((v) => v.includes(0) && v.includes(5) && sum(v) === 9);
    const integers = { n: 4, min: 0, max: 5, occur: true };
    for (const ddof of [0, 1] as const)
      for (let tenths = 0; tenths <= 40; tenths++) {
        const printed = tenths / 10;
        const expected = all.some((v) => Math.abs(sd(v, ddof) - printed) <= 0.05 + 1e-9);
        // 9/4 = 2.25 prints as 2.3 or 2.2; no other total does.
        assert.equal(sdsPrintedAs(integers, 2.3, printed, 1, ddof).length > 0, expected, `${printed}, ddof ${ddof}`);
      }
  });
});

describe("Bhatia–Davis", () => {
  it("is met with equality by values on the two bounds", () => {
    assert.ok(Math.abs(greatestSd(2.5, 0, 10, 6, 4, 0) - sd([0, 0, 0, 10], 0)) < 1e-5, "ddof 0");
    assert.ok(Math.abs(greatestSd(2.5, 0, 10, 6, 4, 1) - sd([0, 0, 0, 10], 1)) < 1e-5, "ddof 1");
  });
  it("bounds every sequence", () => {
    for (const values of sequences(4, 0, 4)) {
      const bound = greatestSd(sum(values) / 4, 0, 4, 2, 4, 1);
      assert.ok(sd(values, 1) <= bound + 1e-9, `${values}`);
    }
  });
});
