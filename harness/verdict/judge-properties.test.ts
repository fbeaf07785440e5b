/** What must hold of verdicts for any data: invariances, bounds, and which way each setting moves them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type {
  Claim,
  GapClaim,
  Judgement,
  OrderingClaim,
  PointClaim,
  PublishedValue,
  Quantity,
  TrendClaim,
} from "../contract/claims.ts";
import { judge } from "./judge.ts";

const quantity: Quantity = { metric: "modes", label: "modes", unit: "modes", better: "higher", worst: 0 };
const base = { statement: "", place: "", axis: "run", family: "main", quantity } as const;
/** The quantity with values and bounds multiplied by `scale` and shifted by `shift`. */
const mapped = (scale: number, shift: number): { quantity: Quantity } => ({
  quantity: { ...quantity, worst: shift, best: 25 * scale + shift },
});
const printed = (mean: number, sd: number): PublishedValue => ({
  id: "printed",
  place: "",
  unit: "modes",
  mean,
  spread: { kind: "sd", value: sd },
  n: 10,
  axis: "run",
});
const point = (mean: number, margin: number, over: Partial<PointClaim> = {}): PointClaim => ({
  ...base,
  kind: "point",
  id: "point",
  arm: "a",
  published: printed(mean, 2),
  margin: { value: margin, reason: "" },
  ...over,
});
const gap = (margin: number, design: GapClaim["design"], mean = 3): GapClaim => ({
  ...base,
  kind: "gap",
  id: "gap",
  arms: ["a", "b"],
  published: printed(mean, 2),
  margin: { value: margin, reason: "" },
  design,
});
const ordering = (design: OrderingClaim["design"], over: Partial<OrderingClaim> = {}): OrderingClaim => ({
  ...base,
  kind: "ordering",
  id: "ordering",
  arms: ["a", "b"],
  published: null,
  design,
  ...over,
});
const trend = (direction: TrendClaim["direction"]): TrendClaim => ({
  ...base,
  kind: "trend",
  id: "trend",
  arms: ["a", "b", "c"],
  direction,
});

type Arms = Readonly<Record<string, readonly number[]>>;
function judgements(
  claims: readonly Claim[],
  arms: Arms,
  order = (values: readonly number[]) => values.map((_, i) => i),
): Judgement[] {
  const sample = (_: Claim, reading: string, arm: string) => {
    const values = arms[arm]!;
    const observations = order(values).map((replicate) => ({ replicate, value: values[replicate]!, finished: true }));
    return { arm, reading, planned: values.length, observations };
  };
  return judge(claims, { profile: "paper", usesPapersData: true, readings: ["only"], sample });
}
const verdict = (claim: Claim, arms: Arms): string => judgements([claim], arms)[0]!.verdict;

const modes = fc.integer({ min: 0, max: 25 });
const arm = fc.array(modes, { minLength: 5, maxLength: 8 });
/** Two arms of equal length, the second often well below the first. */
const pairOfArms = fc
  .tuple(fc.array(fc.tuple(modes, modes), { minLength: 5, maxLength: 8 }), fc.integer({ min: 0, max: 15 }))
  .map(([pairs, shift]) => ({ a: pairs.map(([a]) => a + shift), b: pairs.map(([, b]) => b) }));
/** Values near 13 that agree or differ in most ways. */
const near13 = fc
  .tuple(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 12 }), fc.integer({ min: -8, max: 8 }))
  .map(([steps, shift]) => ({ a: steps.map((step) => 13 + shift + step) }));
const design = fc.constantFrom("paired" as const, "unpaired" as const);
const margin = fc.integer({ min: 1, max: 12 });
const alpha = fc.constantFrom(0.001, 0.01, 0.05, 0.1, 0.2, 0.4);
const check = (property: fc.IRawProperty<unknown>, numRuns = 120) => fc.assert(property, { numRuns, seed: 5 });
/** Runs of a property with a trend over long arms, which is a Monte Carlo test. */
const FEW = 15;

describe("a verdict does not change", () => {
  test("when all values and the printed one are shifted, or scaled together with the margin", () => {
    check(
      fc.property(
        near13,
        margin,
        fc.integer({ min: -40, max: 40 }),
        fc.constantFrom(0.25, 2, 64),
        ({ a }, m, shift, scale) => {
          const own = verdict(point(13, m, mapped(1, 0)), { a });
          const shifted = verdict(point(13 + shift, m, mapped(1, shift)), { a: a.map((x) => x + shift) });
          const published = printed(13 * scale, 2 * scale);
          const scaled = verdict(point(13 * scale, m * scale, { published, ...mapped(scale, 0) }), {
            a: a.map((x) => x * scale),
          });
          assert.deepEqual([shifted, scaled], [own, own]);
        },
      ),
    );
    check(
      fc.property(pairOfArms, design, margin, fc.integer({ min: -40, max: 40 }), (arms, how, m, shift) => {
        const moved = { a: arms.a.map((x) => x + shift), b: arms.b.map((x) => x + shift) };
        for (const claim of [ordering(how), gap(m, how)])
          assert.equal(verdict({ ...claim, ...mapped(1, shift) }, moved), verdict({ ...claim, ...mapped(1, 0) }, arms));
      }),
    );
  });
  test("when the metric is turned over, and better with it", () => {
    check(
      fc.property(near13, margin, ({ a }, m) => {
        const turned = point(-13, m, { quantity: { ...quantity, better: "lower" } });
        assert.equal(verdict(turned, { a: a.map((x) => -x) }), verdict(point(13, m), { a }));
      }),
    );
  });
  test("with the order of the observations: the whole judgement is the same", () => {
    const backwards = (values: readonly number[]) => values.map((_, i) => values.length - 1 - i);
    check(
      fc.property(pairOfArms, arm, design, (arms, c, how) => {
        const claims = [
          point(13, 3),
          { ...gap(3, how), family: "g" },
          { ...ordering(how), family: "o" },
          trend("falling"),
        ];
        assert.deepEqual(judgements(claims, { ...arms, c }, backwards), judgements(claims, { ...arms, c }));
      }),
      FEW,
    );
  });
  test("of an order or a trend, under any rising map of all values that keeps a trend's ranks", () => {
    const three = fc
      .tuple(arm, arm, arm)
      .map(([a, b, c]) => ({ a: a.slice(0, 4), b: b.slice(0, 4), c: c.slice(0, 3) }));
    check(
      fc.property(three, (arms) => {
        const cubed = Object.fromEntries(Object.entries(arms).map(([key, values]) => [key, values.map((x) => x ** 3)]));
        assert.equal(verdict(trend("rising"), cubed), verdict(trend("rising"), arms));
      }),
    );
  });
});

