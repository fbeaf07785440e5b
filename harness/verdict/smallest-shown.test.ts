/** Sensitivity of a CONSISTENT: compared with SciPy, by simulation, and in every CONSISTENT judgement. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Claim, PointClaim, PublishedValue, Sample } from "../contract/claims.ts";
import { Stream } from "../random/seeds.ts";
import { summarize } from "../statistics/descriptive.ts";
import { normalQuantile } from "../statistics/distributions.ts";
import { beyondMargin } from "../statistics/tost.ts";
import { errorTerm, oneSample } from "../statistics/welch.ts";
import { judge } from "./judge.ts";
import { smallestShown } from "./smallest-shown.ts";

const term = (sd: number, n: number) => errorTerm({ sd, n });
const deviationOf = (terms: readonly ReturnType<typeof term>[], margin: number, alpha: number): number => {
  const shown = smallestShown({ contrast: { value: 0.3, terms }, ours: 1, margin, unseen: null, alpha, unit: "modes" });
  assert.ok(shown.deviation !== null);
  assert.ok(Math.abs(shown.margins * margin - shown.deviation) < 1e-12);
  return shown.deviation;
};
const near = (got: number, expected: number, within: number): void =>
  assert.ok(Math.abs(got - expected) <= within, `${got}, not ${expected}`);

describe("the smallest deviation that is shown with 80 % power", () => {
  test("is margin + λ · SE by SciPy 1.17.1's noncentral t where the print has no error", () => {
    near(deviationOf([term(2, 10)], 2, 0.05), 3.9920045086, 1e-4);
    near(deviationOf([term(3, 20)], 1.5, 0.0125), 3.9437742546, 1e-4);
    near(deviationOf([term(1, 5)], 1, 0.05), 2.6819972822, 1e-4);
  });
  test("is SciPy's integral over χ² where the print has an error of its own, which is not drawn again", () => {
    near(deviationOf([term(2, 10), term(2, 10)], 2, 0.05), 4.4458592156, 1e-4);
    near(deviationOf([term(5.5, 20), term(5.8, 10)], 3.5, 0.025), 10.130116025, 1e-3);
  });
  test("is no less than the error of the print allows where our units lie close together", () => {
    const contrast = { value: 0, terms: [term(0, 10), term(2, 10)] };
    const given = { contrast, ours: 1, margin: 1, alpha: 0.05, unit: "modes" };
    const [small, large] = [0.5, 50].map((unseen) => smallestShown({ ...given, unseen }).deviation!);
    // At least t(0.975, 9) · 2/√10 beyond the margin.
    assert.equal(small! >= 1 + 2.262157 * (2 / Math.sqrt(10)), true);
    assert.equal(large, 50);
    const exact = { ...contrast, terms: [term(0, 10)] };
    assert.equal(smallestShown({ ...given, contrast: exact, unseen: 3 }).deviation, 3);
  });
  test("cannot be given where our units do not vary", () => {
    const contrast = { value: 0, terms: [term(0, 10), term(2, 10)] };
    const shown = smallestShown({ contrast, ours: 1, margin: 1, unseen: null, alpha: 0.05, unit: "modes" });
    assert.deepEqual(shown, { deviation: null, reason: "our units do not vary, so that their spread is unknown" });
  });

  const stream = new Stream([10, 12]);
  const normal = (mean: number, n: number) =>
    Array.from({ length: n }, () => mean + normalQuantile((stream.word() + 0.5) / 2 ** 32));
  for (const [n, paper] of [
    [10, []],
    [10, [term(1, 10)]],
    [20, [term(1, 10)]],
  ] as const)
    test(`is shown in 80 % of simulated studies of ${n} runs, ${paper.length === 0 ? "the print exact" : "the print of ten runs"}`, () => {
      const deviation = deviationOf([term(1, n), ...paper], 1, 0.05);
      const studies = 3_000;
      let shown = 0;
      for (let study = 0; study < studies; study++) {
        const ours = oneSample(summarize(normal(deviation, n)));
        if (beyondMargin({ value: ours.value, terms: [...ours.terms, ...paper] }, 1) <= 0.05) shown++;
      }
      // Four standard errors, plus 1 point because planning assumes that Welch's degrees of freedom are known.
      near(shown / studies, 0.8, 4 * Math.sqrt(0.16 / studies) + 0.01);
    });
});

const base = { statement: "", place: "", axis: "run", family: "numbers" } as const;
const quantity = { metric: "modes", label: "modes", unit: "modes", better: "higher", worst: 0 } as const;
const printed: PublishedValue = {
  id: "a",
  place: "",
  unit: "modes",
  mean: 13,
  spread: { kind: "sd", value: 2 },
  n: 10,
  axis: "run",
};
const point = (over: Partial<PointClaim> = {}): PointClaim => ({
  ...base,
  kind: "point",
  id: "point",
  quantity,
  arm: "a",
  published: printed,
  margin: { value: 2, reason: "" },
  ...over,
});
// On no coarse lattice, because counts would be guarded.
const TEN = [10.03, 11.11, 12.02, 13.07, 13.84, 10.26, 10.91, 11.99, 13.02, 14.05];
const judged = (claims: readonly Claim[], values: readonly number[] = TEN) =>
  judge(claims, {
    profile: "paper",
    usesPapersData: true,
    readings: ["only"],
    sample: (_claim, reading, arm): Sample => {
      const observations = values.map((value, replicate) => ({ replicate, value, finished: true }));
      return { arm, reading, observations, planned: values.length };
    },
  });

describe("a judgement", () => {
  test("that is CONSISTENT has the deviation in its unit and in margins, and says so in its reason", () => {
    const [{ verdict, reason, smallestShown: shown }] = judged([point()]) as [ReturnType<typeof judged>[number]];
    assert.equal(verdict, "CONSISTENT");
    assert.ok(shown !== null && shown.deviation !== null);
    const { sd } = summarize(TEN);
    near(shown.deviation, deviationOf([term(sd, 10), term(2, 10)], 2, 0.05), 1e-9);
    assert.deepEqual([shown.unit, shown.power, shown.alpha], ["modes", 0.8, 0.05]);
    assert.ok(
      reason.endsWith(
        `These runs had 80 % power (α = 0.05) to show a deviation of ${Number(shown.deviation.toPrecision(4))} modes (${Number(shown.margins.toPrecision(4))} margins) from the printed value; a smaller one can go unseen.`,
      ),
      reason,
    );
  });
  test("plans at the first step of Holm: two claims halve α, and the deviation grows", () => {
    const [one, two] = [judged([point()]), judged([point(), point({ id: "other" })])].map(([first]) => {
      const shown = first!.smallestShown;
      assert.ok(shown !== null && shown.deviation !== null);
      return shown;
    });
    assert.deepEqual([one!.alpha, two!.alpha], [0.05, 0.025]);
    assert.ok(two!.deviation > one!.deviation);
  });
  test("capped at CONSISTENT has one too, and other verdicts have none", () => {
    const capped = judged(
      [point({ assumption: "ours" })],
      [...TEN, ...TEN, ...TEN, ...TEN].map((v) => v + 1),
    )[0]!;
    assert.equal(capped.verdict, "CONSISTENT");
    assert.match(capped.reason, /at most CONSISTENT: .* These runs had 80 % power/);
    for (const shift of [-8, 8]) {
      const other = judged(
        [point()],
        TEN.map((value) => value + shift),
      )[0]!;
      assert.notEqual(other.verdict, "CONSISTENT");
      assert.deepEqual([other.smallestShown, /80 % power \(α/.test(other.reason)], [null, false]);
    }
  });
  test("on extremes or an identity says why there is no deviation", () => {
    const range = { ...base, kind: "range", id: "range", quantity, arm: "a" } as const;
    const identity = { ...base, kind: "identity", id: "identity", quantity, arm: "a", assumption: "ours" } as const;
    const [extremes, exact] = judged(
      [
        { ...range, published: { ...printed, min: 10, max: 14, n: 10 } },
        { ...identity, expected: 12, tolerance: 5 },
      ],
      TEN.map(Math.round),
    );
    assert.deepEqual([extremes!.verdict, exact!.verdict], ["CONSISTENT", "CONSISTENT"]);
    assert.match(
      extremes!.reason,
      /No smallest deviation .* can be given: a range tests no mean, and no runs contradict it\.$/,
    );
    assert.match(
      exact!.reason,
      /can be given: an identity compares each value with its tolerance, and no chance enters\.$/,
    );
    assert.deepEqual(extremes!.smallestShown, {
      deviation: null,
      reason: "a range tests no mean, and no runs contradict it",
    });
  });
});
