import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  Claim,
  GapClaim,
  IdentityClaim,
  Judgement,
  OrderingClaim,
  PointClaim,
  PublishedValue,
  Quantity,
  RangeClaim,
  Sample,
  TrendClaim,
} from "../contract/claims.ts";
import { PAPER_VERDICTS } from "../contract/claims.ts";
import { HarnessError } from "../errors.ts";
import type { Evidence } from "./evidence.ts";
import { judge } from "./judge.ts";

const modes: Quantity = { metric: "modes", label: "modes covered", unit: "modes", better: "higher", worst: 0 };
const loss: Quantity = { metric: "loss", label: "loss", unit: "nats", better: "lower", worst: null };
const error: Quantity = { metric: "error", label: "test error", unit: "%", better: "lower", worst: 100 };
const base = { statement: "A statement.", place: "table 1", axis: "run", family: "main" } as const;
const tenRuns: PublishedValue = {
  id: "a",
  place: "table 1",
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
  quantity: modes,
  arm: "a",
  published: tenRuns,
  margin: { value: 2, reason: "because" },
  ...over,
});
const ordering = (over: Partial<OrderingClaim> = {}): OrderingClaim => ({
  ...base,
  kind: "ordering",
  id: "ordering",
  quantity: modes,
  arms: ["a", "b"],
  published: null,
  design: "unpaired",
  ...over,
});
const gap = (over: Partial<GapClaim> = {}): GapClaim => ({
  ...base,
  kind: "gap",
  id: "gap",
  quantity: error,
  arms: ["a", "b"],
  published: { ...tenRuns, unit: "percentage points", mean: -3, spread: { kind: "sd", value: 0.5 } },
  margin: { value: 1, reason: "because" },
  design: "unpaired",
  ...over,
});
const range = (over: Partial<RangeClaim> = {}): RangeClaim => ({
  ...base,
  kind: "range",
  id: "range",
  quantity: modes,
  arm: "a",
  published: { ...tenRuns, min: 10, max: 16, n: 10 },
  ...over,
});
const identity = (over: Partial<IdentityClaim> = {}): IdentityClaim => ({
  ...base,
  kind: "identity",
  id: "identity",
  quantity: loss,
  arm: "a",
  expected: -1.386,
  tolerance: 0.01,
  ...over,
});
const trend = (over: Partial<TrendClaim> = {}): TrendClaim => ({
  ...base,
  kind: "trend",
  id: "trend",
  quantity: error,
  arms: ["1000", "2000", "4000"],
  direction: "falling",
  ...over,
});

/** Fluent evidence: `given().runs("a", [1, 2]).runs("b", [3, 4])`. null is a failed run. */
class Given implements Evidence {
  profile: Evidence["profile"] = "paper";
  usesPapersData = true;
  readings: string[] = ["random"];
  private readonly samples = new Map<string, Sample>();
  private staleReason: string | null = null;
  private rewrite: (claim: Claim, reading: string) => Claim = (claim) => claim;

  runs(arm: string, values: readonly (number | null)[], over: { reading?: string; planned?: number } = {}): this {
    const reading = over.reading ?? "random";
    if (!this.readings.includes(reading)) this.readings.push(reading);
    const observations = values.map((value, replicate) => ({
      replicate,
      value: value ?? Number.NaN,
      finished: value !== null,
    }));
    this.samples.set(`${reading}/${arm}`, { arm, reading, observations, planned: over.planned ?? values.length });
    return this;
  }
  at(profile: Evidence["profile"]): this {
    this.profile = profile;
    return this;
  }
  onStandIn(): this {
    this.usesPapersData = false;
    return this;
  }
  changedSince(reason: string): this {
    this.staleReason = reason;
    return this;
  }
  sample(_claim: Claim, reading: string, arm: string): Sample | null {
    return this.samples.get(`${reading}/${arm}`) ?? null;
  }
  stale(): string | null {
    return this.staleReason;
  }
  claimUnder(claim: Claim, reading: string): Claim {
    return this.rewrite(claim, reading);
  }
  /** How the readings change the claims. */
  reads(rewrite: (claim: Claim, reading: string) => Claim): this {
    this.rewrite = rewrite;
    return this;
  }
  judge(claim: Claim): Judgement {
    return judge([claim], this)[0]!;
  }
}
const given = () => new Given();

