/** How often verdicts are wrong where the truth is known: simulated papers and replications, seeded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderingClaim, PaperVerdict, PointClaim, Quantity } from "./claims.ts";
import { mean, summarize } from "./statistics/descriptive.ts";
import { normalQuantile } from "./statistics/distributions.ts";
import { stream } from "./statistics/stream.ts";
import { judge } from "./verdicts.ts";

const quantity: Quantity = { metric: "score", label: "score", unit: "points", better: "higher", worst: -100 };
const base = { statement: "A statement.", place: "table 1", axis: "run", family: "main", quantity } as const;
const { word } = stream([7, 8]);
const draws = (n: number, centre = 0, sd = 1) =>
  Array.from({ length: n }, () => centre + sd * normalQuantile((word() + 0.5) / 2 ** 32));

/** Share of each verdict over simulated studies. */
function shares(studies: number, verdict: () => PaperVerdict): (name: PaperVerdict) => number {
  const counts = new Map<PaperVerdict, number>();
  for (let study = 0; study < studies; study++) {
    const name = verdict();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return (name) => (counts.get(name) ?? 0) / studies;
}

function judgeArms(claim: PointClaim | OrderingClaim, arms: Readonly<Record<string, readonly number[]>>): PaperVerdict {
  const [judgement] = judge([claim], {
    profile: "paper",
    usesPapersData: true,
    readings: ["only"],
    sample: (_claim, reading, arm) => ({
      arm,
      reading,
      planned: arms[arm]!.length,
      observations: arms[arm]!.map((value, replicate) => ({ replicate, value, finished: true })),
    }),
  });
  return judgement!.verdict;
}

/** A paper of `n` units around 0, and ours around `shift`. */
function point(n: number, shift: number, margin: number): PaperVerdict {
  const paper = summarize(draws(n));
  const claim: PointClaim = {
    ...base,
    kind: "point",
    id: "point",
    arm: "a",
    margin: { value: margin, reason: "simulated" },
    published: {
      id: "p",
      place: "",
      unit: "",
      mean: paper.mean,
      spread: { kind: "sd", value: paper.sd },
      n,
      axis: "run",
    },
  };
  return judgeArms(claim, { a: draws(n, shift) });
}
function ordering(n: number, shift: number): PaperVerdict {
  const claim: OrderingClaim = {
    ...base,
    kind: "ordering",
    id: "o",
    arms: ["a", "b"],
    published: null,
    design: "unpaired",
  };
  return judgeArms(claim, { a: draws(n, shift), b: draws(n) });
}

test("an A/A ordering is decided either way in about 2.5 % of studies, never more", () => {
  const share = shares(400, () => ordering(6, 0));
  assert.equal(share("REPRODUCED") < 0.045 && share("CONTRADICTED") < 0.045, true);
  assert.ok(share("REPRODUCED") + share("CONTRADICTED") > 0.02, "the test is not idle");
});
test("a difference of two SDs is found in most studies of six", () => {
  const share = shares(300, () => ordering(6, 2));
  assert.equal(share("REPRODUCED") > 0.75, true);
  assert.equal(share("CONTRADICTED"), 0);
});
test("a faithful replication is hardly ever CONTRADICTED or BETTER, and with enough units REPRODUCED", () => {
  const few = shares(300, () => point(6, 0, 1));
  assert.equal(few("CONTRADICTED") < 0.01 && few("BETTER") < 0.01, true);
  const many = shares(300, () => point(40, 0, 1));
  assert.equal(many("REPRODUCED") > 0.95, true);
});
test("a replication that is off by exactly the margin is REPRODUCED in at most 5 % of studies", () => {
  for (const n of [6, 20]) {
    const share = shares(400, () => point(n, -1, 1));
    assert.ok(share("REPRODUCED") < 0.065, String(share("REPRODUCED")));
    assert.ok(share("CONTRADICTED") < 0.04, String(share("CONTRADICTED")));
  }
});
test("a replication that is worse by three margins is CONTRADICTED, one that is better BETTER", () => {
  assert.equal(shares(200, () => point(10, -3, 1))("CONTRADICTED") > 0.9, true);
  assert.equal(shares(200, () => point(10, 3, 1))("BETTER") > 0.85, true);
});
test("fewer units of the same replication never raise the share of agreement", () => {
  const agreement = [40, 20, 10, 6, 5, 3].map((n) => {
    const share = shares(150, () => point(n, 0, 0.75));
    return share("REPRODUCED") + share("CONSISTENT");
  });
  for (let i = 1; i < agreement.length; i++) assert.ok(agreement[i]! <= agreement[i - 1]! + 0.06, agreement.join(", "));
  assert.equal(agreement.at(-1), 0);
  assert.equal(mean(agreement) > 0.3, true);
});
