/** Faults in a suite's declarations: unknown names, different units, identical arms. Each message names the place. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  Claim,
  GapClaim,
  OrderingClaim,
  PointClaim,
  PublishedValue,
  Quantity,
  TrendClaim,
} from "../contract/claims.ts";
import { crossReadings, type OpenQuestion } from "../contract/readings.ts";
import type { RunSpec } from "../contract/run.ts";
import type { Plan, Suite } from "../contract/suite.ts";
import { HarnessError } from "../errors.ts";
import { plannedFaults, requireDistinctRuns, requirePlanned, requireSound, suiteFaults } from "./sound-suite.ts";

const MODES: Quantity = { metric: "modes", label: "modes covered", unit: "modes", better: "higher", worst: 0 };
const ERROR: Quantity = { metric: "error", label: "test error", unit: "%", better: "lower", worst: 100 };
const printed: PublishedValue = {
  id: "p",
  place: "",
  unit: "modes",
  mean: 13,
  spread: { kind: "sd", value: 2 },
  n: 10,
  axis: "run",
};
const base = { statement: "", place: "", axis: "run", family: "f" } as const;
const margin = { value: 1, reason: "" };
const point = (over: Partial<PointClaim> = {}): PointClaim => ({
  ...base,
  kind: "point",
  id: "mean",
  quantity: MODES,
  arm: "ali",
  published: printed,
  margin,
  ...over,
});
const gap = (over: Partial<GapClaim> = {}): GapClaim => ({
  ...base,
  kind: "gap",
  id: "gap",
  quantity: ERROR,
  arms: ["ali", "gan"],
  design: "unpaired",
  margin,
  published: { ...printed, unit: "percentage points" },
  ...over,
});
const ordering = (over: Partial<OrderingClaim> = {}): OrderingClaim => ({
  ...base,
  kind: "ordering",
  id: "order",
  quantity: MODES,
  arms: ["ali", "gan"],
  design: "paired",
  published: [printed, printed],
  ...over,
});
const trend = (over: Partial<TrendClaim> = {}): TrendClaim => ({
  ...base,
  kind: "trend",
  id: "trend",
  quantity: ERROR,
  arms: ["ali", "gan", "vae"],
  direction: "rising",
  ...over,
});

const METRICS = [
  { key: "modes", unit: "modes", meaning: "" },
  { key: "modes5", unit: "modes", meaning: "" },
  { key: "modeShare", unit: "share", meaning: "" },
  { key: "error", unit: "%", meaning: "" },
];
const QUESTIONS: readonly [OpenQuestion, ...OpenQuestion[]] = [
  {
    id: "hyperparameters",
    question: "",
    options: [
      { id: "random", description: "", setting: "random" },
      { id: "fixed", description: "", setting: "fixed", armSetting: { vae: "narrow" } },
    ],
  },
  {
    id: "count",
    question: "",
    options: [
      { id: "one", description: "" },
      { id: "five", description: "", metrics: { modes: "modes5" } },
    ],
  },
];
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  ali: ["random", "fixed"],
  gan: ["random", "fixed"],
  vae: ["random", "fixed-narrow"],
};
const runOf = (model: string, setting: string, replicate: number): RunSpec =>
  ({ suite: "toy", model, setting, replicate, path: `toy/${model}/${setting}/${replicate}` }) as RunSpec;
const planOf = (profile: "paper" | "quick" = "paper", settings = SETTINGS): Plan => ({
  profile,
  budget: profile,
  scope: "",
  runs: Object.entries(settings).flatMap(([model, its]) =>
    its.flatMap((setting) => [0, 1].map((replicate) => runOf(model, setting, replicate))),
  ),
});
const suiteOf = (
  claims: readonly Claim[],
  { questions = QUESTIONS, ...over }: Partial<Suite> & { questions?: typeof QUESTIONS } = {},
): Suite =>
  ({
    id: "toy",
    claims,
    readings: crossReadings(questions),
    questions,
    metrics: METRICS,
    regression: [],
    plan: (profile: "paper" | "quick") => planOf(profile),
    ...over,
  }) as unknown as Suite;
const questionsWith = (option: object): typeof QUESTIONS => [
  QUESTIONS[0],
  { ...QUESTIONS[1]!, options: [QUESTIONS[1]!.options[0], { id: "other", description: "", ...option }] },
];

describe("what a suite declares", () => {
  test("is sound where names are known, units equal and arms distinct", () => {
    assert.deepEqual(suiteFaults(suiteOf([point(), gap(), ordering(), trend()])), []);
  });
  const said = (suite: Suite, ...expected: readonly RegExp[]) => {
    const faults = suiteFaults(suite);
    assert.equal(faults.length, expected.length, faults.join("\n"));
    for (const [i, pattern] of expected.entries()) assert.match(faults[i]!, pattern);
  };
  test("names a misspelt metric, of a claim, a reading or the regression, and the nearest one", () => {
    const misspelt = { ...MODES, metric: "mods" };
    const hint = /Unknown metric "mods"\. Did you mean "modes"\? Known: modes, modes5, modeShare, error\.$/;
    said(suiteOf([point({ quantity: misspelt })]), new RegExp(`^Suite "toy": claim "mean": ${hint.source}`));
    said(suiteOf([], { regression: [{ quantity: misspelt, margin }] }), hint);
    const questions = questionsWith({ metrics: { modes: "mods" } });
    said(suiteOf([point()], { questions }), /option "other" of the question "count": Unknown metric "mods"/);
  });
  test("names a unit that is another one than the metric's, the print's or a difference's", () => {
    said(
      suiteOf([point({ quantity: { ...MODES, unit: "%" } })]),
      /"modes" is in "modes", and its quantity in "%"/,
      /printed in "modes"/,
    );
    said(
      suiteOf([point({ published: { ...printed, unit: "%" } })]),
      /claim "mean": "p" is printed in "%", but modes covered/,
    );
    said(
      suiteOf([gap({ published: { ...printed, unit: "%" } })]),
      /a difference of test error is measured in "percentage points"/,
    );
    said(suiteOf([ordering({ published: [printed, { ...printed, unit: "share" }] })]), /printed in "share"/);
  });
  test("names the reading that takes a metric in another unit than the print, and lets an ordering without print have it", () => {
    const questions = questionsWith({ metrics: { modes: "modeShare" } });
    said(
      suiteOf([point()], { questions }),
      /claim "mean": under the reading "random, other": "p" is printed in "modes", but .* in "share"/,
      /under the reading "fixed, other"/,
    );
    said(suiteOf([ordering({ published: null })], { questions }));
  });
  test("names arms that are one, a trend of two, an axis that is not the metric's, a level and a margin", () => {
    said(suiteOf([ordering({ arms: ["ali", "ali"] })]), /the arm "ali" is set beside itself/);
    said(suiteOf([gap({ arms: ["gan", "gan"] })]), /the arm "gan" is set beside itself/);
    said(suiteOf([trend({ arms: ["ali", "gan"] })]), /it has 2 arms, but a trend is over at least 3/);
    said(
      suiteOf([trend({ quantity: { ...ERROR, nesting: ["encoder", "labelDraw"] } })]),
      /on the axis "run", and error is measured on encoder and labelDraw/,
    );
    said(suiteOf([point({ alpha: 0 })]), /alpha = 0/);
    said(suiteOf([point({ margin: { value: 0, reason: "" } })]), /margin = 0 modes/);
  });
  test("names what is declared twice", () => {
    said(suiteOf([point(), point()]), /The claim "mean" is declared twice/);
    said(suiteOf([], { metrics: [...METRICS, METRICS[0]!] }), /The metric "modes" is declared twice/);
    const [first, second] = crossReadings(QUESTIONS);
    said(suiteOf([], { readings: [first!, second!, first!] }), /The reading "random" is declared twice/);
  });
  test("names suites of the same id, of whichever papers", () => {
    assert.throws(
      () => requireSound([suiteOf([]), suiteOf([])]),
      /^HarnessError: The suite "toy" is declared twice\.$/,
    );
  });
  test("is refused as wrong use, every fault of every suite on a line", () => {
    const wrong = suiteOf([point({ quantity: { ...MODES, metric: "mods" } })]);
    const also = { ...suiteOf([ordering({ arms: ["ali", "ali"] })]), id: "other" };
    assert.throws(
      () => requireSound([wrong, { ...suiteOf([point()]), id: "sound" }, also]),
      (thrown) =>
        thrown instanceof HarnessError &&
        thrown.exitCode === 2 &&
        /^Suite "toy": .*"mods".*\nSuite "other": .*beside itself\.$/.test(thrown.message),
    );
  });
});

describe("what claims and readings speak of", () => {
  test("is planned, of the paper's profile where another leaves readings out", () => {
    const quick = planOf("quick", { ali: ["random"], gan: ["random"], vae: ["random"] });
    const suite = suiteOf([point(), ordering(), trend()]);
    assert.deepEqual(plannedFaults(suite, [quick, planOf()]), []);
    requirePlanned(suite, quick, "cpu", "a seed");
  });
  test("names a misspelt arm of a claim or a reading, and the nearest one", () => {
    const suite = suiteOf([point({ arm: "alli" }), trend({ arms: ["ali", "gan", "veae"] })]);
    assert.deepEqual(plannedFaults(suite, [planOf()]), [
      'Suite "toy": claim "mean": Unknown arm "alli". Did you mean "ali"? Known: ali, gan, vae.',
      'Suite "toy": claim "trend": Unknown arm "veae". Did you mean "vae"? Known: ali, gan, vae.',
    ]);
    const questions = questionsWith({ armSetting: { ail: "narrow" } });
    assert.match(
      plannedFaults(suiteOf([], { questions }), [planOf()])[0]!,
      /option "other" .*Unknown arm "ail". Did you mean "ali"/,
    );
    assert.throws(() => requirePlanned(suite, planOf("quick"), "cpu", "a seed"), { name: "HarnessError", exitCode: 2 });
  });
  test("names the setting of a reading that nothing plans", () => {
    const questions: typeof QUESTIONS = [
      { ...QUESTIONS[0], options: [QUESTIONS[0].options[0], { id: "fixed", description: "", setting: "fixd" }] },
      QUESTIONS[1]!,
    ];
    assert.deepEqual(plannedFaults(suiteOf([point()], { questions }), [planOf()]), [
      'Suite "toy": claim "mean": reading "fixed" of arm "ali": Unknown setting "fixd". Did you mean "fixed"? Known: random, fixed.',
    ]);
    const narrow = questionsWith({ armSetting: { gan: "narow" } });
    assert.match(
      plannedFaults(suiteOf([ordering()], { questions: narrow }), [planOf()])[0]!,
      /arm "gan": Unknown setting "random-narow"/,
    );
  });
  test("may be of data that are not here, which the plan names", () => {
    const { vae: _, ...there } = SETTINGS;
    const missing = [{ what: "the VAE", how: "Fetch them.", leftOut: [] }];
    const without: Plan = { ...planOf("paper", there), missing };
    assert.deepEqual(plannedFaults(suiteOf([trend()]), [without]), []);
    assert.equal(plannedFaults(suiteOf([trend()]), [planOf("paper", there)]).length, 2);
  });
});

describe("runs of a plan", () => {
  const place = (spec: Partial<RunSpec>, key: string, needs?: Parameters<typeof requireDistinctRuns>[0][number]) => ({
    spec: { ...runOf("ali", "random", 0), ...spec },
    key,
    ...(needs && { needs }),
  });
  const refused = (places: Parameters<typeof requireDistinctRuns>[0], message: RegExp) =>
    assert.throws(
      () => requireDistinctRuns(places),
      (thrown) => thrown instanceof HarnessError && thrown.exitCode === 2 && message.test(thrown.message),
    );
  test("of one path are refused, equal or not, and both are named", () => {
    refused(
      [place({ path: "x" }, "k"), place({ path: "x" }, "k")],
      /the path "x": toy, ali, random, replicate 0, and toy, ali, random, replicate 0\./,
    );
    refused(
      [place({ path: "x" }, "k"), place({ path: "x", replicate: 1 }, "l")],
      /the path "x": toy, ali, random, replicate 0, and toy, ali, random, replicate 1\./,
    );
  });
  test("that are one replicate of one arm are refused", () => {
    refused([place({ path: "x" }, "k"), place({ path: "y" }, "l")], /are toy, ali, random, replicate 0: "x" and "y"/);
  });
  test("may start from one run, and not from one whose path another has", () => {
    const from = place({ suite: "up", path: "up" }, "u");
    const two = [place({ path: "x" }, "k", from), place({ path: "y", replicate: 1 }, "l", from)];
    requireDistinctRuns(two);
    requireDistinctRuns([...two, place({ path: "up", replicate: 2 }, "u")]);
    refused(
      [two[0]!, place({ path: "y", replicate: 1 }, "l", { ...from, key: "v" })],
      /Two different runs have the path "up"/,
    );
  });
});