/** Ten values with this mean and SD, on no coarse lattice, because counts this close together would be guarded. */
const around = (centre: number, sd = 1): number[] =>
  [-1.497, -1.013, -0.791, -0.508, -0.203, 0.203, 0.508, 0.791, 1.013, 1.497].map(
    (step) => centre + (step * sd) / Math.sqrt(8.384264 / 9),
  );

describe("a number", () => {
  test("is REPRODUCED by equivalence within the margin", () => {
    const { verdict, tests, wouldDecide } = given().runs("a", around(13.1)).judge(point());
    assert.equal(verdict, "REPRODUCED");
    assert.match(tests[0]!.name, /TOST, Welch/);
    assert.equal(tests[0]!.p < 0.05, true);
    assert.equal(wouldDecide, null);
  });
  test("is not REPRODUCED by failing to find a difference", () => {
    const { verdict, tests } = given().runs("a", around(13.1, 4)).judge(point());
    assert.notEqual(verdict, "REPRODUCED");
    assert.equal(tests[1]!.p, 1);
  });
  test("is CONTRADICTED when worse by more than the margin", () => {
    assert.equal(given().runs("a", around(8)).judge(point()).verdict, "CONTRADICTED");
  });
  test("is BETTER when better by more than the margin", () => {
    assert.equal(given().runs("a", around(18)).judge(point()).verdict, "BETTER");
  });
  test("knows which side is better", () => {
    const claim = point({ quantity: { ...error, unit: "modes" } });
    assert.equal(given().runs("a", around(8)).judge(claim).verdict, "BETTER");
    assert.equal(given().runs("a", around(18)).judge(claim).verdict, "CONTRADICTED");
  });
  test("is CONSISTENT when the printed value could be a new mean of ours", () => {
    const { verdict, reason } = given().runs("a", around(13.9)).judge(point());
    assert.equal(verdict, "CONSISTENT");
    assert.match(reason, /prediction interval/);
  });
  test("is INCONCLUSIVE between these, and says what would decide", () => {
    const { verdict, wouldDecide } = given().runs("a", around(14.6, 0.4)).judge(point());
    assert.equal(verdict, "INCONCLUSIVE");
    assert.equal(wouldDecide!.smallestMargin! > 2, true);
  });
  test("with an interval wider than four margins decides nothing: less data is no better verdict", () => {
    const wide = given().runs("a", around(14.5, 6)).judge(point());
    assert.equal(wide.verdict, "INCONCLUSIVE");
    assert.match(wide.reason, /wider than/);
    assert.equal(wide.wouldDecide!.smallestMargin! > 2, true);
  });
  test("needs five units on its axis", () => {
    const four = given().runs("a", [13, 13.1, 12.87, 12.94]).judge(point());
    assert.equal(four.verdict, "INCONCLUSIVE");
    assert.equal(four.wouldDecide!.furtherReplicates, 1);
    assert.equal(
      given()
        .runs("a", [13, 13.1, 12.87, 12.94, 13.02])
        .judge(point({ margin: { value: 3, reason: "" } })).verdict,
      "REPRODUCED",
    );
    assert.equal(given().runs("a", [13]).judge(point()).wouldDecide!.furtherReplicates, 4);
  });
  test("of a partly chosen protocol is at most CONSISTENT, and says why", () => {
    const { verdict, reason } = given()
      .runs("a", around(13.1))
      .judge(point({ assumption: "toy protocol, version 1" }));
    assert.equal(verdict, "CONSISTENT");
    assert.match(reason, /toy protocol, version 1/);
  });
  test("of a partly chosen protocol can still be CONTRADICTED: a harness must be able to fail", () => {
    const { verdict, reason } = given()
      .runs("a", around(8))
      .judge(point({ assumption: "version 1" }));
    assert.equal(verdict, "CONTRADICTED");
    assert.match(reason, /version 1/);
  });
  for (const [what, published] of [
    ["an unknown ±", { ...tenRuns, spread: { kind: "unknown", value: 2 } }],
    ["no ±", { ...tenRuns, spread: { kind: "none" } }],
    ["no n", { ...tenRuns, n: null }],
    ["an SD over another axis", { ...tenRuns, axis: "labelDraw", n: 100 }],
  ] as const satisfies readonly (readonly [string, PublishedValue])[])
    test(`printed with ${what} is taken as exact, and is at most CONSISTENT`, () => {
      const { verdict, reason, tests } = given().runs("a", around(13.1)).judge(point({ published }));
      assert.equal(verdict, "CONSISTENT");
      assert.match(tests[0]!.name, /one-sample/);
      assert.match(reason, /taken as exact/);
    });
  test("a 3 SD bar read as an SD would change the verdict", () => {
    const values = around(13.4);
    const margin = { value: 1.5, reason: "" };
    const bar = (kind: "sd" | "3sd") => point({ margin, published: { ...tenRuns, spread: { kind, value: 3 } } });
    assert.equal(given().runs("a", values).judge(bar("3sd")).verdict, "REPRODUCED");
    assert.equal(given().runs("a", values).judge(bar("sd")).verdict, "CONSISTENT");
  });
  test("counts a diverged run with the metric's worst value", () => {
    const { estimates, verdict } = given()
      .runs("a", [...around(13.1).slice(1), null])
      .judge(point());
    assert.equal(estimates[0]!.failed, 1);
    assert.equal(estimates[0]!.n, 10);
    assert.equal(estimates[0]!.min, 0);
    assert.notEqual(verdict, "REPRODUCED");
  });
  test("without a worst value has no mean once a run failed", () => {
    const { verdict, reason, estimates, effect } = given()
      .runs("a", [...around(13.1).slice(1), null])
      .judge(point({ quantity: loss, published: { ...tenRuns, unit: "nats" } }));
    assert.equal(verdict, "INCONCLUSIVE");
    assert.match(reason, /1 of 10 of a/);
    assert.deepEqual([estimates, effect], [[], null]);
  });
  test("of a sample without any spread has a verdict", () => {
    const same = (n: number) => given().runs("a", new Array<number>(n).fill(13));
    // A share of 2/13 falling to 0 moves the mean by the margin of 2: (11/13)^18 = 0.0494, (11/13)^17 = 0.0584.
    assert.equal(same(18).judge(point()).verdict, "REPRODUCED");
    const few = same(17).judge(point());
    assert.deepEqual([few.verdict, few.wouldDecide], ["CONSISTENT", null]);
    assert.equal(
      same(10).judge(point({ published: { ...tenRuns, mean: 20, spread: { kind: "none" } } })).verdict,
      "CONTRADICTED",
    );
  });
});

