/** Chances of verdicts: against integrals by SciPy and an exact level, and their dependence on the plan. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Claim,
  type OrderingClaim,
  type PointClaim,
  type PublishedValue,
  VERDICTS_OF_RUNS,
} from "../contract/claims.ts";
import { type ClaimChances, chanceTable } from "./chances.ts";
import type { PlannedSuite } from "./planned.ts";

const quantity = { metric: "modes", label: "modes", unit: "modes", better: "higher", worst: 0 } as const;
const base = { statement: "", place: "", axis: "run", quantity } as const;
const print = (over: Partial<PublishedValue> = {}): PublishedValue => ({
  id: "a",
  place: "",
  unit: "modes",
  mean: 13,
  spread: { kind: "sd", value: 2 },
  n: 10,
  axis: "run",
  ...over,
});
const point = (over: Partial<PointClaim> = {}): PointClaim => ({
  ...base,
  kind: "point",
  id: "point",
  family: "numbers",
  arm: "a",
  published: print(),
  margin: { value: 2, reason: "" },
  ...over,
});
const ordering = (over: Partial<OrderingClaim> = {}): OrderingClaim => ({
  ...base,
  kind: "ordering",
  id: "ordering",
  family: "order",
  arms: ["a", "b"],
  published: null,
  design: "paired",
  ...over,
});
const suite = (claims: readonly Claim[], over: Partial<PlannedSuite> = {}): PlannedSuite => ({
  id: "suite",
  reading: "only",
  readings: 1,
  claims,
  runs: () => 10,
  draws: () => 1,
  ...over,
});
const chancesOf = (
  claims: readonly Claim[],
  studies: number,
  over: Partial<PlannedSuite> = {},
): readonly ClaimChances[] => chanceTable([suite(claims, over)], studies).claims;
const sharesOf = (claim: ClaimChances): number[][] => {
  if (claim.chances.state === "not computable") throw new Error(claim.chances.reason);
  return claim.chances.of.map(({ shares }) => VERDICTS_OF_RUNS.map((outcome) => shares[outcome]));
};
/** Tolerance: five standard errors, at least 0.001. */
const near = (got: number, expected: number, studies: number): void =>
  assert.ok(
    Math.abs(got - expected) <= Math.max(0.001, 5 * Math.sqrt((expected * (1 - expected)) / studies)),
    `${got}, not ${expected}`,
  );

describe("the chances of a number alone in its family", () => {
  const studies = 4_000;
  const [claim] = chancesOf([point()], studies);
  /**
   * Rates of REPRODUCED, CONSISTENT, INCONCLUSIVE, CONTRADICTED and BETTER for 13 ± 2 (n = 10), margin 2, ten normal
   * runs. SciPy 1.17.1: the normal probability of each verdict's range of means, averaged over quantiles of χ²(9) of
   * our variance.
   */
  const GOLDEN = [
    [0.514, 0.4753, 0.0108, 0, 0],
    [0.009, 0.4712, 0.5175, 0.0023, 0],
    [0, 0.0056, 0.4179, 0.5764, 0],
    [0.009, 0.4712, 0.5175, 0, 0.0023],
    [0, 0.0056, 0.4179, 0, 0.5764],
  ];
  test("are those of SciPy: the power of TOST and the rates of every other verdict", () => {
    assert.ok(claim!.chances.state === "computed");
    assert.deepEqual(
      claim!.chances.of.map(({ truth }) => truth.margins),
      [0, -1, -2, 1, 2],
    );
    sharesOf(claim!).forEach((row, i) => {
      row.forEach((share, j) => {
        near(share, GOLDEN[i]![j]!, studies);
      });
    });
  });
  test("sum to 1 under every truth, and are the same when made again", () => {
    for (const row of sharesOf(claim!))
      near(
        row.reduce((sum, share) => sum + share, 0),
        1,
        1,
      );
    assert.deepEqual(chancesOf([point()], 200), chancesOf([point()], 200));
  });
  test("turn sides where lower is better", () => {
    const [lower] = chancesOf([point({ quantity: { ...quantity, better: "lower" } })], 400);
    const [, , worse, , better] = sharesOf(lower!);
    assert.deepEqual([worse![3]! > 0.4, worse![4], better![3], better![4]! > 0.4], [true, 0, 0, true]);
  });
});

describe("Holm over the family", () => {
  test("lowers the chance of REPRODUCED where the others are not shown, and is of the family alone", () => {
    const hopeless = point({ id: "hopeless", arm: "b", margin: { value: 0.1, reason: "" } });
    const reproduced = (claims: readonly Claim[]) => sharesOf(chancesOf(claims, 1_000)[0]!)[0]![0]!;
    const alone = reproduced([point()]);
    assert.ok(reproduced([point(), hopeless]) < alone - 0.1);
    assert.equal(reproduced([point(), { ...hopeless, family: "another" }]), alone);
  });
  test("of claims on one arm is on the same units: twice the same claim has the same verdicts", () => {
    const [one, other] = chancesOf([point(), point({ id: "again" })], 300);
    assert.deepEqual(sharesOf(one!), sharesOf(other!));
  });
});

