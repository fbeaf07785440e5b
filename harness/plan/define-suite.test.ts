/** What the author of a suite gets wrong: what must not compile, and what a plan refuses. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { z } from "zod";
import type { OrderingClaim } from "../contract/claims.ts";
import type { RunSpec } from "../contract/run.ts";
import type { PlannedRun } from "../contract/suite-definition.ts";
import { HarnessError } from "../errors.ts";
import { defineSuite } from "./define-suite.ts";

type Name = "long" | "short";
interface Settings {
  readonly size: number;
}
type Planned = PlannedRun<Name, Settings>;

const HEIGHT = { metric: "height", label: "height", unit: "m", better: "higher", worst: 0 } as const;
const LONGER: OrderingClaim<Name, "height"> = {
  kind: "ordering",
  id: "longer",
  statement: "The long one is longer.",
  place: "nowhere",
  axis: "run",
  family: "heights",
  quantity: HEIGHT,
  arms: ["long", "short"],
  published: null,
  design: "paired",
};
const RUN: Planned = { arm: "long", setting: "only", replicate: 0, updates: 0, settings: { size: 3 } };

/** A suite's description without what a test gives. */
const COMMON = {
  file: import.meta.filename,
  id: "heights",
  title: "Heights",
  version: 4,
  place: "nowhere",
  settings: z.strictObject({ size: z.number().int().positive() }),
  arms: { long: { version: 2 }, short: { version: 1 } },
  metrics: [{ key: "height", unit: "m", meaning: "height of the run" }],
  reading: { id: "only", description: "the only one" },
  regression: [],
  claims: [],
  protocol: () => [],
  usesPapersData: () => true,
  figures: () => [],
  run: () => Promise.resolve({ metrics: { height: 1 }, curve: {}, arrays: {} }),
} as const;
const planOf = (runs: readonly Planned[]) =>
  defineSuite({ ...COMMON, plan: () => ({ scope: "nothing", runs }) }).plan("quick", "cpu", { rootSeed: "seed" });

describe("the specification of a run", () => {
  test("has the suite's and the arm's version, profile, budget and path", () => {
    const [spec] = planOf([RUN]).runs;
    assert.deepEqual(spec, {
      suite: "heights",
      suiteVersion: 4,
      profile: "quick",
      budget: "quick",
      model: "long",
      modelVersion: 2,
      setting: "only",
      replicate: 0,
      updates: 0,
      dataSha256: "none",
      path: "heights/quick/long/only/replicate=0",
      settings: { size: 3 },
    } satisfies RunSpec);
  });

  test("names the run that it starts from, which stands among the plan's needs", () => {
    const plan = planOf([{ ...RUN, needs: { ...RUN, arm: "short" } }]);
    assert.equal(plan.runs[0]!.needs?.path, "heights/quick/short/only/replicate=0");
    assert.deepEqual(
      plan.needs?.map(({ path }) => path),
      ["heights/quick/short/only/replicate=0"],
    );
  });
});

describe("a plan is refused", () => {
  const refusal = (runs: readonly Planned[]): string => {
    try {
      planOf(runs);
    } catch (error) {
      if (error instanceof HarnessError) return error.message;
      throw error;
    }
    return "";
  };

  test("for a wrong setting, by the name of the field and its value", () => {
    const message = refusal([{ ...RUN, settings: { size: -3 } }]);
    assert.match(message, /Suite "heights": the run heights\/quick\/long\/only\/replicate=0 .*size = -3/);
  });

  test("for a setting that was left out", () => {
    assert.match(refusal([{ ...RUN, settings: JSON.parse("{}") }]), /size = nothing/);
  });

  test("for a setting that the schema lacks", () => {
    const settings = { size: 3, sise: 4 };
    assert.match(refusal([{ ...RUN, settings }]), /sise = 4 is unknown/);
  });

  test("for two runs of one path", () => {
    assert.match(refusal([RUN, RUN]), /heights\/quick\/long\/only\/replicate=0/);
  });
});

test("a slot that is no model is refused", () => {
  const plan = () => ({ scope: "nothing", runs: [RUN] });
  assert.throws(() => defineSuite({ ...COMMON, slots: ["long"], plan }), /arm "long" is a slot, but it is no model/);
});

/** Each of these must not compile; where one does, its comment is the compiler's error. Nothing of it is executed. */
export function mustNotCompile(): void {
  const plan = () => ({ scope: "nothing", runs: [RUN] });
  const described = { ...COMMON, plan };
  const { reading: _, ...asking } = described;
  const margin = { value: 1, reason: "" };
  const misspelt = { ...HEIGHT, metric: "hieght" } as const;

  // @ts-expect-error: an arm that is misspelt in a claim
  defineSuite({ ...described, claims: [{ ...LONGER, arms: ["long", "shrt"] }] });
  // @ts-expect-error: a metric that is misspelt in a claim
  defineSuite({ ...described, claims: [{ ...LONGER, quantity: misspelt }] });
  // @ts-expect-error: a metric that is misspelt in a regression metric
  defineSuite({ ...described, regression: [{ quantity: misspelt, margin }] });
  // @ts-expect-error: a slot that is no arm
  defineSuite({ ...described, slots: ["lnog"] });
  // @ts-expect-error: a planned run of an unknown arm
  defineSuite({ ...COMMON, plan: () => ({ scope: "", runs: [{ ...RUN, arm: "lnog" }] }) });
  // @ts-expect-error: a setting that was left out
  defineSuite({ ...COMMON, plan: () => ({ scope: "", runs: [{ ...RUN, settings: {} }] }) });
  // @ts-expect-error: a setting of another type
  defineSuite({ ...COMMON, plan: () => ({ scope: "", runs: [{ ...RUN, settings: { size: "3" } }] }) });
  // @ts-expect-error: a measured metric without a column
  defineSuite({ ...described, run: () => Promise.resolve({ metrics: { hieght: 1 }, curve: {}, arrays: {} }) });
  // @ts-expect-error: a metric without a column, measured again from arrays
  defineSuite({ ...described, measure: () => ({ hieght: 1 }) });
  // @ts-expect-error: an option that takes an unknown metric
  defineSuite({ ...asking, questions: [questionWith({ metrics: { hieght: "height" } })] });
  // @ts-expect-error: an option for the setting of an unknown arm
  defineSuite({ ...asking, questions: [questionWith({ armSetting: { lnog: "other" } })] });
  const { file: __, ...fileless } = described;
  // @ts-expect-error: a suite without its source file
  defineSuite(fileless);
  // @ts-expect-error: both one reading and open questions
  defineSuite({ ...described, questions: [questionWith({})] });

  // These compile: the errors above are of what is wrong there.
  defineSuite({ ...described, claims: [LONGER], regression: [{ quantity: HEIGHT, margin }] });
  defineSuite({ ...described, slots: ["long"], measure: () => ({ height: 1 }) });
  defineSuite({
    ...asking,
    questions: [questionWith({ metrics: { height: "height" }, armSetting: { long: "other" } })],
  });
}

const questionWith = <const Option extends object>(option: Option) => ({
  id: "q",
  question: "what?",
  options: [{ id: "o", description: "o", ...option }] as const,
});
