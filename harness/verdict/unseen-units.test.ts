/** Numbers whose units agree: their verdict never relies on a variance that could not be measured. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { GapClaim, PointClaim, PublishedValue, Quantity } from "../contract/claims.ts";
import { type Arm, armOf } from "./arm.ts";
import type { Decision } from "./finding.ts";
import { gapFinding, pointFinding } from "./number.ts";

const modes: Quantity = { metric: "modes", label: "modes", unit: "modes", better: "higher", worst: 0, best: 25 };
const base = { statement: "", place: "", axis: "run", family: "main", quantity: modes } as const;
const margin = (value: number) => ({ value, reason: "" });
const printed = (mean: number, over: Partial<PublishedValue> = {}): PublishedValue => ({
  id: "printed",
  place: "",
  unit: "modes",
  mean,
  spread: { kind: "none" },
  n: null,
  axis: "run",
  ...over,
});
const point = (mean: number, over: Partial<PointClaim> = {}): PointClaim => ({
  ...base,
  kind: "point",
  id: "point",
  arm: "a",
  published: printed(mean),
  margin: margin(0.5),
  ...over,
});
const gap = (over: Partial<GapClaim>): GapClaim => ({
  ...base,
  kind: "gap",
  id: "gap",
  arms: ["a", "b"],
  published: printed(0),
  margin: margin(0.5),
  design: "paired",
  ...over,
});
const arm = (values: readonly number[], quantity = modes): Arm => {
  const observations = values.map((value, replicate) => ({ replicate, value, finished: true }));
  return armOf({ arm: "a", reading: "only", planned: values.length, observations }, quantity, "run");
};
const fill = (n: number, value: number): number[] => new Array<number>(n).fill(value);

interface Said {
  readonly verdict: string;
  readonly agreement: number;
  readonly departure: number;
  readonly further: number | null | undefined;
  readonly reason: string;
}
function said({ agreement, departure, decide }: ReturnType<typeof pointFinding>): Said {
  const [equal, differs] = [agreement!.p, departure!.p];
  const decision: Decision = decide({ agreement: equal, departure: differs, planningAlpha: 0.05 });
  const { verdict, reason } = decision;
  return { verdict, reason, agreement: equal, departure: differs, further: decision.plan?.().furtherReplicates };
}
const near = (got: number, expected: number, by = 1e-9): void =>
  assert.ok(Math.abs(got - expected) <= by, `${got}, not ${expected}`);

describe("a number printed without SD, all units equal to it", () => {
  const of = (n: number, claim = point(25)) => said(pointFinding(claim, arm(fill(n, 25))));
  test("is not equivalent before 149 units: a share of 1/50 that falls to 0 moves the mean by the margin", () => {
    for (const n of [5, 10, 20]) {
      const { verdict, agreement, further, reason } = of(n);
      near(agreement, 0.98 ** n);
      assert.deepEqual([verdict, further], ["INCONCLUSIVE", 149 - n]);
      assert.match(reason, new RegExp(`all of ${n} units lie close together`));
    }
    near(of(148).agreement, 0.050287402377642315);
    near(of(149).agreement, 0.04928165433008947);
    assert.match(of(149).reason, /is equivalent to the printed 25/);
  });
  test("says which deviation they would have shown: the margin and the fall of the share that 149 units do not exclude", () => {
    const { decide } = pointFinding(point(25), arm(fill(149, 25)));
    const shown = decide({ agreement: 0.049, departure: 1, planningAlpha: 0.05 }).shown!();
    near(shown.deviation!, 0.5 + 25 * (1 - 0.025 ** (1 / 149)));
  });
  test("is equivalent from ten units on where a fall of each fourth has to be excluded", () => {
    // The undetected share is 1 − 0.05^(1/10) = 0.2589.
    assert.equal(of(10, point(25, { margin: margin(6.5) })).agreement <= 0.05, true);
    assert.equal(of(10, point(25, { margin: margin(6.4) })).agreement <= 0.05, false);
  });
  test("has no bound without a worst value", () => {
    const quantity = { ...modes, worst: null };
    const { verdict, further, reason } = said(pointFinding(point(25, { quantity }), arm(fill(200, 25), quantity)));
    assert.deepEqual([verdict, further], ["INCONCLUSIVE", null]);
    assert.match(reason, /without a worst value/);
  });
});

describe("counts that jitter below their bound", () => {
  for (const [what, values, mean] of [
    ["25 and 24", [25, 24, 25, 24, 25, 24, 25, 24, 25, 24], 24.5],
    ["25, 24 and 23", [25, 24, 23, 25, 24, 23, 25, 24, 23, 24], 24],
    ["25 to 21", [25, 24, 23, 22, 21, 25, 24, 23, 22, 21], 23],
    ["25 to 20", [25, 23, 20, 25, 24, 22, 20, 25, 21, 20], 22.5],
  ] as const)
    test(`are guarded too: ${what}`, () => {
      const { verdict, agreement } = said(pointFinding(point(mean, { margin: margin(2) }), arm(values)));
      near(agreement, (1 - 2 / mean) ** 10);
      assert.notEqual(verdict, "REPRODUCED");
    });
  test("count a collapse that was seen", () => {
    const values = [...fill(10, 25), ...fill(10, 24), 0];
    // 24.5 within 6: one of 21 units has fallen; P(X ≤ 1) at a share of 6/24.5.
    const share = 6 / 24.5;
    const { agreement } = said(pointFinding(point(24.5, { margin: margin(6) }), arm(values)));
    near(agreement, (1 - share) ** 21 + 21 * share * (1 - share) ** 20);
  });
  test("are seen through the rounding of differences: pairs of shares that differ by 0.04 each", () => {
    const shares = [1, 0.96, 0.92, 0.88, 0.84, 0.8, 0.76, 0.72, 0.68, 0.64];
    const share: Quantity = { ...modes, metric: "share", unit: "share", best: 1 };
    const claim = gap({ quantity: share, published: printed(0.04, { unit: "share" }), margin: margin(0.02) });
    const { agreement, verdict } = said(
      gapFinding(
        claim,
        arm(shares, share),
        arm(
          shares.map((value) => value - 0.04),
          share,
        ),
      ),
    );
    assert.equal(agreement > 0.5, true);
    assert.equal(verdict, "INCONCLUSIVE");
  });
  test("of a continuous metric are judged by their spread alone", () => {
    const values = [24.31, 24.72, 24.53, 24.44, 24.65, 24.26, 24.57, 24.88, 24.19, 24.5];
    const finding = pointFinding(point(24.5), arm(values));
    assert.match(finding.agreement!.name, /TOST/);
    assert.equal(said(finding).verdict, "CONSISTENT");
  });
});

describe("a number printed with its SD and n", () => {
  const of = (n: number, sd: number, printedN: number) =>
    said(
      pointFinding(
        point(25, { margin: margin(2), published: printed(25, { spread: { kind: "sd", value: sd }, n: printedN }) }),
        arm(fill(n, 25)),
      ),
    );
  test("is guarded: a share of 2/25 takes 36 units", () => {
    near(of(35, 0.7, 10).agreement, 0.92 ** 35);
    assert.deepEqual([of(35, 0.7, 10).verdict, of(36, 0.7, 10).verdict], ["CONSISTENT", "REPRODUCED"]);
  });
  test("is never REPRODUCED where the printed units agree and are too few themselves", () => {
    const { verdict, agreement } = of(100, 0, 10);
    near(agreement, 0.92 ** 10);
    assert.equal(verdict, "CONSISTENT");
  });
  test("has no number of further runs of ours where the printed ones are too few, and the margin that they show", () => {
    const finding = pointFinding(
      point(25, { margin: margin(0.5), published: printed(25, { spread: { kind: "sd", value: 0 }, n: 10 }) }),
      arm(fill(20, 25)),
    );
    const decision = finding.decide({ agreement: finding.agreement!.p, departure: 1, planningAlpha: 0.05 });
    const { furtherReplicates, smallestMargin } = decision.plan!();
    assert.equal(furtherReplicates, null);
    near(smallestMargin!, 25 * (1 - 0.05 ** (1 / 10)));
  });
});

describe("a departure that equal units show", () => {
  const of = (n: number, value: number, mean: number, over: Partial<PointClaim> = {}) =>
    said(pointFinding(point(mean, over), arm(fill(n, value))));
  test("takes as many units as exclude that others lie at the best value: 24 against 25 of 25 modes, six", () => {
    near(of(5, 24, 25).departure, 0.0625);
    near(of(6, 24, 25).departure, 0.03125);
    assert.deepEqual([of(5, 24, 25).verdict, of(6, 24, 25).verdict], ["INCONCLUSIVE", "CONTRADICTED"]);
  });
  test("on the better side takes as many as exclude falls: 25 against 10.4 ± 5.5, 15.9 at most", () => {
    near(of(5, 25, 10.4, { margin: margin(5.5) }).departure, 2 * (1 - 9.1 / 25) ** 5);
    assert.equal(of(5, 25, 10.4, { margin: margin(5.5) }).verdict, "INCONCLUSIVE");
    assert.equal(of(10, 25, 10.4, { margin: margin(5.5) }).verdict, "BETTER");
  });
  test("is nothing where rare units of the best value would make up for it", () => {
    // Five runs of 1 mode: a mixture with one run in ten at 22 modes has the printed mean of 3.1.
    assert.equal(of(5, 1, 3.1).verdict, "INCONCLUSIVE");
  });
  test("without a best value is set beside the printed one, or one step away where that is more", () => {
    const quantity: Quantity = { metric: "modes", label: "modes", unit: "modes", better: "higher", worst: 0 };
    near(of(5, 20, 25, { quantity }).departure, 2 * (1 - 4.5 / 5) ** 5);
    near(of(5, 24, 24.2, { quantity, margin: margin(0.1) }).departure, 1);
  });
  test("by the spread that falls give is that of the t test", () => {
    const values = [...fill(135, 25), ...fill(15, 1)];
    const { verdict, departure } = said(pointFinding(point(25), arm(values)));
    assert.equal(verdict, "CONTRADICTED");
    assert.equal(departure > 0 && departure < 0.01, true);
  });
  test("is none with fewer than five units", () => {
    for (const n of [2, 3, 4]) assert.equal(of(n, 10, 25).verdict, "INCONCLUSIVE");
  });
});

describe("a gap", () => {
  for (const design of ["paired", "unpaired"] as const)
    test(`whose units agree is guarded, ${design}`, () => {
      const of = (n: number) => said(gapFinding(gap({ design }), arm(fill(n, 25)), arm(fill(n, 25))));
      near(of(10).agreement, 0.98 ** 10);
      assert.deepEqual([of(10).verdict, of(10).further], ["INCONCLUSIVE", 139]);
      assert.match(of(149).reason, /is equivalent/);
    });
  test("is guarded where one arm of two agrees", () => {
    const spread = [20.1, 21.3, 19.2, 22.4, 20.5, 18.6, 21.7, 20.8, 19.9, 20.4];
    const claim = gap({ design: "unpaired", published: printed(4.5), margin: margin(3) });
    near(said(gapFinding(claim, arm(fill(10, 25)), arm(spread))).agreement, (1 - (3 + 0.01) / 25) ** 10);
  });
});

test("units within outer ones that are held fixed agree within each", () => {
  const quantity: Quantity = { ...modes, nesting: ["encoder", "run"] };
  const observations = [25, 20, 15].flatMap((value, encoder) =>
    [0, 1, 2, 3].map((run) => ({ replicate: 4 * encoder + run, units: { encoder, run }, value, finished: true })),
  );
  const nested = { arm: "a", reading: "only", planned: 12, nesting: ["encoder", "run"], observations };
  const { agreement, verdict } = said(pointFinding(point(20), armOf(nested, quantity, "run")));
  near(agreement, (1 - 0.5 / 20) ** 12);
  assert.equal(verdict, "INCONCLUSIVE");
});