describe("a gap", () => {
  test("is REPRODUCED, CONTRADICTED or BETTER like a number, first arm minus second", () => {
    const b = around(22, 0.4);
    assert.equal(given().runs("a", around(19, 0.4)).runs("b", b).judge(gap()).verdict, "REPRODUCED");
    assert.equal(given().runs("a", around(23, 0.4)).runs("b", b).judge(gap()).verdict, "CONTRADICTED");
    assert.equal(given().runs("a", around(15, 0.4)).runs("b", b).judge(gap()).verdict, "BETTER");
  });
  test("of pairs takes the error of their differences", () => {
    const b = around(22, 8);
    const a = b.map((value, index) => value - 3 + 0.2 * Math.cos(3 * index));
    assert.equal(
      given()
        .runs("a", a)
        .runs("b", b)
        .judge(gap({ design: "paired" })).verdict,
      "REPRODUCED",
    );
    assert.equal(given().runs("a", a).runs("b", b).judge(gap()).verdict, "INCONCLUSIVE");
  });
});

describe("an ordering", () => {
  test("is REPRODUCED by its claimed sign, significant", () => {
    const { verdict, tests, effect } = given().runs("a", around(14)).runs("b", around(11)).judge(ordering());
    assert.equal(verdict, "REPRODUCED");
    assert.match(tests[0]!.name, /exact/);
    assert.equal(effect!.value, 3);
    assert.equal(effect!.interval.kind, "welch");
  });
  test("is CONTRADICTED by the reversed sign, significant", () => {
    assert.equal(given().runs("a", around(11)).runs("b", around(14)).judge(ordering()).verdict, "CONTRADICTED");
  });
  test("is INCONCLUSIVE otherwise, with the replicates that would decide", () => {
    const { verdict, wouldDecide } = given()
      .runs("a", around(13.4, 5.8))
      .runs("b", around(10.4, 9.2))
      .judge(ordering());
    assert.equal(verdict, "INCONCLUSIVE");
    // The paper's own numbers: 105 runs an arm, 95 more than ten.
    assert.equal(wouldDecide!.furtherReplicates, 95);
  });
  test("of pairs is tested by sign flips", () => {
    const b = around(11, 6);
    const a = b.map((value, index) => value + 1 + (index % 3) / 10);
    const judgement = given()
      .runs("a", a)
      .runs("b", b)
      .judge(ordering({ design: "paired" }));
    assert.equal(judgement.verdict, "REPRODUCED");
    assert.equal(judgement.tests[0]!.p, 2 / 1024);
    assert.equal(judgement.effect!.interval.kind, "t");
  });
  test("cannot be decided by two pairs, however clear", () => {
    const { verdict, wouldDecide } = given()
      .runs("a", [9, 9])
      .runs("b", [1, 1])
      .judge(ordering({ design: "paired" }));
    assert.equal(verdict, "INCONCLUSIVE");
    assert.equal(wouldDecide!.furtherReplicates, 4);
  });
  test("is REPRODUCED only if it holds under every reading", () => {
    const clear = () => given().runs("a", around(14)).runs("b", around(11));
    const both = clear().runs("a", around(14), { reading: "fixed" }).runs("b", around(11), { reading: "fixed" });
    assert.deepEqual(
      judge([ordering()], both).map((j) => j.verdict),
      ["REPRODUCED", "REPRODUCED"],
    );
    const one = clear().runs("a", around(11.2), { reading: "fixed" }).runs("b", around(11), { reading: "fixed" });
    const [random, fixed] = judge([ordering()], one);
    assert.deepEqual([random!.verdict, fixed!.verdict], ["INCONCLUSIVE", "INCONCLUSIVE"]);
    assert.match(random!.reason, /"fixed" is INCONCLUSIVE/);
    assert.equal(random!.wouldDecide!.furtherReplicates, fixed!.wouldDecide!.furtherReplicates);
    const missing = clear();
    missing.readings.push("fixed");
    assert.deepEqual(
      judge([ordering()], missing).map((j) => j.verdict),
      ["INCONCLUSIVE", "NOT TESTED"],
    );
  });
  test("holds of an unbounded metric on ranks, failed runs being the worst", () => {
    const claim = ordering({ quantity: loss });
    // The claim says that a's loss is the greater one; a's failed runs have the worst, the greatest.
    const { verdict, tests, effect } = given()
      .runs("a", [...around(14).slice(2), null, null])
      .runs("b", around(11))
      .judge(claim);
    assert.equal(verdict, "REPRODUCED");
    assert.match(tests[0]!.name, /rank sum/);
    assert.equal(effect, null);
    const paired = given()
      .runs("a", [...around(14).slice(2), null, null])
      .runs("b", around(11))
      .judge({ ...claim, design: "paired" });
    assert.match(paired.tests[0]!.name, /signed rank/);
    assert.equal(paired.verdict, "REPRODUCED");
  });
  test("a diverged run counts, and can take significance away", () => {
    const a = around(14);
    assert.equal(given().runs("a", a).runs("b", around(11.9)).judge(ordering()).verdict, "REPRODUCED");
    assert.equal(
      given()
        .runs("a", [...a.slice(2), null, null])
        .runs("b", around(11.9))
        .judge(ordering()).verdict,
      "INCONCLUSIVE",
    );
  });
});

