import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Grain, PublishedValue } from "../contract/claims.ts";
import { audit } from "./audit.ts";
import type { AuditInput } from "./declared.ts";

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
const grain = (over: Partial<Grain> = {}): Grain => ({
  decimals: 1,
  step: 1,
  stepText: "1",
  low: 0,
  high: 25,
  ...over,
});
const auditOf = (published: PublishedValue, over: Partial<Grain> = {}) => {
  const input: AuditInput = {
    id: "p",
    title: "t",
    published: [{ ...published, grain: grain(over) }],
    comparisons: [],
    crossChecks: [],
    notes: [],
  };
  return audit(input).values[0]!;
};
const outcome = (computed: { state: string; result?: string; reason?: string }) => computed.result ?? computed.reason;

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

describe("each check says what it is about", () => {
  const say = (computed: { state: string; result?: string; detail?: string; reason?: string }) =>
    computed.state === "computed" ? `${computed.result}: ${computed.detail}` : `${computed.state}: ${computed.reason}`;
  const sd = (spread: number) => ({ kind: "sd", value: spread }) as const;

  it("GRIM: a total of 134 alone gives 13.4 in ten; 13.44 has none", () => {
    const grim = (over: Partial<PublishedValue>, grained?: Partial<Grain>) => say(auditOf(value(over), grained).grim);
    assert.equal(grim({}, { decimals: 2 }), "possible: 1 totals of 10 units give this mean");
    assert.equal(grim({ mean: 13.44 }, { decimals: 2 }), "impossible: no total of 10 units gives this mean");
    assert.equal(grim({}), "says nothing: at n = 10 means move in steps no coarser than the print, 0.1");
    const fine = "at any n: one unit moves in steps of 1/8, no coarser than the print, 1";
    assert.equal(grim({}, { step: 1 / 8, stepText: "1/8", decimals: 0 }), `says nothing: ${fine}`);
    assert.equal(grim({ n: null }), "not computable: n is not printed");
  });

  it("GRIMMER: of 0, 1, 1, 2 the sum of squares is 6, of 0, 0, 2, 2 it is 8: two SDs, of which one prints as 0.8", () => {
    const grimmer = (over: Partial<PublishedValue>, grained?: Partial<Grain>) =>
      say(auditOf(value({ n: 4, mean: 1, min: 0, max: 2, spread: sd(0.8), ...over }), grained).grimmer);
    // √(2/3) = 0.816 with ddof 1; √(2/4) = 0.707 and √(4/4) = 1 with ddof 0; √(4/3) = 1.155.
    const of = (print: number) => `attainable values that print as ${print}: 4 integers, 0 to 2`;
    assert.equal(grimmer({}), `possible: ${of(0.8)}; ddof 1: 1 SD, ddof 0: 0 SDs`);
    assert.equal(grimmer({ spread: sd(1) }), `possible: ${of(1)}; ddof 1: 0 SDs, ddof 0: 1 SD`);
    assert.equal(grimmer({ spread: sd(0.9) }), `impossible: ${of(0.9)}; ddof 1: 0 SDs, ddof 0: 0 SDs`);
  });
  it("GRIMMER takes the bounds of one unit where minimum or maximum is not printed", () => {
    // From 0 to 2, not known to occur: 1, 1, 1, 1 has an SD of 0.
    const { min: _min, max: _max, ...open } = value({ n: 4, mean: 1, spread: sd(0) });
    const zero = "possible: attainable values that print as 0: 4 integers, 0 to 2; ddof 1: 1 SD, ddof 0: 1 SD";
    for (const over of [{}, { min: 1 }, { max: 1 }])
      assert.equal(say(auditOf({ ...open, ...over }, { high: 2 }).grimmer), zero);
  });
  it("GRIMMER is for SDs of at most 50 counts", () => {
    const grimmer = (over: Partial<PublishedValue>, grained?: Partial<Grain>) =>
      say(auditOf(value({ mean: 1, spread: sd(0.1), ...over }), { high: 2, ...grained }).grimmer);
    const no = "not computable: ";
    assert.equal(grimmer({}, { step: 0.5 }), `${no}by enumeration for counts only`);
    assert.equal(grimmer({ spread: { kind: "3sd", value: 0.1 } }), `${no}no SD is printed`);
    assert.equal(grimmer({ n: null }), `${no}n is not printed`);
    assert.equal(grimmer({ n: 51 }), `${no}n = 51 is above 50, too many to enumerate at once`);
    assert.match(grimmer({ n: 50 }), /^possible: .*50 integers/);
  });

  describe("Bhatia–Davis, of values from 0 to 2 with a mean of 1: SDs of at most 1, and √2 for two with ddof 1", () => {
    const bound = (spread: PublishedValue["spread"], n: number | null, over: Partial<PublishedValue> = {}) =>
      say(auditOf(value({ mean: 1, spread, n, ...over }), { high: 2 }).bhatiaDavis);
    const against = (print: number) => `SD ${print} against at most 1.00 (ddof 0)`;
    const range = "for values from 0 to 2";

    it("with n the wider bound counts, within rounding", () => {
      assert.equal(bound(sd(1.4), 2), `possible: ${against(1.4)}, 1.41 (ddof 1) ${range}`);
      assert.equal(bound(sd(1.5), 2), `impossible: ${against(1.5)}, 1.41 (ddof 1) ${range}`);
    });
    it("without n only the narrower one can be had: above it nothing can be said", () => {
      const none = "not computable: above the bound for ddof 0, and there is none for ddof 1:";
      assert.equal(bound(sd(1), null), `possible: ${against(1)} ${range}`);
      assert.equal(bound(sd(1.1), null), `${none} n is not printed`);
      assert.equal(bound(sd(1.1), 1), `${none} n is 1`);
      assert.equal(bound(sd(1), 1), `possible: ${against(1)} ${range}`);
    });
    it("bars of 3 and of 1.96 SD are divided", () => {
      assert.equal(bound({ kind: "3sd", value: 3 }, null), `possible: ${against(1)} ${range}`);
      assert.equal(bound({ kind: "1.96sd", value: 1.96 }, null), `possible: ${against(1)} ${range}`);
    });
    it("printed extremes narrow the range: means from 0.95 in it allow √(0.95 · 0.05) = 0.22", () => {
      const most = "possible: SD 0.2 against at most 0.22 (ddof 0), 0.31 (ddof 1) for values from";
      assert.equal(bound(sd(0.2), 2, { max: 1 }), `${most} 0 to 1`);
      assert.equal(bound(sd(0.2), 2, { min: 1 }), `${most} 1 to 2`);
    });
    it("is not computed of other kinds of ±, each named", () => {
      assert.equal(bound({ kind: "none" }, 2), "not computable: no ± is printed");
      assert.equal(bound({ kind: "unknown", value: 1 }, 2), "not computable: the kind of its ± is not printed");
      assert.equal(bound({ kind: "se", value: 1 }, 2), "not computable: no bound is set on a ± of kind se");
      assert.equal(bound({ kind: "ci", value: 1 }, 2), "not computable: no bound is set on a ± of kind ci");
    });
  });

  it("a value without declared units has no check, and one without ± none is made up", () => {
    const other = value({ id: "other", spread: { kind: "none" } });
    const input: AuditInput = {
      id: "p",
      title: "t",
      published: [value({ grain: grain() }), other],
      comparisons: [],
      crossChecks: [],
      notes: [],
    };
    const [first, second] = audit(input).values;
    assert.deepEqual([first!.decimals, first!.plusMinus], [1, 5.8]);
    assert.deepEqual([second!.decimals, second!.plusMinus], [null, null]);
    const none = "not computable: not the mean of units whose values are known";
    assert.deepEqual([second!.grim, second!.grimmer, second!.bhatiaDavis].map(say), [none, none, none]);
  });
});

