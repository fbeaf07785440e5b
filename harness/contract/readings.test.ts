import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OrderingClaim, PointClaim } from "./claims.ts";
import {
  claimUnder,
  crossReadings,
  metricUnder,
  type OpenQuestion,
  printedDdof,
  settingOf,
  singleReading,
} from "./readings.ts";

const QUESTIONS: readonly [OpenQuestion, ...OpenQuestion[]] = [
  {
    id: "hyperparameters",
    question: "which",
    options: [
      { id: "random", description: "drawn", setting: "random" },
      { id: "fixed", description: "given", setting: "fixed" },
    ],
  },
  {
    id: "likelihood",
    question: "which",
    options: [
      { id: "learned s", description: "learned" },
      { id: "unit s", description: "one", armSetting: { vae: "unit" } },
    ],
  },
  {
    id: "threshold",
    question: "how many",
    options: [
      { id: "≥ 1", description: "one sample" },
      { id: "≥ 5", description: "five samples", metrics: { modes: "modes5" }, printedDdof: 0 },
    ],
  },
];

describe("crossReadings", () => {
  const readings = crossReadings(QUESTIONS);
  const byId = (id: string) => readings.find((reading) => reading.id === id)!;

  test("has every combination once, the primary one first, named by what is not primary", () => {
    assert.deepEqual(
      readings.map(({ id }) => id),
      [
        "random",
        "random, ≥ 5",
        "random, unit s",
        "random, unit s, ≥ 5",
        "fixed",
        "fixed, ≥ 5",
        "fixed, unit s",
        "fixed, unit s, ≥ 5",
      ],
    );
    assert.equal(byId("random, unit s, ≥ 5").description, "drawn; one; five samples");
    assert.equal(byId("fixed").options.threshold?.id, "≥ 1");
  });

  test("says on which runs, metrics and printed SDs each reading is judged", () => {
    assert.equal(settingOf(byId("fixed, unit s"), "vae"), "fixed-unit");
    assert.equal(settingOf(byId("fixed, unit s"), "ali"), "fixed");
    assert.equal(metricUnder(byId("random, ≥ 5"), "modes"), "modes5");
    assert.equal(metricUnder(byId("random, ≥ 5"), "share"), "share");
    assert.equal(metricUnder(byId("random"), "modes"), "modes");
    const chained = { ...byId("random, ≥ 5") };
    const options = {
      ...chained.options,
      last: { id: "x", description: "", metrics: { modes: "wrong", modes5: "right" } },
    };
    assert.equal(metricUnder({ ...chained, options }, "modes"), "right");
    assert.equal(printedDdof(byId("random, ≥ 5")), 0);
    assert.equal(printedDdof(byId("random")), 1);
  });
});

test("a single reading is judged on the runs of its own name", () => {
  const [only] = singleReading("exact", "no choice");
  assert.equal(settingOf(only, "any"), "exact");
});

test("a printed SD of ddof 0 is made a sample SD, whatever its bars; other kinds of ± stay", () => {
  const [ddof1, ddof0] = crossReadings([
    {
      id: "printed SD",
      question: "which",
      options: [
        { id: "ddof 1", description: "n − 1" },
        { id: "ddof 0", description: "n", printedDdof: 0 },
      ],
    },
  ]) as [ReturnType<typeof crossReadings>[0], ReturnType<typeof crossReadings>[0]];
  const claim = (kind: "sd" | "3sd" | "se", n: number | null) =>
    ({
      kind: "point",
      quantity: { metric: "modes", unit: "modes" },
      published: { mean: 1, spread: { kind, value: 6 }, n },
    }) as unknown as PointClaim;
  const read = (kind: "sd" | "3sd" | "se", n: number | null) =>
    (claimUnder(ddof0, claim(kind, n)) as PointClaim).published.spread;
  assert.deepEqual(read("sd", 10), { kind: "sd", value: 6 * Math.sqrt(10 / 9) });
  assert.deepEqual(read("3sd", 4), { kind: "3sd", value: 6 * Math.sqrt(4 / 3) });
  assert.deepEqual(read("se", 10), { kind: "se", value: 6 });
  assert.deepEqual(read("sd", null), { kind: "sd", value: 6 });
  const same = claim("sd", 10);
  assert.equal(claimUnder(ddof1, same), same);
});

test("a quantity is in the unit of the metric that a reading takes for it", () => {
  const metrics = [
    { key: "modes", unit: "modes" },
    { key: "modeShare", unit: "share" },
  ];
  const [own, taken] = crossReadings([
    {
      id: "count",
      question: "what",
      options: [
        { id: "modes", description: "a count" },
        { id: "share", description: "a share", metrics: { modes: "modeShare" } },
      ],
    },
  ]);
  const claim = { kind: "ordering", quantity: { metric: "modes", unit: "modes" }, published: null } as OrderingClaim;
  assert.deepEqual((claimUnder(taken!, claim, metrics) as OrderingClaim).quantity, {
    ...claim.quantity,
    unit: "share",
  });
  assert.equal(claimUnder(own, claim, metrics), claim);
  assert.equal(claimUnder(taken!, claim), claim);
});