describe("a trend", () => {
  const falling = () =>
    given().runs("1000", around(20, 0.5)).runs("2000", around(19, 0.5)).runs("4000", around(18, 0.5));
  test("is REPRODUCED in its direction and CONTRADICTED in the other", () => {
    assert.equal(falling().judge(trend()).verdict, "REPRODUCED");
    assert.equal(falling().judge(trend({ direction: "rising" })).verdict, "CONTRADICTED");
    assert.ok(Math.abs(falling().judge(trend()).effect!.value + 2) < 1e-12, "last arm minus first");
  });
  test("is INCONCLUSIVE without one", () => {
    const { verdict, wouldDecide } = given()
      .runs("1000", [20, 18, 19])
      .runs("2000", [19, 20, 18])
      .runs("4000", [18, 19, 20.5])
      .judge(trend());
    assert.equal(verdict, "INCONCLUSIVE");
    assert.equal(wouldDecide !== null, true);
  });
});

describe("a range", () => {
  test("is CONSISTENT when both extremes could be ours, and never more", () => {
    assert.equal(given().runs("a", [10, 11, 12, 12, 13, 13, 14, 15, 16, 16]).judge(range()).verdict, "CONSISTENT");
  });
  test("is INCONCLUSIVE when one could not, or with fewer units than the paper's", () => {
    assert.equal(given().runs("a", around(20)).judge(range()).verdict, "INCONCLUSIVE");
    const few = given().runs("a", [10, 11, 13, 14, 16]).judge(range());
    assert.deepEqual([few.verdict, few.wouldDecide!.furtherReplicates], ["INCONCLUSIVE", 5]);
  });
});

