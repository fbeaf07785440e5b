import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PublishedValue } from "../contract/claims.ts";
import { differencePower } from "../statistics/power.ts";
import { impliedTest, minimumDetectableEffect, resolutionOf, unitOf } from "./implied.ts";

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
const outcome = (computed: { state: string; reason?: string }) => `${computed.state}: ${computed.reason}`;

describe("what is not printed is not guessed", () => {
  it("no ±, an unknown ±, no n: not computable, each with its reason", () => {
    const reason = (over: Partial<PublishedValue>) => outcome(resolutionOf(value(over)));
    assert.equal(reason({ spread: { kind: "none" } }), "not computable: v: no ± is printed");
    assert.equal(
      reason({ spread: { kind: "unknown", value: 1 } }),
      "not computable: v: the kind of its ± is not printed",
    );
    assert.equal(reason({ n: null }), "not computable: v: n is not printed");
    assert.equal(reason({ n: 1 }), "not computable: v: n is 1");
  });
  it("means over different axes are not compared", () => {
    const [first, second] = [value(), value({ id: "w", axis: "labelDraw" })];
    assert.equal(
      outcome(impliedTest({ id: "c", statement: "", first, second })),
      "not computable: v is over run, w over labelDraw",
    );
  });
});

describe("the unit behind a printed ±", () => {
  const sdOf = (over: Partial<PublishedValue>, ddof?: 0 | 1) => {
    const unit = unitOf(value(over), ddof);
    return unit.state === "computed" ? Number(unit.sd.toFixed(6)) : unit.reason;
  };
  it("has ddof 1: an SD of ddof 0 is widened by √(n/(n − 1))", () => {
    assert.deepEqual(unitOf(value()), { state: "computed", sd: 5.8, n: 10 });
    // 3·√(10/9) = √10 = 3.162278; 2·√(2/1) = 2.828427.
    assert.equal(sdOf({ spread: { kind: "sd", value: 3 } }, 0), 3.162278);
    assert.equal(sdOf({ spread: { kind: "sd", value: 2 }, n: 2 }, 0), 2.828427);
  });
  it("takes an SE times √n, for which n has to be known", () => {
    assert.equal(sdOf({ spread: { kind: "se", value: 2 }, n: 9 }), 6);
    assert.equal(sdOf({ spread: { kind: "se", value: 2 }, n: null }), "v: n is not printed");
  });
  it("names all that is missing", () => {
    assert.equal(sdOf({ spread: { kind: "none" }, n: null }), "v: no ± is printed, n is not printed");
    assert.equal(sdOf({ spread: { kind: "ci", value: 1 }, n: 1 }), "v: n is 1");
    const unknown = { kind: "unknown", value: 1 } as const;
    assert.equal(sdOf({ spread: unknown, n: 1 }), "v: the kind of its ± is not printed, n is 1");
  });
});

describe("the implied test", () => {
  const gan = value({ id: "w", mean: 10.4, spread: { kind: "sd", value: 9.2 } });
  const test = (first: PublishedValue, second: PublishedValue) =>
    impliedTest({ id: "c", statement: "", first, second });

  it("of equal n and SD has the closed form t = d/(s·√(2/n)) with 2(n − 1) degrees of freedom", () => {
    const [four, six] = [4, 6].map((mean) => value({ mean, n: 8, spread: { kind: "sd", value: 1 } }));
    const found = test(four!, six!);
    if (found.state !== "computed") assert.fail(found.reason);
    assert.equal(found.difference, -2);
    assert.equal(found.t.toFixed(6), "-4.000000");
    assert.equal(found.df.toFixed(6), "14.000000");
    // Tables: t(0.975, 14) = 2.1448, times the standard error of 0.5.
    assert.deepEqual([found.interval.low.toFixed(3), found.interval.high.toFixed(3)], ["-3.072", "-0.928"]);
  });
  it("is the first minus the second", () => {
    const differences = [test(value(), gan), test(gan, value())].map((found) =>
      found.state === "computed" ? found.difference.toFixed(6) : found.reason,
    );
    assert.deepEqual(differences, ["3.000000", "-3.000000"]);
  });
  it("says of each mean what is missing", () => {
    const bare = (id: string) => value({ id, spread: { kind: "none" } });
    assert.equal(outcome(test(bare("a"), gan)), "not computable: a: no ± is printed");
    assert.equal(outcome(test(gan, bare("b"))), "not computable: b: no ± is printed");
    const both = "not computable: a: no ± is printed; b: no ± is printed";
    assert.equal(outcome(test(bare("a"), bare("b"))), both);
  });
  it("asks for one axis, and shows one that is not printed as a question mark", () => {
    const unknown = value({ id: "u", axis: null });
    assert.equal(outcome(test(gan, unknown)), "not computable: w is over run, u over ?");
    assert.equal(outcome(test(unknown, gan)), "not computable: u is over ?, w over run");
  });
});

describe("resolution", () => {
  const found = (over: Partial<PublishedValue>, ddof?: 0 | 1) => {
    const resolution = resolutionOf(value(over), ddof);
    if (resolution.state !== "computed") assert.fail(resolution.reason);
    return resolution;
  };
  it("the minimum detectable effect has a power of 80 %", () => {
    const [a, b] = [
      { sd: 5.8, n: 10 },
      { sd: 9.2, n: 12 },
    ];
    const terms = [a, b].map(({ sd, n }) => ({ variance: sd ** 2, n }));
    assert.equal(differencePower({ value: minimumDetectableEffect(a, b), terms }).toFixed(6), "0.800000");
  });
  it("in large arms it is (1.959964 + 0.841621)·√(s₁²/n + s₂²/n), also where one SD is 0", () => {
    const large = (sd: number) => ({ sd, n: 1_000_000 });
    assert.equal((1000 * minimumDetectableEffect(large(3), large(4))).toFixed(3), "14.008");
    assert.equal((1000 * minimumDetectableEffect(large(5), large(0))).toFixed(3), "14.008");
    assert.equal((1000 * minimumDetectableEffect(large(0), large(5))).toFixed(3), "14.008");
  });
  it("where both SDs are 0 any difference shows", () => {
    assert.equal(minimumDetectableEffect({ sd: 0, n: 10 }, { sd: 0, n: 10 }), 0);
  });
  it("the floor is t(0.95, n − 1)·s/√n, with t(0.95, 9) = 1.8331 from tables", () => {
    assert.equal(found({}).floor.toFixed(3), "3.362");
    assert.equal(found({}, 0).floor.toFixed(3), "3.544");
  });
  it("a bar of three SDs counts as a third of it", () => {
    const three = found({ spread: { kind: "3sd", value: 17.4 } });
    assert.equal(three.floor.toFixed(9), found({}).floor.toFixed(9));
  });
});
