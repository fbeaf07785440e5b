import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ComparisonAudit, ValueAudit } from "./audit.ts";
import type { Chances, ClaimChances, Outcome } from "./chances.ts";
import { type Computed, notComputable } from "./declared.ts";
import type { ImpliedTest, Resolution } from "./implied.ts";
import {
  bothReadings,
  CHECKS,
  groupFindings,
  groupReasons,
  KIND_WORDS,
  onlyVerdict,
  printedMean,
  resolutionCells,
  sayArms,
  sayShare,
  saySuite,
  sayTest,
  sayTruth,
} from "./words.ts";

const resolution = (floor: number, minimumDetectable: number): Computed<Resolution> => ({
  state: "computed",
  floor,
  minimumDetectable,
});
const value = (over: Partial<ValueAudit> = {}): ValueAudit => ({
  id: "v",
  place: "table",
  unit: "modes",
  mean: 13.4,
  decimals: 1,
  plusMinus: 5.8,
  kind: "sd",
  n: 10,
  axis: "run",
  resolution: { ddof1: resolution(3.362, 7.68), ddof0: resolution(3.544, 8.1) },
  grim: notComputable("g"),
  grimmer: notComputable("g"),
  bhatiaDavis: notComputable("g"),
  ...over,
});

it("a mean is shown with the zeros of the print, or as it is where they are not known", () => {
  assert.equal(printedMean(value({ mean: 20.4, decimals: 2 })), "20.40");
  assert.equal(printedMean(value({ mean: 25, decimals: 0 })), "25");
  assert.equal(printedMean(value({ mean: -3.25, decimals: null })), "-3.25");
});

it("a bar of three SDs and one of 1.96 are never called an SD", () => {
  assert.deepEqual(
    (["sd", "3sd", "1.96sd", "se", "ci", "unknown", "none"] as const).map((kind) => KIND_WORDS[kind]),
    ["SD", "3 SD", "1.96 SD", "SE", "95 % CI", "unknown", "none"],
  );
});

describe("resolution", () => {
  it("both readings of the SD are shown where they print differently", () => {
    assert.equal(bothReadings(3.362, 3.544), "3.4 (3.5)");
    assert.equal(bothReadings(0.083, 0.0834), "0.083");
  });
  it("a cell for the floor and one for what is detectable", () => {
    assert.deepEqual(resolutionCells(value()), { floor: "3.4 (3.5)", detectable: "7.7 (8.1)" });
  });
  it("a dash in both where a reading cannot be computed", () => {
    const [some, none] = [resolution(1, 2), notComputable("v: n is not printed")];
    const dashes = { floor: "—", detectable: "—" };
    assert.deepEqual(resolutionCells(value({ resolution: { ddof1: none, ddof0: some } })), dashes);
    assert.deepEqual(resolutionCells(value({ resolution: { ddof1: some, ddof0: none } })), dashes);
  });
});

describe("what is said of several values is said once", () => {
  it("a check's findings: same result and detail together, in the order of the values", () => {
    const found = (result: "possible" | "impossible", detail: string) =>
      ({ state: "computed", result, detail }) as const;
    const values = [
      value({ id: "a", grim: found("possible", "x") }),
      value({ id: "b", grim: found("impossible", "x") }),
      value({ id: "c", grim: found("possible", "y") }),
      value({ id: "d", grim: notComputable("n is not printed") }),
      value({ id: "e", grim: found("possible", "x") }),
      value({ id: "f", grim: notComputable("n is not printed") }),
    ];
    assert.deepEqual(groupFindings(values, "grim"), [
      { result: "possible", said: "x", ids: ["a", "e"] },
      { result: "impossible", said: "x", ids: ["b"] },
      { result: "possible", said: "y", ids: ["c"] },
      { result: "not computable", said: "n is not printed", ids: ["d", "f"] },
    ]);
  });
  it("each check by its own key", () => {
    const one = value({ grim: notComputable("1"), grimmer: notComputable("2"), bhatiaDavis: notComputable("3") });
    assert.deepEqual(
      CHECKS.map(({ key, name }) => `${name} ${groupFindings([one], key)[0]!.said}`),
      ["GRIM 1", "GRIMMER 2", "Bhatia–Davis 3"],
    );
  });
  it("why there is no resolution, without the value's own name; those that have one are left out", () => {
    const missing = (id: string, why: string) =>
      value({ id, resolution: { ddof1: notComputable(`${id}: ${why}`), ddof0: notComputable("unused") } });
    const values = [
      missing("a", "n is 1"),
      value({ id: "b" }),
      missing("c", "no ± is printed"),
      missing("d", "n is 1"),
    ];
    assert.deepEqual(groupReasons(values), [
      { result: "not computable", said: "n is 1", ids: ["a", "d"] },
      { result: "not computable", said: "no ± is printed", ids: ["c"] },
    ]);
  });
});