describe("an identity", () => {
  test("is REPRODUCED within its tolerance, CONTRADICTED outside, INCONCLUSIVE in between", () => {
    assert.equal(given().runs("a", [-1.386, -1.38]).judge(identity()).verdict, "REPRODUCED");
    assert.equal(given().runs("a", [-1.2]).judge(identity()).verdict, "CONTRADICTED");
    const mixed = given().runs("a", [-1.386, -1.2]).judge(identity());
    assert.equal(mixed.verdict, "INCONCLUSIVE");
    assert.equal(Math.abs(mixed.wouldDecide!.smallestMargin! - 0.186) < 1e-9, true);
  });
  test("a failed run is outside every tolerance", () => {
    assert.equal(given().runs("a", [null]).judge(identity()).verdict, "CONTRADICTED");
  });
});

describe("the level and the margin that a claim declares", () => {
  const verdictAt = (claim: Claim, evidence: Given) => evidence.judge(claim).verdict;
  test("a milder level lets equivalence be shown, a stricter one takes it back", () => {
    const evidence = given().runs("a", around(13.9));
    const at = (alpha: number) => verdictAt(point({ alpha }), evidence);
    assert.deepEqual([at(0.01), at(0.05), at(0.3)], ["CONSISTENT", "CONSISTENT", "REPRODUCED"]);
    assert.equal(verdictAt(point({ alpha: 0.001 }), given().runs("a", around(13.1))), "CONSISTENT");
  });
  test("a difference is CONTRADICTED or BETTER by the claim's own level", () => {
    const at = (alpha: number, centre: number) => verdictAt(point({ alpha }), given().runs("a", around(centre)));
    assert.deepEqual([at(0.05, 9.8), at(0.3, 9.8)], ["INCONCLUSIVE", "CONTRADICTED"]);
    assert.deepEqual([at(0.05, 16.2), at(0.3, 16.2)], ["INCONCLUSIVE", "BETTER"]);
  });
  test("an order and a trend are significant by the claim's own level", () => {
    const arms = given().runs("a", around(13)).runs("b", around(11.9));
    const order = (alpha: number) => verdictAt(ordering({ alpha }), arms);
    assert.deepEqual([order(0.01), order(0.05)], ["INCONCLUSIVE", "REPRODUCED"]);
    const three = given().runs("1000", [20, 19, 20.5]).runs("2000", [19.5, 18.5, 18.7]).runs("4000", [18, 18.6, 19.6]);
    const falls = (alpha: number) => verdictAt(trend({ alpha }), three);
    assert.deepEqual([falls(0.05), falls(0.2)], ["INCONCLUSIVE", "REPRODUCED"]);
  });
  test("a wider margin lets equivalence be shown, a narrower one a difference", () => {
    const evidence = given().runs("a", around(11.4, 0.4));
    const at = (value: number) =>
      verdictAt(
        point({ margin: { value, reason: "" }, published: { ...tenRuns, spread: { kind: "sd", value: 0.5 } } }),
        evidence,
      );
    assert.deepEqual([at(1), at(1.6), at(2)], ["CONTRADICTED", "INCONCLUSIVE", "REPRODUCED"]);
  });
  test("intervals that serve the test have coverage 1 − α, and say so", () => {
    const { effect, reason, estimates } = given()
      .runs("a", around(14.5))
      .judge(point({ alpha: 0.1 }));
    assert.deepEqual([effect!.interval.level, estimates[0]!.interval!.level], [0.9, 0.9]);
    assert.match(reason, /90 % interval.*90 % prediction interval/);
  });
  test("planning asks more replicates of a stricter level", () => {
    const evidence = given().runs("a", around(13.4, 5.8)).runs("b", around(10.4, 9.2));
    const further = (alpha: number) => evidence.judge(ordering({ alpha })).wouldDecide!.furtherReplicates!;
    assert.deepEqual([further(0.05), further(0.01) > further(0.05), further(0.2) < further(0.05)], [95, true, true]);
  });
  test("a level or margin that is none is refused, with the value and what is allowed", () => {
    for (const alpha of [0, -0.1, 0.51, 1, Number.NaN])
      assert.throws(() => given().judge(ordering({ alpha })), /alpha = .*above 0 and is at most 0.5/, String(alpha));
    for (const value of [0, -1, Number.NaN, Infinity])
      assert.throws(() => given().judge(point({ margin: { value, reason: "" } })), /margin = .*positive and finite/);
    assert.equal(given().judge(ordering({ alpha: 0.5 })).verdict, "NOT TESTED");
  });
});

