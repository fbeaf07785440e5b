/**
 * Whole judgements, word for word and number for number, of one study for each way that a claim or a change can go. That
 * the numbers are right is tested where they are computed; here nothing of what a reader sees may change unseen.
 * RENEW_JUDGEMENTS=1 writes fixtures/judgements.json anew: read the difference before committing it.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { judgeChange } from "../compare/judge-change.ts";
import type { Claim, Observation, PublishedValue, Quantity, Sample } from "../contract/claims.ts";
import { judge } from "./judge.ts";

const FILE = join(import.meta.dirname, "fixtures", "judgements.json");
const modes: Quantity = { metric: "modes", label: "modes covered", unit: "modes", better: "higher", worst: 0 };
const loss: Quantity = { metric: "loss", label: "loss", unit: "nats", better: "lower", worst: null };
const error: Quantity = { metric: "error", label: "test error", unit: "%", better: "lower", worst: 100 };

const common = { statement: "A statement.", place: "table 1", axis: "run", family: "main" } as const;
const ten: PublishedValue = {
  id: "a",
  place: "table 1",
  unit: "modes",
  mean: 13,
  spread: { kind: "sd", value: 2 },
  n: 10,
  axis: "run",
};
const bare: PublishedValue = { ...ten, spread: { kind: "none" }, n: null, axis: null };
const point = (over: object = {}): Claim => ({
  ...common,
  kind: "point",
  id: "point",
  quantity: modes,
  arm: "a",
  published: ten,
  margin: { value: 2, reason: "because" },
  ...over,
});
const gap = (over: object = {}): Claim => ({
  ...common,
  kind: "gap",
  id: "gap",
  quantity: error,
  arms: ["a", "b"],
  design: "unpaired",
  published: { ...ten, unit: "percentage points", mean: -3, spread: { kind: "sd", value: 0.5 } },
  margin: { value: 1, reason: "because" },
  ...over,
});
const ordering = (over: object = {}): Claim => ({
  ...common,
  kind: "ordering",
  id: "ordering",
  quantity: modes,
  arms: ["a", "b"],
  published: null,
  design: "unpaired",
  ...over,
});
const trend = (over: object = {}): Claim => ({
  ...common,
  kind: "trend",
  id: "trend",
  quantity: error,
  arms: ["a", "b", "c"],
  direction: "falling",
  ...over,
});
const range = (over: object = {}): Claim => ({
  ...common,
  kind: "range",
  id: "range",
  quantity: modes,
  arm: "a",
  published: { ...ten, n: 10, min: 10, max: 16 },
  ...over,
});
const identity = (over: object = {}): Claim => ({
  ...common,
  kind: "identity",
  id: "identity",
  quantity: loss,
  arm: "a",
  expected: -1.386,
  tolerance: 0.01,
  ...over,
});

type Values = readonly (number | null)[];
/** n values about `centre`, without chance. */
const about = (centre: number, n: number, spread = 1): number[] =>
  Array.from({ length: n }, (_, i) => centre + spread * Math.round(10 * Math.sin(5 * i + 1)) * 0.1);
/** Like `about`, for a continuous metric: values on no coarse lattice. */
const smooth = (centre: number, n: number, spread = 1): number[] =>
  Array.from({ length: n }, (_, i) => centre + spread * Math.sin(5 * i + 1));
const flat = (values: Values): Observation[] =>
  values.map((value, replicate) => ({ replicate, value: value ?? Number.NaN, finished: value !== null }));
const nested = (encoders: readonly Values[]): Observation[] =>
  encoders.flatMap((draws, encoder) =>
    draws.map((value, labelDraw) => ({
      replicate: 100 * encoder + labelDraw,
      units: { encoder, labelDraw },
      value: value ?? Number.NaN,
      finished: value !== null,
    })),
  );

interface Study {
  readonly claims: readonly Claim[];
  readonly arms: Readonly<Record<string, readonly Observation[]>>;
  readonly planned?: number;
  readonly profile?: "paper" | "quick";
  readonly usesPapersData?: boolean;
  /** Readings without the arm of this name were not run. */
  readonly readings?: readonly string[];
  readonly stale?: string;
}
function judged({
  claims,
  arms,
  planned,
  profile = "paper",
  usesPapersData = true,
  readings = ["only"],
  stale,
}: Study) {
  return judge(claims, {
    profile,
    usesPapersData,
    readings,
    ...(stale !== undefined && { stale: () => stale }),
    sample: (_claim, reading, arm): Sample | null => {
      const observations = arms[`${arm}@${reading}`] ?? arms[arm];
      if (!observations || (reading.startsWith("not run") && !arms[`${arm}@${reading}`])) return null;
      const nesting = observations[0]?.units && { nesting: ["encoder", "labelDraw"] };
      const runs = new Set(observations.map(({ replicate, units }) => units?.encoder ?? replicate)).size;
      return { arm, reading, observations, planned: planned ?? runs, ...nesting };
    },
  });
}
const one =
  (claim: Claim, a: Values, b?: Values, c?: Values, more: Partial<Study> = {}) =>
  () =>
    judged({
      claims: [claim],
      arms: { a: flat(a), ...(b && { b: flat(b) }), ...(c && { c: flat(c) }) },
      ...more,
    });