describe("swapping", () => {
  const swapped: Readonly<Record<string, string>> = { REPRODUCED: "CONTRADICTED", CONTRADICTED: "REPRODUCED" };
  test("the arms of an ordering turns REPRODUCED into CONTRADICTED, and which way it points", () => {
    check(
      fc.property(pairOfArms, design, (arms, how) => {
        const [there] = judgements([ordering(how)], arms);
        const [back] = judgements([ordering(how, { arms: ["b", "a"] })], arms);
        assert.equal(back!.verdict, swapped[there!.verdict] ?? there!.verdict);
        assert.equal(there!.pointsAsClaimed && back!.pointsAsClaimed, false);
        assert.ok(Math.abs(back!.tests[0]!.p - there!.tests[0]!.p) < 1e-12, "the same p");
      }),
    );
  });
  test("the direction of a trend does the same", () => {
    check(
      fc.property(arm, arm, arm, (a, b, c) => {
        const arms = { a: a.slice(0, 4), b: b.slice(0, 4).map((x) => x + 9), c: c.slice(0, 3).map((x) => x + 18) };
        const [rising, falling] = (["rising", "falling"] as const).map((direction) => verdict(trend(direction), arms));
        assert.equal(falling, swapped[rising!] ?? rising);
      }),
    );
  });
});

describe("a wider margin", () => {
  const numbers = fc.oneof(
    near13.map((arms): { arms: Arms; claim: (m: number, level: number) => Claim } => ({
      arms,
      claim: (m, level) => point(13, m, { alpha: level }),
    })),
    fc.tuple(pairOfArms, design).map(([arms, how]) => ({
      arms,
      claim: (m: number, level: number): Claim => ({ ...gap(m, how), alpha: level }),
    })),
  );
  test("never turns REPRODUCED into anything else, nor anything else into CONTRADICTED or BETTER", () => {
    check(
      fc.property(numbers, margin, margin, alpha, ({ arms, claim }, m, more, level) => {
        const [narrow, wide] = [m, m + more].map((value) => verdict(claim(value, level), arms));
        if (narrow === "REPRODUCED") assert.equal(wide, "REPRODUCED");
        if (wide === "CONTRADICTED" || wide === "BETTER") assert.equal(narrow, wide);
      }),
    );
  });
  test("or a milder level never takes back what is decided", () => {
    check(
      fc.property(numbers, margin, alpha, alpha, ({ arms, claim }, m, one, other) => {
        const [strict, mild] = [Math.min(one, other), Math.max(one, other)].map((level) =>
          verdict(claim(m, level), arms),
        );
        if (strict === "REPRODUCED" || strict === "CONTRADICTED" || strict === "BETTER") assert.equal(mild, strict);
      }),
    );
    check(
      fc.property(pairOfArms, design, alpha, alpha, (arms, how, one, other) => {
        const [strict, mild] = [Math.min(one, other), Math.max(one, other)].map((level) =>
          verdict(ordering(how, { alpha: level }), arms),
        );
        if (strict !== "INCONCLUSIVE") assert.equal(mild, strict);
      }),
    );
  });
});

describe("in any judgement", () => {
  test("p lies in 0 to 1, no adjusted p is below its own, and holds says what the verdict says", () => {
    check(
      fc.property(pairOfArms, arm, design, margin, (arms, c, how, m) => {
        for (const { tests, verdict: said, holds, wouldDecide } of judgements(
          [point(13, m), gap(m, how), ordering(how), trend("rising")],
          { ...arms, c },
        )) {
          for (const { p, adjustedP } of tests) assert.equal(p >= 0 && p <= adjustedP + 1e-12 && adjustedP <= 1, true);
          assert.equal(holds, said === "INCONCLUSIVE" ? null : said !== "CONTRADICTED");
          assert.equal(wouldDecide === null, said !== "INCONCLUSIVE");
        }
      }),
      FEW,
    );
  });
  test("a further claim in the family never helps another", () => {
    check(
      fc.property(pairOfArms, design, margin, near13, (arms, how, m, { a }) => {
        const alone = verdict(ordering(how), arms);
        const [together] = judgements([ordering(how), point(13, m, { arm: "other" })], { ...arms, other: a });
        if (together!.verdict !== "INCONCLUSIVE") assert.equal(together!.verdict, alone);
      }),
    );
  });
});
