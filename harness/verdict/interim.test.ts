/** Planned interim analyses: levels, which runs count, and when a claim is decided. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Claim, OrderingClaim, PointClaim, Quantity, Sample } from "../contract/claims.ts";
import { Stream, streamKey } from "../random/seeds.ts";
import type { Evidence } from "./evidence.ts";
import { analysesAt } from "./interim.ts";
import { judge } from "./judge.ts";

const MODES: Quantity = { metric: "modes", label: "modes", unit: "modes", better: "higher", worst: 0 };
const BASE = { statement: "A statement.", place: "table 1", axis: "run", family: "main", quantity: MODES } as const;
const order = (id: string, arms: readonly [string, string]): OrderingClaim => ({
  ...BASE,
  kind: "ordering",
  id,
  arms,
  published: null,
  design: "unpaired",
});
const POINT: PointClaim = {
  ...BASE,
  kind: "point",
  id: "point",
  arm: "a",
  published: {
    id: "a",
    place: "table 1",
    unit: "modes",
    mean: 20,
    spread: { kind: "se", value: 0.4 },
    n: 10,
    axis: "run",
  },
  margin: { value: 2, reason: "a test" },
};
const PLANNED = 10;

/** `arms`: values of each arm by replicate. */
const judged = (
  claims: readonly Claim[],
  arms: Readonly<Record<string, readonly number[]>>,
  analyses: readonly number[] | null = [5, 7, 10],
  over: Partial<Evidence> = {},
) =>
  judge(claims, {
    profile: "paper",
    usesPapersData: true,
    ...(analyses && { analyses }),
    readings: ["only"],
    sample: (_claim, reading, arm): Sample => ({
      arm,
      reading,
      planned: PLANNED,
      observations: (arms[arm] ?? []).map((value, replicate) => ({ replicate, value, finished: true })),
    }),
    ...over,
  });
const HIGH = [20.1, 20.4, 19.8, 20.9, 20.3, 19.7, 20.6, 20.2, 19.9, 20.5];
const LOW = [10.2, 11.1, 9.7, 10.6, 10.9, 9.9, 10.4, 10.1, 11.3, 9.8];
const first = (n: number, values: readonly number[]): readonly number[] => values.slice(0, n);

it("the shares of the level are those of the runs, and sum to 1", () => {
  const shares = analysesAt([5, 7, 10]).map(({ share }) => share);
  assert.deepEqual(shares, [0.5, 0.2, 0.3]);
  assert.deepEqual(
    analysesAt([10]).map(({ share }) => share),
    [1],
  );
});

