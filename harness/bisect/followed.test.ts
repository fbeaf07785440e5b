import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Change, ChangeVerdict } from "../compare/judge-change.ts";
import { followedAt, testedBy, verdictsOf } from "./followed.ts";

/** One comparison a slot. */
const change = (verdicts: Readonly<Record<string, ChangeVerdict>>): Change =>
  ({
    verdict: "REGRESSED",
    comparisons: Object.entries(verdicts).map(([slot, verdict]) => ({
      slot,
      setting: "only",
      verdict,
      quantity: { metric: "height" },
    })),
  }) as unknown as Change;
const followed = followedAt(change({ a: "REGRESSED", b: "EQUIVALENT", c: "REGRESSED", d: "INCONCLUSIVE" }));
const tested = (verdicts: Readonly<Record<string, ChangeVerdict>>) => testedBy(verdictsOf(change(verdicts), followed));

describe("what a bisection follows", () => {
  test("is what is REGRESSED at the bad revision", () =>
    assert.deepEqual(followed, [
      { slot: "a", setting: "only", metric: "height" },
      { slot: "c", setting: "only", metric: "height" },
    ]));

  test("makes a revision bad where one of it is REGRESSED, whatever the others are", () =>
    assert.equal(tested({ a: "INCONCLUSIVE", b: "EQUIVALENT", c: "REGRESSED" }), "bad"));

  test("makes it good where each is known not to be, whatever else is worse there", () =>
    assert.equal(tested({ a: "EQUIVALENT", b: "REGRESSED", c: "IMPROVED", d: "INCONCLUSIVE" }), "good"));

  test("leaves it undecided where one is INCONCLUSIVE, or is not compared there", () => {
    assert.equal(tested({ a: "EQUIVALENT", c: "INCONCLUSIVE" }), "undecided");
    assert.equal(tested({ a: "EQUIVALENT" }), "undecided");
  });
});