describe("the chances of an ordering", () => {
  test("without a difference are the exact level of ten sign flips, 50 of 1,024, half on each side", () => {
    const studies = 4_000;
    const [claim] = chancesOf([ordering()], studies);
    const [none, ...others] = sharesOf(claim!);
    assert.deepEqual(others, []);
    near(none![0]! + none![3]!, 50 / 1024, studies);
    near(none![0]!, 25 / 1024, studies);
    assert.match(claim!.notes.join(), /No means are printed/);
  });
  test("with printed means are given under the printed difference too", () => {
    const published = [print({ mean: 16 }), print()] as const;
    const [claim] = chancesOf([ordering({ published })], 400);
    const [right, none] = sharesOf(claim!);
    assert.ok(right![0]! > 0.7 && none![0]! < 0.1, `${right![0]}, ${none![0]}`);
    assert.deepEqual(claim!.notes, []);
  });
  test("take means and SDs from the claims on the arms' numbers where the ordering has none", () => {
    const claims = [ordering(), point(), point({ id: "b", arm: "b", published: print({ mean: 3 }) })];
    const [claim] = chancesOf(claims, 100);
    assert.deepEqual(
      claim!.arms.map(({ sd, sdFrom }) => [sd, sdFrom]),
      [
        [2, "printed"],
        [2, "printed"],
      ],
    );
    assert.equal(sharesOf(claim!)[0]![0], 1);
  });
});

describe("what is assumed", () => {
  const sdOf = (published: PublishedValue) => {
    const { sd, sdFrom } = chancesOf([point({ published })], 1)[0]!.arms[0]!;
    return [sd, sdFrom];
  };
  test("is named where no SD of the claim's axis is printed", () => {
    assert.deepEqual(sdOf(print()), [2, "printed"]);
    assert.deepEqual(sdOf(print({ spread: { kind: "3sd", value: 6 } })), [2, "printed"]);
    assert.deepEqual(sdOf(print({ spread: { kind: "unknown", value: 3 } })), [3, "the printed ±, of unknown kind"]);
    assert.deepEqual(sdOf(print({ spread: { kind: "none" } })), [2, "no SD is printed: one margin is assumed"]);
    assert.deepEqual(sdOf(print({ axis: "encoder" })), [2, "the printed ± is over encoder: one margin is assumed"]);
    assert.deepEqual(sdOf(print({ spread: { kind: "se", value: 1 }, n: null })), [
      2,
      "the printed ± gives no SD: one margin is assumed",
    ]);
  });
  test("fewer than five units decide no number, and an arm that nothing plans has no chances", () => {
    const [few] = chancesOf([point()], 20, { runs: () => 4 });
    assert.deepEqual(few!.notes, ["4 of at least 5 units are planned, and fewer decide no number."]);
    for (const row of sharesOf(few!)) assert.equal(row[2], 1);
    const [none] = chancesOf([point()], 20, { runs: () => 0 });
    assert.deepEqual(none!.chances, { state: "not computable", reason: 'the profile "paper" plans no run of a' });
  });
  test("draws within runs are the units of a claim on their axis, and runs those of one on theirs", () => {
    const nested = { ...quantity, nesting: ["encoder", "labelDraw"] as const };
    const of = (axis: string, runs: number) =>
      chancesOf([point({ quantity: nested, axis, published: print({ axis }) })], 5, {
        runs: () => runs,
        draws: () => 20,
      })[0]!.arms[0]!;
    assert.deepEqual([of("labelDraw", 1).units, of("labelDraw", 1).within], [20, 1]);
    assert.deepEqual([of("labelDraw", 3).units, of("labelDraw", 3).within], [60, 3]);
    assert.deepEqual([of("encoder", 3).units, of("encoder", 3).within], [3, null]);
  });
  test("claims on extremes, identities and pictures have no row", () => {
    const range = { ...base, kind: "range", id: "range", family: "f", arm: "a" } as const;
    const picture = { ...base, kind: "qualitative", id: "picture", family: "f", reason: "" } as const;
    assert.deepEqual(chancesOf([{ ...range, published: { ...print(), min: 8, max: 25, n: 10 } }, picture], 5), []);
  });
  test("the error of a share is that of 0.5", () => {
    assert.equal(chanceTable([], 500).error.toFixed(4), "0.0438");
  });
});