describe("numbers of two units are not set against each other", () => {
  const input = (over: Partial<AuditInput>): AuditInput => ({
    id: "p",
    title: "t",
    published: [],
    comparisons: [],
    crossChecks: [],
    notes: [],
    ...over,
  });
  const modes = value({ id: "modes" });
  const percent = value({ id: "percent", unit: "%" });
  const refused = (over: Partial<AuditInput>, message: RegExp) =>
    assert.throws(() => audit(input(over)), { name: "HarnessError", exitCode: 2, message });
  const check = { id: "check", statement: "" };
  it("in a comparison, an order of means, or gaps", () => {
    refused(
      { comparisons: [{ ...check, first: modes, second: percent }] },
      /"percent", printed in "%", beside "modes"/,
    );
    refused({ crossChecks: [{ ...check, kind: "falling", values: [modes, percent] }] }, /"check" sets "percent"/);
    const pairs = [{ label: "", first: modes, second: percent, named: true }];
    refused({ crossChecks: [{ ...check, kind: "greatest gaps", pairs }] }, /"check" sets "percent"/);
  });
  it("in a stated difference, which of errors in % is in percentage points", () => {
    const of = (stated: PublishedValue) => ({
      crossChecks: [{ ...check, kind: "difference", first: percent, second: percent, stated, decimals: 2 } as const],
    });
    refused(of(percent), /beside a difference of "percent", in "percentage points"/);
    assert.equal(audit(input(of({ ...percent, unit: "percentage points" }))).crossChecks.length, 1);
  });
});