describe("a claim as a reading has it", () => {
  const readAs = (over: Partial<PointClaim>) =>
    given()
      .runs("a", around(13.1))
      .runs("a", around(13.1), { reading: "ddof 0" })
      .reads((claim, reading) => (reading === "ddof 0" ? ({ ...claim, ...over } as Claim) : claim));
  test("is judged by what that reading says", () => {
    const published = { ...tenRuns, spread: { kind: "sd", value: 2 * Math.sqrt(10 / 9) } } as const;
    const [asPrinted, rewritten] = judge([point()], readAs({ published }));
    assert.equal(asPrinted!.tests[0]!.p < rewritten!.tests[0]!.p, true);
    const [, apart] = judge([point()], readAs({ published: { ...tenRuns, mean: 20 } }));
    assert.equal(apart!.verdict, "CONTRADICTED");
  });
  test("keeps its id, kind and family, and has a level and a margin", () => {
    for (const over of [{ id: "other" }, { family: "other" }, { kind: "range" } as never])
      assert.throws(
        () => judge([point()], readAs(over)),
        /changes the (id|kind|family) of claim "point", (point|main), to (other|range)/,
      );
    assert.throws(() => judge([point()], readAs({ alpha: 2 })), /alpha = 2/);
  });
});

describe("whether a claim holds under a reading", () => {
  test("is true for REPRODUCED, CONSISTENT and BETTER, false for CONTRADICTED, null for the rest", () => {
    const holds = (centre: number, sd?: number) => given().runs("a", around(centre, sd)).judge(point()).holds;
    assert.deepEqual([holds(13.1), holds(13.9), holds(18), holds(8), holds(14.5, 6)], [true, true, true, false, null]);
    assert.equal(given().judge(point()).holds, null);
    assert.equal(given().runs("a", around(13.1)).at("quick").judge(point()).holds, null);
    assert.equal(given().runs("a", around(13.1)).changedSince("Old.").judge(point()).holds, null);
  });
  test("stays what it is where another reading takes REPRODUCED back", () => {
    const evidence = given().runs("a", around(14)).runs("b", around(11));
    evidence.runs("a", around(11), { reading: "fixed" }).runs("b", around(14), { reading: "fixed" });
    evidence.readings.push("not run");
    const judgements = judge([ordering()], evidence);
    assert.deepEqual(
      judgements.map(({ verdict, holds }) => [verdict, holds]),
      [
        ["INCONCLUSIVE", true],
        ["CONTRADICTED", false],
        ["NOT TESTED", null],
      ],
    );
    assert.match(judgements[2]!.reason, /No run of a is planned under the reading "not run"/);
  });
});

describe("which way an ordering or a trend points", () => {
  const points = (a: (number | null)[], b: (number | null)[], over: Partial<OrderingClaim> = {}) =>
    given().runs("a", a).runs("b", b).at("smoke").judge(ordering(over)).pointsAsClaimed;
  test("is said at any profile, also for pairs and for ranks; a tie does not point", () => {
    assert.deepEqual([points([2], [1]), points([1], [2]), points([1, 3], [2, 2])], [true, false, false]);
    assert.deepEqual([points([2, 2], [1, 3], { design: "paired" })], [false]);
    assert.deepEqual([points([null, 1], [2, 1], { quantity: loss }), points([0.1, 0.2], [0.3, 0])], [true, false]);
  });
  test("of a trend follows its direction", () => {
    const arms = given().runs("1000", [3]).runs("2000", [2]).runs("4000", [1]).at("quick");
    assert.equal(arms.judge(trend()).pointsAsClaimed, true);
    assert.equal(arms.judge(trend({ direction: "rising" })).pointsAsClaimed, false);
    const flat = given().runs("1000", [1]).runs("2000", [1]).runs("4000", [1]);
    assert.equal(flat.judge(trend()).pointsAsClaimed, false);
    assert.equal(flat.judge(trend({ direction: "rising" })).pointsAsClaimed, false);
  });
  test("is null without units and for other claims", () => {
    assert.equal(given().judge(ordering()).pointsAsClaimed, null);
    assert.equal(given().runs("1000", [3]).judge(trend()).pointsAsClaimed, null);
    assert.equal(given().runs("a", around(13)).judge(point()).pointsAsClaimed, null);
  });
});

