import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { type RunRecord, RunSpec } from "../../harness/contract/run.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import { Stream, streamKey } from "../../harness/random/seeds.ts";
import { FAST_TEMPORARY, MAIN, records, run } from "../../harness/testing/program-under-test.ts";
import { assemble } from "../../harness/verdict/assemble.ts";
import { MAPS, POINTS, randomMasses } from "./deterministic.ts";
import { type Formulas, PAPER } from "./formulas.ts";
import { conditionals, jensenShannon, joint, mapJoint, marginals, randomJoint, sum } from "./joints.ts";
import { bestDiscriminator, maximise, sigmoid } from "./optimise.ts";
import { theory } from "./suite.ts";

const near = (actual: number, expected: number, within: number): void =>
  assert.equal(Math.abs(actual - expected) <= within, true, `${actual} is not within ${within} of ${expected}`);

/** Verdicts by claim, of two draws a kind under these formulas. */
async function verdicts(formulas: Formulas): Promise<Record<string, string>> {
  const suite = theory(formulas);
  const plan = suite.plan("quick", "cpu", { rootSeed: "a seed", replicates: 2 });
  const runs = await Promise.all(
    plan.runs.map(async (spec) => {
      const context = { seed: (purpose: string) => streamKey("a seed", spec.path, purpose) } as unknown as RunContext;
      const { metrics } = await suite.run(RunSpec.parse(spec), context);
      const record = { state: "finished", spec, metrics } as unknown as RunRecord;
      return {
        record,
        array: () => assert.fail("the suite stores no arrays"),
        weights: () => assert.fail("the suite trains nothing"),
      };
    }),
  );
  const { judgements } = assemble({ suite, plan, runs, warnings: [], command: "" });
  return Object.fromEntries(judgements.map(({ claimId, verdict }) => [claimId, verdict]));
}

const reproduced = await verdicts(PAPER);

describe("the paper's formulas", () => {
  for (const [claim, verdict] of Object.entries(reproduced))
    test(`${claim} holds`, () => assert.equal(verdict, "REPRODUCED"));
});

describe("a wrong theory is contradicted where it is wrong, and nowhere else:", () => {
  /** Slope and value of an objective that sees the marginals alone. */
  const ofMarginals: Pick<Formulas, "generatorObjective" | "generatorObjectiveSlope"> = {
    generatorObjectiveSlope: (q, p) => {
      const [ours, target] = [marginals(p), marginals(q)];
      const slope = (a: number, b: number): number => 0.5 * Math.log((2 * a) / (a + b));
      return joint(p.rows, p.columns, (x, z) => slope(ours.x[x]!, target.x[x]!) + slope(ours.z[z]!, target.z[z]!));
    },
    generatorObjective: (q, p) => {
      const [ours, target] = [marginals(p), marginals(q)];
      const of = (a: Float64Array, b: Float64Array): number =>
        jensenShannon(
          joint(1, a.length, (_, i) => a[i]!),
          joint(1, b.length, (_, i) => b[i]!),
        );
      return of(ours.x, target.x) + of(ours.z, target.z);
    },
  };
  const WRONG: readonly (readonly [string, Partial<Formulas>, readonly string[]])[] = [
    [
      "D* with q and p exchanged",
      { optimalDiscriminator: (q, p) => p / (q + p) },
      ["discriminator-discrete", "discriminator-continuous"],
    ],
    ["D* = ½ everywhere", { optimalDiscriminator: () => 0.5 }, ["discriminator-discrete", "discriminator-continuous"]],
    [
      "V = JSD − 2 log 2",
      { valueAtOptimum: (divergence) => divergence - 2 * Math.LN2 },
      ["value-discrete", "value-continuous", "marginals-do-not-suffice"],
    ],
    [
      "V = 2·JSD − log 2",
      { valueAtOptimum: (divergence) => 2 * divergence - Math.LN2 },
      ["value-discrete", "value-continuous", "marginals-do-not-suffice"],
    ],
    [
      "a generator that sees the marginals alone",
      { generatorObjectiveSlope: ofMarginals.generatorObjectiveSlope },
      ["joints-match", "conditionals-match"],
    ],
    [
      "a generator that climbs",
      { generatorObjectiveSlope: (q, p) => mapJoint(PAPER.generatorObjectiveSlope(q, p), (slope) => -slope) },
      ["joints-match", "marginals-match", "conditionals-match"],
    ],
    [
      "an optimum of the marginals alone",
      { generatorObjective: ofMarginals.generatorObjective },
      ["optimal-pairs-invert", "inverse-pairs-are-optimal"],
    ],
    ["an optimum that no pair reaches", { generatorObjective: () => 1 }, ["inverse-pairs-are-optimal"]],
  ];
  for (const [name, wrong, claims] of WRONG)
    test(name, async () => {
      const expected = { ...reproduced, ...Object.fromEntries(claims.map((claim) => [claim, "CONTRADICTED"])) };
      assert.deepEqual(await verdicts({ ...PAPER, ...wrong }), expected);
    });
});

