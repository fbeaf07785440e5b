/** The procedures of the calibration, on fewer studies: what they promise holds, and a broken promise is seen. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { levelOf } from "../../harness/compare/looks.ts";
import { Stream } from "../../harness/random/seeds.ts";
import { summarize } from "../../harness/statistics/descriptive.ts";
import { peeking } from "./changes.ts";
import { page } from "./page.ts";
import { drawn, POPULATIONS } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import { PROCEDURES } from "./procedures.ts";
import { VERDICTS_UNDER_SHIFT } from "./shifts.ts";
import { above, judged, type Rate, ratesOf, simultaneousAlpha } from "./simulate.ts";

/** Monte Carlo tests are left to the page. */
const quick = (procedure: Procedure): Procedure => ({
  ...procedure,
  sizes: procedure.sizes.filter(({ share, n }) => share >= 1 || n <= 6).map(({ n }) => ({ n, share: 1 })),
});
const TESTED = PROCEDURES.map(quick);
const RATES = TESTED.flatMap((procedure) => ratesOf(procedure, 100, "test"));
const ALPHA = simultaneousAlpha(RATES);
const titled = (start: string): Procedure => TESTED.find(({ title }) => title.startsWith(start))!;
const share = ({ count, studies }: Rate): number => count / studies;
const name = ({ procedure, truth, outcomes, population, n, count, studies }: Rate): string =>
  `${procedure.title}: ${outcomes.join(" or ")}, ${truth.means}, ${population.name}, n = ${n}: ${count} of ${studies}`;

describe("where the truth is known", () => {
  test("no rate is above nominal where its procedure claims its level", () => {
    assert.deepEqual(
      judged(RATES)
        .filter((rate) => above(rate, ALPHA))
        .map(name),
      [],
    );
    assert.equal(judged(RATES).length > 100, true);
  });
  test("stress is measured and held to nothing: rates there are above nominal", () => {
    const over = RATES.filter((rate) => above(rate, ALPHA));
    assert.equal(
      over.some(({ population, n }) => population.name === "skewed" && n === 5),
      true,
    );
    assert.deepEqual(over.filter(({ claimed }) => claimed).map(name), []);
  });
  test("every procedure with a nominal rate is held to it for normal runs, but equal means of unequal spread", () => {
    const held = new Set(
      judged(RATES)
        .filter(({ population }) => population.name === "normal")
        .map(({ procedure }) => procedure),
    );
    const free = TESTED.filter(
      (one) => !one.populations && one.truths.some(({ falseAlarms }) => falseAlarms.length > 0) && !held.has(one),
    );
    assert.deepEqual(
      free.map(({ title }) => title),
      [
        "An ordering, unpaired, the second arm with twice the SD",
        "An ordering, unpaired, arms of n and 2n runs, the smaller one with twice the SD",
      ],
    );
  });
  test("power grows with the units", () => {
    for (const procedure of TESTED.filter(({ title }) => !title.startsWith("A printed range")))
      for (const truth of procedure.truths.filter(({ power }) => power.length > 0)) {
        const normal = RATES.filter(
          (rate) => rate.procedure === procedure && rate.truth === truth && rate.nominal === null,
        )
          .filter(({ population }) => population.name === "normal")
          .map(share);
        normal.slice(1).forEach((power, i) => {
          assert.ok(power >= normal[i]! - 0.2, `${procedure.title}, ${truth.means}: ${normal.join(", ")}`);
        });
      }
  });
});