describe("an implied test in a sentence", () => {
  const between = (low: number, high: number) => ({ low, high, level: 0.95, kind: "welch" }) as const;
  const test = (over: Partial<ImpliedTest> = {}): Computed<ImpliedTest> => ({
    state: "computed",
    difference: 3,
    t: 0.872,
    df: 15.17,
    p: 0.3967,
    interval: between(-4.32, 10.32),
    power: 0.131,
    minimumDetectable: 10.28,
    unitsPerArm: 105,
    ...over,
  });
  const say = (ddof1: Computed<ImpliedTest>, ddof0: Computed<ImpliedTest> = notComputable("unused")): string[] => {
    const comparison: ComparisonAudit = { id: "c", statement: "a above b", unit: "modes", test: { ddof1, ddof0 } };
    return sayTest(comparison);
  };
  const SENTENCE =
    "difference 3.00 modes; 95 % interval [−4.3, 10.3]; Welch t = 0.87, df = 15.2, p = 0.40 two-sided; " +
    "power 13 % at the printed difference; 80 % power needs a difference of 10 modes, or 105 units an arm";

  it("all of it, once for each reading of the SDs", () => {
    assert.deepEqual(say(test()), [SENTENCE]);
    const shorter = SENTENCE.replace("105", "116");
    assert.deepEqual(say(test(), test({ unitsPerArm: 116 })), [SENTENCE, `If the printed SDs have ddof 0: ${shorter}`]);
  });
  it("the reason alone where nothing can be computed", () => {
    assert.deepEqual(say(notComputable("n is not printed"), test()), ["not computable: n is not printed"]);
  });
  it("signs are minus signs, in every place that can be negative", () => {
    const negative = test({ difference: -3, t: -0.872, interval: between(-10.32, -4.32) });
    assert.match(say(negative)[0]!, /^difference −3\.00 modes; 95 % interval \[−10\.3, −4\.3\]; Welch t = −0\.87, df/);
  });
  it("p has three places below 0.1, two from there on, and is never shown as zero", () => {
    const p = (shown: number) => /p [<=] [\d.]+/.exec(say(test({ p: shown }))[0]!)?.[0];
    assert.deepEqual([0.0009, 0.001, 0.0496, 0.0999, 0.1, 0.3967].map(p), [
      "p < 0.001",
      "p = 0.001",
      "p = 0.050",
      "p = 0.100",
      "p = 0.10",
      "p = 0.40",
    ]);
  });
  it("units that nobody could run are not counted", () => {
    assert.match(say(test({ unitsPerArm: null }))[0]!, /, or more than 100,000 units an arm$/);
  });
});

describe("chances", () => {
  const claim = (over: Partial<ClaimChances> = {}): ClaimChances => ({
    suite: "toy",
    reading: "random",
    readings: 1,
    claim: "a",
    kind: "point",
    statement: "",
    unit: "modes",
    margin: 3.5,
    axis: "run",
    familySize: 1,
    arms: [],
    notes: [],
    chances: { state: "computed", of: [] },
    ...over,
  });
  const truths = (of: ClaimChances, ...given: Chances["truth"][]) => given.map((truth) => sayTruth(of, truth));
  it("a truth is named by margins in the claim's unit, or by the order", () => {
    const at = (margins: number) => ({ margins, order: "printed" }) as const;
    assert.deepEqual(truths(claim(), at(0), at(-1), at(2)), [
      "print exactly right",
      "worse by 1 margin (3.5 modes)",
      "better by 2 margins (7 modes)",
    ]);
    const order = (kind: "ordering" | "trend") =>
      truths(claim({ kind, margin: null }), at(0), { margins: 0, order: "none" });
    assert.deepEqual(order("ordering"), ["printed difference right", "no difference"]);
    assert.deepEqual(order("trend"), ["printed means right", "no trend"]);
  });
  it("a share is never rounded to never or always", () => {
    assert.deepEqual([0, 0.002, 0.006, 0.5, 0.994, 0.998, 1].map(sayShare), [
      "0 %",
      "<1 %",
      "1 %",
      "50 %",
      "99 %",
      ">99 %",
      "100 %",
    ]);
  });
  it("arms that are alike are named together, with their units, SD and where it is from", () => {
    const arm = (name: string, sd: number, within: number | null = null) => ({
      arm: name,
      units: 10,
      within,
      sd,
      sdFrom: "printed",
    });
    assert.equal(
      sayArms(claim({ arms: [arm("ali", 5.8), arm("gan", 9.2), arm("vae", 5.8)] })),
      "ali, vae: 10 on the axis run, SD 5.8 (printed); gan: 10 on the axis run, SD 9.2 (printed)",
    );
    assert.equal(
      sayArms(claim({ arms: [arm("ali", 0.50252, 2)] })),
      "ali: 10 on the axis run within 2, SD 0.503 (printed)",
    );
  });
  it("one verdict in every study under every truth is found, and none where a truth has another", () => {
    const all = (outcome: Outcome): Chances => ({
      truth: { margins: 0, order: "printed" },
      shares: { REPRODUCED: 0, CONSISTENT: 0, INCONCLUSIVE: 0, CONTRADICTED: 0, BETTER: 0, [outcome]: 1 },
    });
    assert.equal(onlyVerdict([all("INCONCLUSIVE"), all("INCONCLUSIVE")]), "INCONCLUSIVE");
    assert.equal(onlyVerdict([all("INCONCLUSIVE"), all("CONSISTENT")]), null);
  });
  it("a suite of several readings says that an order needs all of them", () => {
    assert.equal(saySuite(claim()), "toy");
    assert.match(saySuite(claim({ readings: 24 })), /^toy, reading "random": REPRODUCED .* needs all 24 readings/);
  });
});