describe("before any test", () => {
  const good = () => given().runs("a", around(13.1));
  test("a qualitative claim is NOT TESTABLE, with its reason, even unrun and at a reduced profile", () => {
    const claim: Claim = { ...base, kind: "qualitative", id: "q", reason: "It is a picture." };
    const { verdict, reason } = given().at("smoke").judge(claim);
    assert.deepEqual([verdict, reason], ["NOT TESTABLE", "It is a picture."]);
  });
  test("a reduced profile is NOT TESTED, with its numbers filled in", () => {
    const { verdict, reason, estimates, effect, tests, wouldDecide } = good().at("quick").judge(point());
    assert.equal(verdict, "NOT TESTED");
    assert.match(reason, /reduced profile "quick"/);
    assert.equal(estimates[0]!.mean.toFixed(6), "13.100000");
    assert.equal(effect !== null && tests.length === 2, true);
    assert.equal(wouldDecide, null);
  });
  test("stand-in data are NOT TESTED", () => {
    const { verdict, reason } = good().onStandIn().judge(point());
    assert.equal(verdict, "NOT TESTED");
    assert.match(reason, /stand-in/);
  });
  test("stand-in data are not set beside a printed number: estimates are given, differences and tests are not", () => {
    const { estimates, effect, tests } = good().onStandIn().judge(point());
    assert.equal(estimates[0]!.n, 10);
    assert.deepEqual([effect, tests], [null, []]);
  });
  test("an unfinished plan is NOT TESTED, and says how far it is", () => {
    const { verdict, reason } = given().runs("a", around(13.1), { planned: 12 }).judge(point());
    assert.equal(verdict, "NOT TESTED");
    assert.match(reason, /10 of 12 planned runs of a/);
  });
  test("no run at all is NOT TESTED", () => {
    for (const claim of [point(), ordering(), gap(), trend(), range(), identity()])
      assert.equal(given().judge(claim).verdict, "NOT TESTED");
  });
  test("evidence that no longer stands is STALE, unless it was never enough", () => {
    const judgement = good().changedSince("The data changed.").judge(point());
    assert.deepEqual([judgement.verdict, judgement.reason], ["STALE", "The data changed."]);
    assert.equal(good().at("quick").changedSince("The data changed.").judge(point()).verdict, "NOT TESTED");
  });
  test("a reduced profile says in words which way an ordering points", () => {
    const b = around(11, 2);
    const a = b.map((value, index) => value + (index === 0 ? -1 : 3 + (index % 2)));
    const { verdict, directional } = given()
      .runs("a", a)
      .runs("b", b)
      .at("quick")
      .judge(ordering({ design: "paired" }));
    assert.equal(verdict, "NOT TESTED");
    assert.equal(
      directional,
      "At quick scale a was above b in modes covered in 9 of 10 pairs " +
        "(difference 3.1 modes, 95 % interval 2.01 to 4.19). This is not a verdict on the paper.",
    );
  });
  test("a verdict of the paper's profile carries no directional text", () => {
    assert.equal(given().runs("a", around(14)).runs("b", around(11)).judge(ordering()).directional, null);
  });
});