describe("what the checks are made of", () => {
  const normal = (x: number, mean: number, sd: number): number =>
    Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));

  test("the divergence is 0 for equal joints, log 2 without shared support", () => {
    const q = randomJoint(3, 3, new Stream([1, 2]), (x) => x === 0);
    const p = randomJoint(3, 3, new Stream([1, 2], 1), (x) => x > 0);
    assert.equal(jensenShannon(q, q), 0);
    near(jensenShannon(q, p), Math.LN2, 1e-15);
  });

  // Simpson's rule with 60,001 points on [−30, 30] in Python.
  for (const [mean, sd, expected] of [
    [2, 1, 0.3368308203468317],
    [1, 0.5, 0.22398377654850113],
  ] as const)
    test(`the divergence of N(0, 1) and N(${mean}, ${sd}²) is ${expected}`, () => {
      const on = (m: number, s: number) => joint(1, 400, (_, i) => normal(-20 + (i + 0.5) / 10, m, s), 0.1);
      near(jensenShannon(on(0, 1), on(mean, sd)), expected, 1e-9);
    });

  test("a random joint sums to 1, and its conditionals times their marginals give it back", () => {
    const q = randomJoint(4, 5, new Stream([3, 4]));
    const { x, z } = marginals(q);
    const { zGivenX, xGivenZ } = conditionals(q);
    near(sum(q.density), 1, 1e-14);
    q.density.forEach((value, i) => {
      near(zGivenX[i]! * x[Math.floor(i / 5)]!, value, 1e-15);
      near(xGivenZ[i]! * z[i % 5]!, value, 1e-15);
    });
  });

  test("a maximum is found by its values, inside and at the edge", () => {
    near(
      maximise((x) => -((x - 3) ** 2), -40, 40),
      3,
      1e-7,
    );
    near(
      maximise((x) => x, -40, 40),
      40,
      1e-8,
    );
  });

  // log D of q, log (1 − D) of p by hand: q = ¾, p = ¼ on one point and the reverse on the other.
  test("the best discriminator of a worked example", () => {
    const q = joint(1, 2, (_, z) => (z === 0 ? 0.75 : 0.25));
    const p = joint(1, 2, (_, z) => (z === 0 ? 0.25 : 0.75));
    const { logits, value } = bestDiscriminator(q, p);
    near(sigmoid(logits[0]!), 0.75, 1e-7);
    near(value, 1.5 * Math.log(0.75) + 0.5 * Math.log(0.25), 1e-14);
  });

  test("maps are all there, once; pairs are optimal up to rounding or far from it", async () => {
    assert.equal(new Set(MAPS.map(String)).size, POINTS ** POINTS);
    const between: number[] = [];
    await verdicts({
      ...PAPER,
      generatorObjective: (q, p) => {
        const value = PAPER.generatorObjective(q, p);
        if (value > 1e-15 && value < 0.005) between.push(value);
        return value;
      },
    });
    assert.deepEqual(between, []);
  });

  test("masses of x and z are the same ones, and some are 0 in some draws", () => {
    const draws = Array.from({ length: 20 }, (_, i) => randomMasses(new Stream([i, 0])));
    for (const { x, z } of draws) assert.deepEqual([...x].sort(), [...z].sort());
    assert.equal(
      draws.some(({ x }) => x.includes(0)),
      true,
    );
  });
});

describe("the whole program", () => {
  const folder = mkdtempSync(join(FAST_TEMPORARY, "theory-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test("stores runs without training and prints verdicts on the paper, though `quick` is the default", async () => {
    const places = ["--store", join(folder, "store"), "--out", join(folder, "pages")];
    const { code, stderr, stdout } = await run(MAIN, ["suite", "theory", "--engine", "cpu", "--json", ...places]);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, / left\b|About /, "no time is foretold where there is nothing to train");
    const stored = [...records(join(folder, "store")).values()];
    assert.equal(stored.length, 50);
    for (const { state, updatesDone, weightsSha256, earlyStateSha256, provenance } of stored)
      assert.deepEqual(
        [state, updatesDone, weightsSha256, earlyStateSha256, provenance.step, provenance.trainMs],
        ["finished", 0, null, null, null, 0],
      );
    const { judgements } = JSON.parse(stdout);
    assert.deepEqual(
      judgements.map(({ verdict }: { verdict: string }) => verdict),
      judgements.map(() => "REPRODUCED"),
    );
    const again = await run(MAIN, ["report", "theory", "--profile", "quick", ...places]);
    assert.equal(again.code, 0, again.stderr);
    assert.doesNotMatch(readFileSync(join(folder, "pages", "index.html"), "utf8"), /Reduced profile/);
  });
});