const assumption = { assumption: "protocol, version 1" };
const paired = { design: "paired" };
const unbounded = { quantity: loss };
const inNats = { ...unbounded, published: { ...ten, unit: "nats" } };

const STUDIES: Readonly<Record<string, () => unknown>> = {
  "point, equivalent": one(point(), about(13.2, 20, 0.8)),
  "point, equivalent at another level": one(point({ alpha: 0.2 }), about(13.9, 10, 0.8)),
  "point, equivalent, partly ours": one(point(assumption), about(13.2, 20, 0.8)),
  "point, printed without SD": one(point({ published: bare }), about(13.2, 20, 0.8)),
  "point, printed over another axis": one(point({ published: { ...ten, axis: "encoder" } }), about(13.2, 20, 0.8)),
  "point, ± of an unknown kind": one(
    point({ published: { ...ten, spread: { kind: "unknown", value: 2 } } }),
    about(13, 8),
  ),
  "point, ± is 3 SD": one(point({ published: { ...ten, spread: { kind: "3sd", value: 6 } } }), about(13, 8)),
  "point, worse": one(point(), smooth(7, 10)),
  "point, better": one(point(), about(20, 10)),
  "point, worse where lower is better": one(
    point({ quantity: error, published: { ...ten, unit: "%" } }),
    about(20, 10),
  ),
  "point, better where lower is better": one(
    point({ quantity: error, published: { ...ten, unit: "%" } }),
    about(7, 10),
  ),
  "point, consistent by prediction": one(point(), smooth(12, 8, 2)),
  "point, wide": one(point({ margin: { value: 0.5, reason: "narrow" } }), smooth(13, 6, 3)),
  "point, outside the prediction": one(point({ margin: { value: 1.5, reason: "because" } }), about(14.9, 30, 0.9)),
  "point, four units": one(point(), about(13, 4)),
  "point, one unit": one(point(), [13]),
  "point, no unit": one(point(), []),
  "point, failed runs count as the worst": one(point(), [...smooth(13, 8), null, null]),
  "point, failed runs without a bound": one(point(inNats), [...about(13, 8), null]),
  "point, unfinished": one(point(), about(13, 6), undefined, undefined, { planned: 10 }),
  "point, reduced": one(point(), about(13, 6), undefined, undefined, { profile: "quick" }),
  "point, stand-in data": one(point(), about(13, 6), undefined, undefined, { usesPapersData: false }),
  "point, reduced and stand-in": one(point(), about(13, 6), undefined, undefined, {
    profile: "quick",
    usesPapersData: false,
  }),
  "point, stale": one(point(), about(13, 6), undefined, undefined, { stale: "The code changed." }),
  "gap, equivalent": one(gap(), about(16, 12, 0.3), about(19, 12, 0.3)),
  "gap, paired, equivalent": one(gap(paired), about(16, 12, 2), about(19, 12, 2.2)),
  "gap, worse": one(gap(), about(19, 12, 0.3), about(19, 12, 0.3)),
  "gap, better": one(gap(), about(12, 12, 0.3), about(19, 12, 0.3)),
  "gap, few": one(gap(), about(16, 3, 0.3), about(19, 12, 0.3)),
  "gap, failed without a bound": one(gap(inNats), [...about(16, 6), null], about(19, 7)),
  "ordering, as claimed": one(ordering(), about(20, 6), about(12, 6)),
  "ordering, reversed": one(ordering(), about(12, 6), about(20, 6)),
  "ordering, open": one(ordering(), about(13, 6, 2), about(12.5, 6, 2.1)),
  "ordering, equal": one(ordering(), [9, 9, 9], [9, 9, 9]),
  "ordering, many": one(ordering(), about(13, 20), about(12, 20)),
  "ordering, paired, as claimed": one(ordering(paired), about(13, 8, 3), about(11, 8, 2.8)),
  "ordering, paired, open": one(ordering(paired), about(13, 8, 3), about(12.6, 8, 1)),
  "ordering, paired, ties": one(ordering(paired), [9, 9, 8, 9, 9, 9], [9, 8, 9, 9, 9, 9]),
  "ordering, one pair": one(ordering(paired), [9], [8]),
  "ordering, nothing": one(ordering(), [], []),
  "ordering, failed without a bound": one(ordering(unbounded), [...about(5, 6), null, null], about(2, 8)),
  "ordering, paired, failed without a bound": one(
    ordering({ ...unbounded, ...paired }),
    [...about(5, 6), null, null],
    [...about(2, 7), null],
  ),
  "ordering, reduced": one(ordering(), about(13, 5), about(12, 4), undefined, { profile: "quick" }),
  "ordering, paired, reduced": one(ordering(paired), [9, 9, 8, 9, 9], [9, 8, 9, 8, 7], undefined, { profile: "quick" }),
  "ordering, stand-in data": one(ordering(), about(13, 5), about(12, 5), undefined, { usesPapersData: false }),
  "ordering, under every reading": () =>
    judged({ claims: [ordering()], arms: { a: flat(about(20, 6)), b: flat(about(12, 6)) }, readings: ["one", "two"] }),
  "ordering, not under every reading": () =>
    judged({
      claims: [ordering()],
      arms: {
        a: flat(about(20, 6)),
        b: flat(about(12, 6)),
        "a@two": flat(about(13, 6, 2)),
        "b@two": flat(about(12.5, 6)),
        "a@three": flat(about(13, 6, 2)),
        "b@three": flat(about(12, 6, 1.5)),
      },
      readings: ["one", "two", "three"],
    }),
  "ordering, a reading was not run": () =>
    judged({
      claims: [ordering()],
      arms: { a: flat(about(20, 6)), b: flat(about(12, 6)) },
      readings: ["one", "not run"],
    }),
  "trend, as claimed": one(trend(), about(20, 5), about(15, 5), about(10, 5)),
  "trend, reversed": one(trend(), about(10, 5), about(15, 5), about(20, 5)),
  "trend, rising": one(trend({ direction: "rising" }), about(10, 5), about(15, 5), about(20, 5)),
  "trend, open": one(trend(), about(13, 5, 3), about(12.8, 5, 3.1), about(12.4, 5, 2.9)),
  "trend, flat": one(trend(), [1, 1, 1], [1, 1, 1], [1, 1, 1]),
  "trend, an empty arm": one(trend(), about(20, 5), [], about(10, 5)),
  "trend, failed without a bound": one(trend(unbounded), [...about(20, 5), null], about(15, 5), about(10, 5)),
  "range, inside": one(range(), [10, 11, 12, 13, 13, 14, 14, 15, 16, 16]),
  "range, outside": one(range(), [12, 12, 12, 13, 13, 13, 13, 13, 13, 13]),
  "range, few": one(range(), about(13, 6)),
  "range, failed without a bound": one(
    range({ ...unbounded, published: { ...inNats.published, n: 10, min: 10, max: 16 } }),
    [...about(13, 11), null],
  ),
  "identity, within": one(identity(), [-1.386, -1.3865, -1.385]),
  "identity, without": one(identity(), [-1.3, -1.2]),
  "identity, some": one(identity(), [-1.386, -1.2]),
  "identity, partly ours": one(identity(assumption), [-1.386, -1.387]),
  "identity, failed": one(identity(), [-1.386, null]),
  "identity, nothing": one(identity(), []),
  qualitative: () =>
    judged({
      claims: [{ ...common, kind: "qualitative", id: "q", reason: "No number and no measure." }],
      arms: {},
      readings: ["one", "two"],
    }),
  "nested, on the outer axis": () =>
    judged({
      claims: [point({ axis: "encoder", quantity: error, published: { ...ten, unit: "%", axis: "encoder" } })],
      arms: { a: nested(about(13, 6).map((centre, i) => about(centre + 0.013 * i ** 2, 4, 0.3))) },
    }),
  "nested, on the inner axis": () =>
    judged({
      claims: [point({ axis: "labelDraw", quantity: error, published: { ...ten, unit: "%", axis: "labelDraw" } })],
      arms: { a: nested([about(13, 8), about(14, 8)]) },
    }),
  "nested ordering, paired": () =>
    judged({
      claims: [ordering({ axis: "encoder", quantity: error, ...paired })],
      arms: {
        a: nested(about(16, 6).map((centre) => about(centre, 3, 0.3))),
        b: nested(about(13, 6, 0.7).map((centre) => about(centre, 3, 0.2))),
      },
    }),
  "point, all units agree": one(point({ published: bare }), new Array(10).fill(13)),
  "point, nearly all units agree": one(point({ published: bare }), [13, 12, 13, 13, 12, 13, 12, 13, 12, 1]),
  "point, units agree without a worst value": one(
    point({ quantity: loss, published: { ...bare, unit: loss.unit } }),
    new Array(10).fill(13),
  ),
  "gap, units of both arms agree": one(gap(paired), new Array(10).fill(7), new Array(10).fill(10)),
  "point, two readings that differ": () =>
    judged({
      claims: [point()],
      arms: { a: flat(about(13.2, 20, 0.8)), "a@two": flat(smooth(13.2, 6, 3)) },
      readings: ["one", "two"],
    }),
  "point, beyond the margin for sure, and not wholly": one(
    point({ margin: { value: 0.2, reason: "" } }),
    smooth(15, 9, 2),
  ),
  "point, counts that lie close together": one(point(), [15, 14, 13, 12, 11, 15, 14, 13, 12, 11]),
  "point, printed once": one(point({ published: { ...ten, n: 1 } }), about(13, 8)),
  "point, a metric without a bound whose failures are lowest": one(
    point({ ...inNats, quantity: { ...loss, better: "higher" } }),
    [...about(13, 8), null],
  ),
  "gap, the second arm failed without a bound": one(gap(inNats), about(16, 7), [...about(19, 6), null]),
  "gap, stand-in data": one(gap(), about(16, 6), about(19, 6), undefined, { usesPapersData: false }),
  "range, stand-in data": one(range(), about(13, 10), undefined, undefined, { usesPapersData: false }),
  "range, one extreme outside": one(range(), [10, 11, 12, 13, 13, 13, 13, 13, 13, 13]),
  "range, the other extreme outside": one(range(), [13, 13, 13, 13, 13, 13, 14, 15, 16, 16]),
  "ordering, unpaired, failed without a bound, reversed": one(ordering(unbounded), about(2, 8), [
    ...about(5, 6),
    null,
    null,
  ]),
  "ordering, ties, reduced": one(ordering(), [9, 9, 8], [9, 8, 9], undefined, { profile: "quick" }),
  "trend, not under every reading": () =>
    judged({
      claims: [trend()],
      arms: {
        a: flat(about(20, 5)),
        b: flat(about(15, 5)),
        c: flat(about(10, 5)),
        "a@two": flat(about(13, 5, 3)),
        "b@two": flat(about(12.8, 4, 3.1)),
        "c@two": flat(about(12.4, 6, 2.9)),
      },
      readings: ["one", "two"],
    }),
  "trend, four arms": () =>
    judged({
      claims: [trend({ arms: ["a", "b", "c", "d"] })],
      arms: { a: flat(about(20, 5)), b: flat(about(15, 5)), c: flat(about(15, 5, 2)), d: flat(about(14, 5)) },
    }),
  "a family with claims that have no test": () =>
    judged({
      claims: [ordering(), range(), identity({ expected: 13, tolerance: 9, quantity: modes })],
      arms: { a: flat(about(13.4, 10)), b: flat(about(12.2, 10)) },
    }),
  "two readings of one name": () => judged({ claims: [point()], arms: {}, readings: ["one", "one"] }),
  "a claim of two families": () =>
    judged({
      claims: [ordering({ id: "o1" }), ordering({ id: "o2", family: "other" })],
      arms: { a: flat(about(13.4, 10)), b: flat(about(12.2, 10)) },
    }),
  "a family of three": () =>
    judged({
      claims: [point(), ordering({ id: "o1" }), ordering({ id: "o2", arms: ["b", "c"] })],
      arms: { a: flat(about(13.4, 8)), b: flat(about(11.4, 8)), c: flat(about(11, 8, 2)) },
    }),
  "refused: a replicate twice": () => judged({ claims: [point()], arms: { a: [...flat([1, 2]), ...flat([3])] } }),
  "refused: more than planned": one(point(), about(13, 6), undefined, undefined, { planned: 5 }),
  "refused: finished without a value": () =>
    judged({ claims: [point()], arms: { a: [{ replicate: 0, value: Number.NaN, finished: true }] } }),
  "refused: a claim twice": () => judged({ claims: [point(), point()], arms: { a: flat([1]) } }),
  "refused: no reading": () => judged({ claims: [point()], arms: {}, readings: [] }),
  "refused: pairs of other replicates": () =>
    judged({
      claims: [ordering(paired)],
      arms: { a: flat([1, 2]), b: [{ replicate: 5, value: 1, finished: true }, ...flat([1])] },
    }),
  "refused: a margin": one(point({ margin: { value: 0, reason: "" } }), about(13, 6)),
  "refused: a level": one(point({ alpha: 0.7 }), about(13, 6)),
  "refused: another unit": one(point({ published: { ...ten, unit: "%" } }), about(13, 6)),
  "refused: a gap in % of values in %": one(gap({ published: { ...ten, unit: "%" } }), about(16, 6), about(19, 6)),
  "refused: one of two printed values in another unit": one(
    ordering({ published: [ten, { ...ten, id: "b", unit: "share" }] }),
    about(13, 6),
    about(12, 6),
  ),
  "refused: an arm beside itself": one(ordering({ arms: ["a", "a"] }), about(13, 6)),
  "refused: a gap of an arm with itself": one(gap({ arms: ["a", "a"] }), about(13, 6)),
  "refused: a trend of two arms": one(trend({ arms: ["a", "b"] }), about(20, 5), about(15, 5)),
  "refused: a trend with an arm twice": one(trend({ arms: ["a", "b", "a"] }), about(20, 5), about(15, 5)),
  "refused: extremes the wrong way round": one(
    range({ published: { ...ten, n: 10, min: 16, max: 10 } }),
    about(13, 10),
  ),
  "refused: a tolerance": one(identity({ tolerance: -1 }), [-1.386]),
  "refused: another axis": () => judged({ claims: [point({ axis: "seed" })], arms: { a: nested([[1, 2]]) } }),
  "a change of nothing": () => judgeChange([change(about(9, 10), about(9, 10))]),
  "a small change": () => judgeChange([change(about(9, 10), about(9.01, 10))]),
  "a worse change": () => judgeChange([change(about(9, 10), about(7, 10, 0.9)), change(about(9, 10), about(9, 10))]),
  "a better change": () => judgeChange([change(about(9, 10), about(11, 10, 0.9))]),
  "an open change": () => judgeChange([change(about(9, 10), about(9.3, 10, -1))]),
  "a sure change within the margin": () => judgeChange([change(about(9, 10), about(9.48, 10, 0.9))]),
  "a sure rise within the margin, of errors": () =>
    judgeChange([{ ...change(about(9, 10), about(9.48, 10, 0.9), error), quantity: error }]),
  "a worse change of errors, and an open one": () =>
    judgeChange([
      { ...change(about(9, 10), about(11, 10, 0.9), error), quantity: error },
      { ...change(about(9, 10), about(9.3, 10, -1), error), quantity: error },
    ]),
  "a change of unpaired runs": () => judgeChange([change(about(9, 6), about(7, 8))]),
  "a change with failed runs": () => judgeChange([change([...about(9, 9), null], [...about(9, 8), null, null])]),
  "a change with failed runs without a bound": () =>
    judgeChange([{ ...change([...about(9, 9), null], [...about(4, 8), null, null], loss), quantity: loss }]),
  "a change of nothing to compare": () => judgeChange([]),
};