describe("families", () => {
  test("claims of one family share a Holm correction within a reading", () => {
    const evidence = given().runs("a", around(14)).runs("b", around(12.9)).runs("c", around(14));
    const first = ordering({ id: "1" });
    const second = ordering({ id: "2", arms: ["a", "c"] });
    const alone = judge([first], evidence)[0]!;
    const together = judge([first, second], evidence)[0]!;
    assert.equal(alone.tests[0]!.adjustedP, alone.tests[0]!.p);
    assert.equal(Math.abs(together.tests[0]!.adjustedP - 2 * alone.tests[0]!.p) < 1e-12, true);
    assert.deepEqual([alone.verdict, together.verdict], ["REPRODUCED", "INCONCLUSIVE"]);
    const apart = judge([first, { ...second, family: "other" }], evidence)[0]!;
    assert.equal(apart.verdict, "REPRODUCED");
  });
  test("an untested claim does not make the correction milder", () => {
    const evidence = given().runs("a", around(14)).runs("b", around(12.9));
    const [judged, missing] = judge([ordering({ id: "1" }), ordering({ id: "2", arms: ["a", "c"] })], evidence);
    assert.equal(missing!.verdict, "NOT TESTED");
    assert.equal(judged!.verdict, "INCONCLUSIVE");
    const peeked = evidence.runs("c", around(0), { planned: 12 });
    const [again] = judge([ordering({ id: "1" }), ordering({ id: "2", arms: ["a", "c"] })], peeked);
    assert.equal(again!.verdict, "INCONCLUSIVE");
  });
});

describe("input that contradicts itself is refused", () => {
  const refused = (claim: Claim, evidence: Given) => assert.throws(() => evidence.judge(claim), HarnessError);
  test("a replicate twice, more units than planned, a finished run without a value", () => {
    const twice = given();
    twice.sample = () => ({
      arm: "a",
      reading: "random",
      planned: 2,
      observations: [1, 2].map((value) => ({ replicate: 0, value, finished: true })),
    });
    refused(point(), twice);
    refused(point(), given().runs("a", [1, 2, 3], { planned: 2 }));
    refused(point(), given().runs("a", [1, Number.NaN]));
  });
  test("another unit than the printed one, an arm beside itself, a trend of two: wrong use by the suite's author", () => {
    const evidence = given().runs("a", around(13.1)).runs("b", around(9));
    const wrong = (claim: Claim, message: RegExp) =>
      assert.throws(
        () => evidence.judge(claim),
        (thrown) => thrown instanceof HarnessError && thrown.exitCode === 2 && message.test(thrown.message),
      );
    const inPercent = { ...tenRuns, unit: "%" };
    wrong(point({ published: inPercent }), /Claim "point".*"a" is printed in "%", but modes covered is .* in "modes"/);
    wrong(range({ published: { ...inPercent, min: 10, max: 16, n: 10 } }), /printed in "%"/);
    wrong(ordering({ published: [tenRuns, inPercent] }), /printed in "%"/);
    wrong(gap({ published: inPercent }), /a difference of test error is measured in "percentage points"/);
    wrong(gap({ arms: ["a", "a"] }), /the arm "a" is set beside itself/);
    wrong(ordering({ arms: ["a", "a"] }), /the arm "a" is set beside itself/);
    wrong(trend({ arms: ["a", "b"] }), /2 arms, but a trend is over at least 3/);
    wrong(trend({ arms: ["a", "b", "b"] }), /the arm "b" is set beside itself/);
  });
  test("a paired claim whose arms have other replicates", () => {
    refused(ordering({ design: "paired" }), given().runs("a", [1, 2, 3]).runs("b", [1, 2]));
  });
  test("no reading, a claim twice", () => {
    const none = given();
    none.readings = [];
    assert.throws(() => judge([point()], none), HarnessError);
    assert.throws(() => judge([point(), point()], given()), HarnessError);
  });
});

test("every verdict can be given, in claim order under each reading", () => {
  const claims: Claim[] = [
    { ...base, kind: "qualitative", id: "q", reason: "It is a picture." },
    ...["none", "13.1", "8", "18", "13.9"].map((arm) => point({ id: arm, arm, family: arm })),
    point({ id: "wide", arm: "wide", family: "wide" }),
  ];
  const evidence = given().runs("wide", around(14.5, 6));
  for (const arm of ["13.1", "8", "18", "13.9"]) evidence.runs(arm, around(Number(arm)));
  const verdicts = judge(claims, evidence).map(({ verdict }) => verdict);
  const stale = given().runs("13.1", around(13.1)).changedSince("Old.").judge(claims[2]!).verdict;
  assert.deepEqual([...verdicts.slice(0, 2), stale, ...verdicts.slice(2)], [...PAPER_VERDICTS]);
});