describe("a replication of a printed number", () => {
  const verdicts = (n: number, effect: number, studies = 150) => {
    const procedure = titled("A number with its SD and n printed");
    const stream = new Stream([n, 10 * (effect + 5)]);
    const said = Array.from({ length: studies }, () => procedure.study(POPULATIONS[0]!, stream, n, effect)[0]!);
    return (verdict: string) => said.filter((one) => one === verdict).length / studies;
  };
  test("that is faithful is REPRODUCED with enough units, and never CONTRADICTED or BETTER", () => {
    const many = verdicts(40, 0);
    assert.deepEqual([many("REPRODUCED") > 0.95, many("CONTRADICTED"), many("BETTER")], [true, 0, 0]);
  });
  test("that is off by three margins is CONTRADICTED or BETTER by its side", () => {
    assert.equal(verdicts(10, -3)("CONTRADICTED") > 0.9, true);
    assert.equal(verdicts(10, 3)("BETTER") > 0.8, true);
  });
  test("agrees no more often on fewer units, and never on fewer than five", () => {
    const agreement = [40, 20, 10, 6, 5, 4].map((n) => {
      const share = verdicts(n, 0);
      return share("REPRODUCED") + share("CONSISTENT");
    });
    for (let i = 1; i < agreement.length; i++)
      assert.ok(agreement[i]! <= agreement[i - 1]! + 0.08, agreement.join(", "));
    assert.deepEqual([agreement.at(-1), agreement[0]! > 0.9], [0, true]);
  });
});

describe("a compare to which runs are added", () => {
  const procedure = titled("Nothing changed, a margin that stops no alarm");
  const alarms = (level: (look: number) => number): Rate =>
    ratesOf({ ...procedure, sizes: [{ n: 6, share: 1 }], study: peeking(0.1, level) }, 200, "peeking", [
      POPULATIONS[0]!,
    ])[0]!;
  test("keeps its level however often it is looked at, and would not with 0.05 at each look", () => {
    const [spent, flat] = [alarms(levelOf), alarms(() => 0.05)];
    assert.deepEqual([above(spent, 0.95), above(flat, 0.95)], [false, true], [spent, flat].map(name).join("; "));
  });
});

/** Rates of CONSISTENT, INCONCLUSIVE and CONTRADICTED: n normal runs of SD 1, an exact printed value, margin 1. */
const GOLDEN_SHIFTS = [
  ["no shift", 10, 0.9681, 0.0319, 0],
  ["worse by 1 margin", 5, 0.5719, 0.4031, 0.025],
  ["worse by 1 margin", 10, 0.2101, 0.7649, 0.025],
  ["worse by 1 margin", 20, 0.0525, 0.9225, 0.025],
  ["worse by 2 margins", 10, 0.0002, 0.1967, 0.8031],
] as const;

