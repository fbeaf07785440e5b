import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PublishedValue, Spread } from "../contract/claims.ts";
import { crossCheck } from "./cross-checks.ts";

const NONE: Spread = { kind: "none" };
const value = (id: string, mean: number, spread: Spread = NONE): PublishedValue => ({
  id,
  place: "table",
  unit: "%",
  mean,
  spread,
  n: 10,
  axis: "run",
});
/** "differs: 1 against 2". */
const say = (check: Parameters<typeof crossCheck>[0]): string => {
  const { result, detail } = crossCheck(check);
  return `${result}: ${detail}`;
};

it("keeps the id and the statement", () => {
  const values = [value("a", 2), value("b", 1)];
  const detail = "2.00, 1.00 (means alone: no error is set against the steps)";
  assert.deepEqual(crossCheck({ id: "f", statement: "falls", kind: "falling", values }), {
    id: "f",
    statement: "falls",
    result: "holds",
    detail,
  });
});

describe("a stated difference", () => {
  const of = (first: number, second: number, stated: number, decimals = 2): string =>
    say({
      id: "d",
      statement: "",
      kind: "difference",
      first: value("a", first),
      second: value("b", second),
      stated: value("c", stated),
      decimals,
    });
  it("holds where it is exact", () => {
    assert.equal(of(19.14, 22.18, -3.04), "holds: 19.14 − 22.18 = −3.04; stated −3.04, within rounding");
  });
  it("holds within three half units of the last place, whichever way", () => {
    assert.match(of(19.14, 22.18, -3.05), /^holds: .*stated −3\.05, within rounding$/);
    assert.match(of(19.14, 22.18, -3.03), /^holds: /);
  });
  it("differs beyond, with both distances", () => {
    const detail = "19.14 − 22.18 = −3.04; stated −3.06: off by 0.02, rounding explains at most 0.015";
    assert.equal(of(19.14, 22.18, -3.06), `differs: ${detail}`);
    assert.match(of(19.14, 22.18, -3.02), /^differs: .*off by 0\.02/);
  });
  it("counts in the last place that is printed", () => {
    assert.equal(of(13, 10, 5, 0), "differs: 13 − 10 = 3; stated 5: off by 2, rounding explains at most 1.5");
    assert.equal(of(13, 10, 4, 0), "holds: 13 − 10 = 3; stated 4, within rounding");
  });
});

describe("a stated ± of a difference", () => {
  const sd = (spread: number, id = "a") => value(id, 1, { kind: "sd", value: spread });
  const of = (first: PublishedValue, second: PublishedValue, stated: PublishedValue, decimals = 2): string =>
    say({ id: "s", statement: "", kind: "difference spread", first, second, stated, decimals });
  it("holds where it is the root of the summed squares: 3, 4, 5", () => {
    assert.equal(of(sd(3), sd(4), sd(5)), "holds: SD 5.00 stated; independent terms give 5.00");
  });
  it("is taken to one SD first: bars of three SDs, 9, 12 and 15", () => {
    const three = (spread: number) => value("a", 1, { kind: "3sd", value: spread });
    assert.equal(of(three(9), three(12), three(15)), "holds: SD 5.00 stated; independent terms give 5.00");
  });
  it("may be three half units of the last place off, and no more", () => {
    assert.match(of(sd(3), sd(4), sd(6), 0), /^holds: SD 6 stated; independent terms give 5$/);
    assert.match(of(sd(3), sd(4), sd(4), 0), /^holds: /);
    assert.match(of(sd(3), sd(4), sd(7), 0), /^differs: SD 7 stated/);
    assert.match(of(sd(3), sd(4), sd(3), 0), /^differs: SD 3 stated/);
  });
  it("cannot be said where any of the three has no SD, which are named", () => {
    const none = (id: string) => value(id, 1);
    assert.equal(of(none("a"), sd(4, "b"), sd(5, "c")), "cannot say: no SD can be had of a");
    assert.equal(of(sd(3, "a"), none("b"), sd(5, "c")), "cannot say: no SD can be had of b");
    assert.equal(of(sd(3, "a"), sd(4, "b"), none("c")), "cannot say: no SD can be had of c");
    assert.equal(of(none("a"), none("b"), none("c")), "cannot say: no SD can be had of a, b, c");
  });
  it("is noted where it only repeats the ± of a term", () => {
    const unknown = value("c", 1, { kind: "unknown", value: 0.5 });
    const alone = "; the stated ± equals that of a alone";
    assert.equal(of(sd(0.5), value("b", 2), unknown), `cannot say: no SD can be had of b, c${alone}`);
    assert.equal(of(sd(0.5), sd(0.4, "b"), unknown), `cannot say: no SD can be had of c${alone}`);
    assert.equal(of(sd(0.4), sd(0.5, "b"), unknown), `cannot say: no SD can be had of c${alone.replace("a ", "b ")}`);
    const both = `${alone}${alone.replace("a ", "b ")}`;
    assert.equal(of(sd(0.5), sd(0.5, "b"), unknown), `cannot say: no SD can be had of c${both}`);
  });
});

describe("a cited number", () => {
  const of = (cited: number, printed: number, decimals = 2): string => {
    const elsewhere = { source: "the source", mean: printed };
    return say({ id: "c", statement: "", kind: "citation", cited: value("a", cited), elsewhere, decimals });
  };
  it("holds where its source prints the same", () => {
    assert.equal(of(22.48, 22.48), "holds: printed 22.48; the source prints 22.48");
  });
  it("differs by its sign and size, cited minus source", () => {
    assert.equal(of(22.18, 22.48), "differs: printed 22.18; the source prints 22.48: off by −0.30");
    assert.equal(of(22.5, 22.4, 1), "differs: printed 22.5; the source prints 22.4: off by 0.1");
  });
});

it("means fall where each is below the one before", () => {
  const of = (...means: number[]) =>
    say({ id: "f", statement: "", kind: "falling", values: means.map((mean) => value("a", mean)) });
  const note = "(means alone: no error is set against the steps)";
  assert.equal(of(3, 2.5, 1), `holds: 3.00, 2.50, 1.00 ${note}`);
  assert.equal(of(3, 3, 1), `differs: 3.00, 3.00, 1.00 ${note}`);
  assert.equal(of(3, 1, 2), `differs: 3.00, 1.00, 2.00 ${note}`);
});

describe("the greatest gaps, second minus first", () => {
  const of = (...gaps: (readonly [gap: number, named: boolean])[]): string =>
    say({
      id: "g",
      statement: "",
      kind: "greatest gaps",
      pairs: gaps.map(([gap, named], i) => ({
        label: "ABCD"[i]!,
        first: value("a", 1),
        second: value("b", 1 + gap),
        named,
      })),
    });
  it("are the named ones where each exceeds every other", () => {
    assert.equal(of([3, true], [2, true], [1, false]), "holds: gaps A: 3.00, B: 2.00, C: 1.00");
  });
  it("are not where one other exceeds one named", () => {
    const detail = "gaps A: 3.00, B: 1.50, C: 2.00, D: 1.00; the smallest is at D";
    assert.equal(of([3, true], [1.5, true], [2, false], [1, false]), `differs: ${detail}`);
  });
  it("are not where a named one only equals another; the first of equal ones is called the smallest", () => {
    assert.equal(of([2, true], [2, false]), "differs: gaps A: 2.00, B: 2.00; the smallest is at A, a named one");
  });
});
