/** Can the harness fail? Planted faults beside what is sound, and two sound arms beside each other. Nothing here is a claim of the paper. */
import { ali } from "../../baselines/models/ali/model.ts";
import type { ToySettings } from "../../baselines/models/toy-settings.ts";
import { mixtureData } from "../../datasets/mixture.ts";
import type { Model } from "../../harness/contract/model.ts";
import { singleReading } from "../../harness/contract/readings.ts";
import type { RunSpec } from "../../harness/contract/run.ts";
import type { Measurement, Plan, RegressionMetric, Suite } from "../../harness/contract/suite.ts";
import { REGRESSION as INFERENCE } from "../toy-inference/claims.ts";
import { runCoder } from "../toy-inference/run-coder.ts";
import { REGRESSION as MODES } from "../toy-modes/claims.ts";
import { mixtureProtocol } from "../toy-modes/protocol.ts";
import { BUDGETS, runSettings } from "../toy-modes/settings.ts";
import { CHECKS, type CheckId } from "./checks.ts";
import { CLAIMS } from "./claims.ts";
import { FAULTY_MODELS } from "./faults/faulty-models.ts";
import { figures } from "./figures.ts";
import { lossFromEquilibrium } from "./loss-from-equilibrium.ts";
import { METRICS } from "./metrics.ts";

const ID = "controls";
const VERSION = 3;
const REPLICATES = 10;
/** The authors' hyperparameters: what is drawn at random would hide a fault behind a bad draw. */
const SETTING = "fixed";
/** What the arms are trained on and for, whichever the engine. */
const BUDGET_ID = "quick";
const BUDGET = BUDGETS[BUDGET_ID];
const CHECK_IDS = Object.keys(CHECKS) as CheckId[];
/** What a compare of the trained arms goes by: every metric that a suite on the toy is compared by. */
const REGRESSION: readonly RegressionMetric[] = [...MODES, ...INFERENCE];

const MODELS = { ali, "ali-other-seeds": ali, ...FAULTY_MODELS } as const;

function controls(models: Readonly<Record<string, Model<ToySettings>>>): Suite {
  return {
    id: ID,
    title: "Controls: what the harness must notice, and what not",
    version: VERSION,
    place: "of this harness, not of the paper",
    claims: CLAIMS,
    readings: singleReading(SETTING, "the authors' hyperparameters"),
    readingAxes: [],
    protocol: () => mixtureProtocol(BUDGET),
    regression: REGRESSION,
    metrics: METRICS,
    // What is claimed is claimed of this budget: there is no larger one that it stands in for.
    literal: true,
    usesPapersData: () => true,
    plan: (_profile, _engineClass, { rootSeed, replicates = REPLICATES }) => {
      const profile = "paper";
      const base = { suite: ID, suiteVersion: VERSION, profile, budget: profile, setting: SETTING } as const;
      const runs = Array.from({ length: replicates }, (_, replicate): RunSpec[] => {
        const pathOf = (arm: string): string => `${ID}/${profile}/${arm}/${SETTING}/replicate=${replicate}`;
        const trained = Object.entries(models).map(([model, { version }]) => ({
          ...{ ...base, model, modelVersion: version, replicate, path: pathOf(model), updates: BUDGET.updates },
          settings: runSettings({ setting: SETTING, budgetId: BUDGET_ID, replicate, rootSeed }),
          dataSha256: mixtureData(BUDGET.mixture, BUDGET.trainSamples).sha256,
        }));
        const checks = CHECK_IDS.map((model) => ({
          ...{ ...base, model, modelVersion: 1, replicate, path: pathOf(model), updates: 0 },
          settings: {},
          dataSha256: "none",
        }));
        return [...trained, ...checks];
      }).flat();
      return { profile, budget: profile, runs, scope: SCOPE } satisfies Plan;
    },
    run: async (spec, context) => {
      const model = models[spec.model];
      if (model) {
        const built = model.build(spec.settings as unknown as ToySettings, context.engine.ops);
        const { metrics, ...rest } = await runCoder(spec, built, context, null);
        return { ...rest, metrics: { ...metrics, lossFromEquilibrium: lossFromEquilibrium(rest.curve) } };
      }
      const check = CHECKS[spec.model as CheckId];
      if (!check) throw new TypeError(`suite ${ID} has no control "${spec.model}"`);
      const { metrics, input } = await check(context);
      const arrays: Measurement["arrays"] = input ? { input: { shape: [input.length], data: input } } : {};
      return { metrics, curve: {}, arrays };
    },
    figures: (runs) => figures(runs, Object.keys(FAULTY_MODELS), REGRESSION),
    slots: models,
    withModel: (slot, model) => controls({ ...models, [slot]: model as unknown as Model<ToySettings> }),
  };
}

const SCOPE =
  "The toy's quick budget with planted faults: REPRODUCED means that the harness saw the fault there; CONSISTENT, that it saw nothing where nothing was changed. It says nothing of the paper.";

export const controlsSuite = controls(MODELS);