describe("every verdict under a shift", () => {
  const studies = 600;
  const rates = VERDICTS_UNDER_SHIFT.flatMap((procedure) => ratesOf(procedure, studies, "shift", [POPULATIONS[0]!]));
  const of = (title: RegExp, means: string, n: number): number[] =>
    rates.filter((rate) => title.test(rate.procedure.title) && rate.truth.means === means && rate.n === n).map(share);
  test("is the only one of its study: the rates of a cell sum to 1", () => {
    for (const { title } of VERDICTS_UNDER_SHIFT)
      for (const means of ["no shift", "worse by 0.5 margins", "better by 1 margin", "worse by 2 margins"]) {
        const cell = of(new RegExp(title), means, 10);
        assert.equal(cell.length, 5);
        assert.ok(Math.abs(cell.reduce((sum, rate) => sum + rate, 0) - 1) < 1e-9, `${title}, ${means}: ${cell}`);
      }
  });
  test("has the rates of SciPy 1.17.1 where the print is exact: each verdict's range of means, over χ² of the variance", () => {
    for (const [means, n, consistent, open, contradicted] of GOLDEN_SHIFTS) {
      const [reproduced, ...others] = of(/without SD or n/, means, n);
      assert.equal(reproduced, 0);
      [consistent, open, contradicted].forEach((expected, i) => {
        const error = Math.max(0.002, 5 * Math.sqrt((expected * (1 - expected)) / studies));
        assert.ok(Math.abs(others[i]! - expected) <= error, `${means}, n = ${n}: ${others}`);
      });
    }
  });
  test("stands on the page in a section of its own, held to nothing", () => {
    assert.deepEqual(judged(rates), []);
    const text = page([], [], { seed: "shift", studies }, rates);
    assert.match(text, /## Every verdict under a shift\n/);
    assert.match(
      text,
      /\| truth \| population \| n \| REPRODUCED \| CONSISTENT \| INCONCLUSIVE \| CONTRADICTED \| BETTER \|/,
    );
    assert.equal(text.match(/^\| worse by 1 margin \| normal \| (5|10|20) \|/gm)!.length, 6);
  });
});

describe("the page that is kept", () => {
  const kept = readFileSync(new URL("../../reports/calibration.md", import.meta.url), "utf8");
  test("has no rate above nominal where a procedure claims its level", () => {
    assert.match(kept, /claims its level, 0 of \d+ false-alarm rates are above nominal/);
    assert.doesNotMatch(kept.slice(0, kept.indexOf("## Stress")), /\| \*\*no\*\* at n =/);
  });
  test("has every procedure that decides something", () => {
    const missing = PROCEDURES.filter(({ title }) => !kept.includes(`### ${title}\n`));
    assert.deepEqual(
      missing.map(({ title }) => title),
      [],
    );
  });
});

describe("the calibration itself", () => {
  const ordering = titled("An ordering, unpaired: studentised permutation");
  test("sees a rate above its nominal one, and a test that is not idle", () => {
    const strict: Procedure = {
      ...ordering,
      sizes: [{ n: 5, share: 1 }],
      truths: [{ ...ordering.truths[0]!, falseAlarms: [{ outcomes: ["REPRODUCED", "CONTRADICTED"], nominal: 0.005 }] }],
    };
    const [rate] = ratesOf(strict, 1500, "fault", [POPULATIONS[0]!]);
    assert.equal(above(rate!, 0.0005), true);
    assert.equal(share(rate!) < 0.065, true);
  });
  test("draws every population with mean 0 and SD 1", () => {
    for (const population of POPULATIONS) {
      const { mean, sd } = summarize(drawn(population, new Stream([1, 1]), 100_000));
      assert.ok(Math.abs(mean) < 0.02, `${population.name}: mean ${mean}`);
      assert.ok(Math.abs(sd - 1) < (population.name === "heavy tails" ? 0.2 : 0.02), `${population.name}: SD ${sd}`);
    }
  });
  test("calls a rate above by the exact binomial tail", () => {
    // P(X ≥ 14) = 4.6327e-4 and P(X ≥ 16) = 3.7054e-5 for 100 cases of 1/20, summed in fractions.
    const rate = (count: number): Rate => ({ ...RATES[0]!, nominal: 0.05, count, studies: 100 });
    assert.deepEqual([above(rate(14), 4.632e-4), above(rate(14), 4.633e-4)], [false, true]);
    assert.deepEqual([above(rate(16), 3.705e-5), above(rate(16), 3.706e-5)], [false, true]);
    assert.equal(above({ ...rate(100), nominal: null }, 0.5), false);
  });
  test("is seeded, and writes a page that says what is above nominal", () => {
    const few = (nominal: number) => {
      const truth = { ...ordering.truths[0]!, falseAlarms: [{ outcomes: ["REPRODUCED", "CONTRADICTED"], nominal }] };
      return ratesOf({ ...ordering, sizes: [5, 6].map((n) => ({ n, share: 1 })), truths: [truth] }, 400, "page", [
        POPULATIONS[0]!,
      ]);
    };
    const options = { seed: "page", studies: 400 };
    assert.equal(page(few(0.05), [], options), page(few(0.05), [], options));
    assert.match(page(few(0.05), [], options), /claims its level, 0 of 2 false-alarm rates are above nominal/);
    const bad = page(few(0.001), [], options);
    assert.match(bad, /claims its level, 2 of 2 false-alarm rates are above nominal/);
    assert.match(bad, /Theory promises these rates: a fault to be found/);
    assert.match(bad, /\| \*\*no\*\* at n = 5, 6 \|/);
    const stress = few(0.001).map((rate) => ({ ...rate, claimed: false }));
    assert.match(page(stress, [], options), /0 of 0 false-alarm rates .* under stress, 2 of 2 are/);
  });
});