function change(baseline: Values, candidate: Values, quantity = modes) {
  const counted = (values: Values): Observation[] =>
    values.map((value, replicate) => ({
      replicate,
      finished: value !== null,
      value: value ?? quantity.worst ?? Number.POSITIVE_INFINITY,
    }));
  return {
    slot: "ali",
    setting: "fixed",
    quantity,
    margin: { value: 0.5, reason: "a test" },
    baseline: counted(baseline),
    candidate: counted(candidate),
  };
}

/** Ten significant digits: the last ones hang on the machine. What JSON cannot hold becomes text. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, v) =>
      typeof v === "number" ? (Number.isFinite(v) ? Number(v.toPrecision(10)) : String(v)) : v,
    ),
  );
}
function outcome(study: () => unknown): unknown {
  try {
    return plain(study());
  } catch (error) {
    return {
      throws: (error as Error).name,
      message: (error as Error).message,
      exitCode: (error as { exitCode?: number }).exitCode ?? null,
    };
  }
}

if (process.env.RENEW_JUDGEMENTS === "1") {
  const all = Object.fromEntries(Object.entries(STUDIES).map(([name, study]) => [name, outcome(study)]));
  writeFileSync(FILE, `${JSON.stringify(all, null, 1)}\n`);
}
const APPROVED = JSON.parse(readFileSync(FILE, "utf8")) as Record<string, unknown>;

describe("the whole judgement of", () => {
  for (const [name, study] of Object.entries(STUDIES))
    test(name, () => assert.deepEqual(outcome(study), APPROVED[name]));
  test("nothing else", () => assert.deepEqual(Object.keys(APPROVED), Object.keys(STUDIES)));
});
