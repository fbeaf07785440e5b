import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PublishedValue } from "../claims.ts";
import { differencePower } from "../statistics/power.ts";
import { audit } from "./audit.ts";
import { crossCheck } from "./cross-checks.ts";
import type { AuditInput, Granularity } from "./declared.ts";
import { impliedTest, minimumDetectableEffect, resolutionOf } from "./implied.ts";

const value = (over: Partial<PublishedValue> = {}): PublishedValue => ({
  id: "v",
  place: "table",
  unit: "modes",
  mean: 13.4,
  spread: { kind: "sd", value: 5.8 },
  n: 10,
  axis: "run",
  ...over,
});
const grain = (published: PublishedValue, over: Partial<Granularity> = {}): Granularity => ({
  published,
  decimals: 1,
  step: 1,
  stepText: "1",
  low: 0,
  high: 25,
  ...over,
});
const auditOf = (published: PublishedValue, over: Partial<Granularity> = {}) => {
  const input: AuditInput = {
    title: "t",
    published: [published],
    comparisons: [],
    granularities: [grain(published, over)],
    crossChecks: [],
    notes: [],
  };
  return audit(input).values[0]!;
};
const outcome = (computed: { state: string; result?: string; reason?: string }) => computed.result ?? computed.reason;

describe("what is not printed is not guessed", () => {
  it("no ±, an unknown ±, no n: not computable, each with its reason", () => {
    const reason = (over: Partial<PublishedValue>) => outcome(resolutionOf(value(over)));
    assert.equal(reason({ spread: { kind: "none" } }), "v: no ± is printed");
    assert.equal(reason({ spread: { kind: "unknown", value: 1 } }), "v: the kind of its ± is not printed");
    assert.equal(reason({ n: null }), "v: n is not printed");
    assert.equal(reason({ n: 1 }), "v: n is 1");
  });
  it("means over different axes are not compared", () => {
    const [first, second] = [value(), value({ id: "w", axis: "labelDraw" })];
    assert.equal(outcome(impliedTest({ id: "c", statement: "", first, second })), "v is over run, w over labelDraw");
  });
});

describe("resolution", () => {
  it("the minimum detectable effect has a power of 80 %", () => {
    const [a, b] = [
      { sd: 5.8, n: 10 },
      { sd: 9.2, n: 12 },
    ];
    const terms = [a, b].map(({ sd, n }) => ({ variance: sd ** 2, n }));
    assert.equal(differencePower({ value: minimumDetectableEffect(a, b), terms }).toFixed(6), "0.800000");
  });
  it("a bar of three SDs counts as a third of it", () => {
    const floor = (over: Partial<PublishedValue>) => {
      const resolution = resolutionOf(value(over));
      return "floor" in resolution ? resolution.floor.toFixed(9) : resolution.reason;
    };
    assert.equal(floor({ spread: { kind: "3sd", value: 17.4 } }), floor({}));
  });
});

describe("impossible numbers are found", () => {
  it("a mean that no ten integers have", () => {
    assert.equal(outcome(auditOf(value({ mean: 13.44 }), { decimals: 2 }).grim), "impossible");
    assert.equal(outcome(auditOf(value({ mean: 13.4 }), { decimals: 2 }).grim), "possible");
  });
  it("an SD above what minimum, mean and maximum allow", () => {
    const { grimmer, bhatiaDavis } = auditOf(value({ spread: { kind: "sd", value: 9.2 }, min: 8, max: 25 }));
    assert.deepEqual([outcome(grimmer), outcome(bhatiaDavis)], ["impossible", "impossible"]);
  });
  it("an SD within the bound that integers cannot have", () => {
    const two = { n: 2, mean: 1, spread: { kind: "sd", value: 0.6 } } as const;
    const { grimmer, bhatiaDavis } = auditOf(value(two), { decimals: 1, high: 2 });
    assert.deepEqual([outcome(grimmer), outcome(bhatiaDavis)], ["impossible", "possible"]);
  });
  it("a check that cannot fail says so, even where n is not printed", () => {
    const fine = { step: 100 / 26_032, decimals: 2, high: 100 };
    assert.equal(outcome(auditOf(value({ n: null }), fine).grim), "says nothing");
    assert.equal(outcome(auditOf(value({ n: null })).grim), "n is not printed");
  });
});

describe("cross-checks", () => {
  const [a, b, stated] = [value({ id: "a", mean: 19.14 }), value({ id: "b", mean: 22.18 }), value({ mean: -3.04 })];
  const difference = (mean: number) =>
    crossCheck({
      id: "d",
      statement: "",
      kind: "difference",
      first: a,
      second: b,
      stated: { ...stated, mean },
      decimals: 2,
    });
  it("a difference holds within rounding and differs beyond it", () => {
    assert.equal(difference(-3.04).result, "holds");
    assert.equal(difference(-3.05).result, "holds");
    assert.equal(difference(-3.06).result, "differs");
  });
  it("the ± of a difference: the root of the summed squares, or nothing can be said", () => {
    const sd = (spread: number) => value({ spread: { kind: "sd", value: spread } });
    const check = (first: PublishedValue, second: PublishedValue, whole: PublishedValue) =>
      crossCheck({ id: "s", statement: "", kind: "difference spread", first, second, stated: whole, decimals: 2 })
        .result;
    assert.equal(check(sd(3), sd(4), sd(5)), "holds");
    assert.equal(check(sd(3), sd(4), sd(3)), "differs");
    assert.equal(check(sd(3), value({ spread: { kind: "none" } }), sd(3)), "cannot say");
  });
  it("an order of means", () => {
    const falling = (...means: number[]) =>
      crossCheck({ id: "f", statement: "", kind: "falling", values: means.map((mean) => value({ mean })) }).result;
    assert.equal(falling(3, 2, 1), "holds");
    assert.equal(falling(3, 3, 1), "differs");
  });
  it("the greatest gaps", () => {
    const gaps = (...named: boolean[]) =>
      crossCheck({
        id: "g",
        statement: "",
        kind: "greatest gaps",
        pairs: named.map((is, i) => ({
          label: String(i),
          first: value({ mean: 0 }),
          second: value({ mean: 3 - i }),
          named: is,
        })),
      }).result;
    assert.equal(gaps(true, true, false), "holds");
    assert.equal(gaps(true, false, true), "differs");
  });
});