describe("a claim with planned analyses after 5, 7 and 10 runs", () => {
  const ORDER = order("order", ["a", "b"]);

  it("is not tested before the first: the runs up to it are missing, not all", () => {
    const [one] = judged([ORDER], { a: first(4, HIGH), b: first(5, LOW) });
    assert.equal(one!.verdict, "NOT TESTED");
    assert.match(one!.reason, /4 of 5 planned runs of a are there/);
    assert.equal(one!.analysis?.next, 5);
  });

  it("is decided at the first: 5 against 5 give p = 2/252, below 0.025", () => {
    const [one] = judged([ORDER], { a: first(5, HIGH), b: first(5, LOW) });
    assert.equal(one!.verdict, "REPRODUCED");
    assert.match(one!.reason, /^Decided after 5 of 10 runs of each arm \(planned analysis 1 of 3\)\./);
    assert.equal(Math.abs(one!.tests[0]!.p - 2 / 252) < 1e-12, true);
    assert.deepEqual(one!.analysis, { number: 1, of: 3, runs: 5, planned: 10, next: null });
  });

  it("stays decided, on the first runs alone, whatever later runs say", () => {
    const later = (values: readonly number[], rest: number) => [
      ...first(5, values),
      ...new Array<number>(5).fill(rest),
    ];
    const five = judged([ORDER], { a: first(5, HIGH), b: first(5, LOW) });
    assert.deepEqual(judged([ORDER], { a: later(HIGH, 0), b: later(LOW, 25) }), five);
  });

  it("is decided later where the first does not decide", () => {
    const overlap = [10, 21, ...first(8, LOW)]; // its first five overlap with HIGH
    const [five] = judged([ORDER], { a: first(6, HIGH), b: first(6, overlap) });
    assert.equal(five!.verdict, "NOT TESTED");
    assert.match(
      five!.reason,
      /^Undecided at the planned analysis after 5 of 10 runs of each arm; the next one is after 7: 2 more of each\. No order is shown/,
    );
    assert.equal(five!.analysis?.next, 7);
    const [ten] = judged([ORDER], { a: HIGH, b: overlap });
    assert.equal(ten!.verdict, "REPRODUCED");
    assert.equal(ten!.analysis!.number > 1, true);
  });

  it("is INCONCLUSIVE after the last", () => {
    const [one] = judged([ORDER], { a: HIGH, b: [...HIGH].reverse() });
    assert.deepEqual(
      [one!.verdict, one!.analysis],
      ["INCONCLUSIVE", { number: 3, of: 3, runs: 10, planned: 10, next: null }],
    );
  });

  it("shares the level of an analysis with its family: three claims at 5 runs can be decided, four cannot", () => {
    const family = (size: number) =>
      judged(
        Array.from({ length: size }, (_, i) => order(`order ${i}`, ["a", `b${i}`])),
        Object.fromEntries([
          ["a", first(5, HIGH)],
          ...Array.from({ length: size }, (_, i) => [`b${i}`, first(5, LOW)]),
        ]),
      ).map(({ verdict }) => verdict);
    assert.deepEqual(new Set(family(3)), new Set(["REPRODUCED"])); // 3 · 2/252 = 0.0238
    assert.deepEqual(new Set(family(4)), new Set(["NOT TESTED"])); // 4 · 2/252 = 0.0317
  });

  it("that is a number is equivalent, or CONTRADICTED, at an analysis; a mere CONSISTENT waits for all runs", () => {
    const verdict = (values: readonly number[], over: Partial<PointClaim> = {}) =>
      judged([{ ...POINT, ...over }], { a: values }).map((one) => [one.verdict, one.analysis?.runs])[0];
    assert.deepEqual(verdict(first(5, HIGH)), ["REPRODUCED", 5]);
    assert.deepEqual(verdict(first(5, LOW)), ["CONTRADICTED", 5]);
    assert.deepEqual(verdict(first(5, HIGH), { assumption: "the protocol" }), ["CONSISTENT", 5]);
    const wide = [18, 22, 19.5, 21, 20.5, 18.4, 22.2, 20, 19, 21.3];
    assert.deepEqual(verdict(first(5, wide), { margin: { value: 1.3, reason: "a test" } }), ["NOT TESTED", 5]);
    assert.deepEqual(verdict(wide, { margin: { value: 1.3, reason: "a test" } }), ["CONSISTENT", 10]);
  });

  it("that is STALE is STALE, decided or not", () => {
    const [one] = judged([ORDER], { a: first(5, HIGH), b: first(5, LOW) }, [5, 7, 10], { stale: () => "Other code." });
    assert.equal(one!.verdict, "STALE");
  });
});

it("without planned analyses a claim waits for all runs, and no analysis is named", () => {
  const [one] = judged([order("order", ["a", "b"])], { a: first(5, HIGH), b: first(5, LOW) }, null);
  assert.equal(one!.verdict, "NOT TESTED");
  assert.equal("analysis" in one!, false);
});

it("is wrong in at most 5 of 100 families without any difference, whenever it stops", () => {
  const stream = new Stream(streamKey("interim", "test", "null"));
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform());
  const draws = (): number[] => Array.from({ length: PLANNED }, normal);
  const paired = (id: string, other: string): OrderingClaim => ({ ...order(id, ["a", other]), design: "paired" });
  const studies = 400;
  const wrong = Array.from({ length: studies }, () =>
    judged([paired("one", "b"), paired("two", "c")], { a: draws(), b: draws(), c: draws() }, [7, 8, 10]),
  ).filter((verdicts) => verdicts.some(({ verdict }) => verdict !== "INCONCLUSIVE")).length;
  assert.equal(wrong / studies <= 0.05 + 2 * Math.sqrt((0.05 * 0.95) / studies), true, `${wrong} of ${studies}`);
});
