/** Can the harness fail? Planted faults beside what is sound, and two sound arms beside each other. Nothing here is a claim of the paper. */
import { join } from "node:path";
import { z } from "zod";
import { ali } from "../../baselines/models/ali/model.ts";
import type { ToySettings } from "../../baselines/models/toy-settings.ts";
import { mixtureData } from "../../datasets/mixture.ts";
import type { Model } from "../../harness/contract/model.ts";
import type { Measurement } from "../../harness/contract/suite.ts";
import { defineSuite } from "../../harness/plan/define-suite.ts";
import { REGRESSION as INFERENCE } from "../toy-inference/claims.ts";
import { runCoder } from "../toy-inference/run-coder.ts";
import { REGRESSION as MODES } from "../toy-modes/claims.ts";
import { mixtureProtocol } from "../toy-modes/protocol.ts";
import { BUDGETS, type RunSettings, runSettings, SETTINGS } from "../toy-modes/settings.ts";
import { CHECKS, type CheckId } from "./checks.ts";
import { type Arm, CLAIMS, type TrainedArm } from "./claims.ts";
import { FAULTY_MODELS } from "./faults/faulty-models.ts";
import { figures } from "./figures.ts";
import { lossFromEquilibrium } from "./loss-from-equilibrium.ts";
import { METRICS } from "./metrics.ts";

const REPLICATES = 10;
/** The authors' hyperparameters: what is drawn at random would hide a fault behind a bad draw. */
const SETTING = "fixed";
/** What the arms are trained on and for, whichever the engine. */
const BUDGET_ID = "quick";
const BUDGET = BUDGETS[BUDGET_ID];
/** What a compare of the trained arms goes by: every metric that a suite on the toy is compared by. */
const REGRESSION = [...MODES, ...INFERENCE];

const MODELS: Readonly<Record<TrainedArm, Model<ToySettings>>> = { ali, "ali-other-seeds": ali, ...FAULTY_MODELS };
const TRAINED = Object.keys(MODELS) as TrainedArm[];
const CHECK = { version: 1, file: join(import.meta.dirname, "checks.ts") };
const CHECK_IDS = Object.keys(CHECKS) as CheckId[];
const CHECK_ARMS = Object.fromEntries(CHECK_IDS.map((id) => [id, CHECK])) as Record<CheckId, typeof CHECK>;
const isCheck = (arm: Arm): arm is CheckId => Object.hasOwn(CHECKS, arm);

/** A check has no settings. */
type Settings = RunSettings | { readonly mixture?: undefined };
const NONE = z.strictObject({});

const SCOPE =
  "The toy's quick budget with planted faults: REPRODUCED means that the harness saw the fault there; CONSISTENT, that it saw nothing where nothing was changed. It says nothing of the paper.";

export const controlsSuite = defineSuite({
  file: import.meta.filename,
  id: "controls",
  title: "Controls: what the harness must notice, and what not",
  version: 3,
  place: "of this harness, not of the paper",
  settings: (arm): z.ZodType<Settings> => (isCheck(arm) ? NONE : SETTINGS),
  arms: { ...MODELS, ...CHECK_ARMS },
  slots: TRAINED,
  metrics: METRICS,
  claims: CLAIMS,
  reading: { id: SETTING, description: "the authors' hyperparameters" },
  regression: REGRESSION,
  protocol: () => mixtureProtocol(BUDGET),
  // What is claimed is claimed of this budget: there is no larger one that it stands in for.
  literal: true,
  usesPapersData: () => true,
  plan: ({ rootSeed, replicates = REPLICATES }) => {
    const { sha256: dataSha256 } = mixtureData(BUDGET.mixture, BUDGET.trainSamples);
    const runs = Array.from({ length: replicates }, (_, replicate) => {
      const settings = runSettings({ setting: SETTING, budgetId: BUDGET_ID, replicate, rootSeed });
      const run = { setting: SETTING, replicate };
      return [
        ...TRAINED.map((arm) => ({ ...run, arm, updates: BUDGET.updates, settings, dataSha256 })),
        ...CHECK_IDS.map((arm) => ({ ...run, arm, updates: 0, settings: {} })),
      ];
    }).flat();
    return { runs, scope: SCOPE };
  },
  run: async (settings, context, { spec, arm, model }) => {
    if ("build" in model && settings.mixture) {
      const built = model.build(settings, context.engine.ops);
      const { metrics, ...rest } = await runCoder(settings, spec, built, context, null);
      return { ...rest, metrics: { ...metrics, lossFromEquilibrium: lossFromEquilibrium(rest.curve) } };
    }
    if (!isCheck(arm)) throw new TypeError(`the arm "${arm}" has no model`);
    const { metrics, input } = await CHECKS[arm](context);
    const arrays: Measurement["arrays"] = input ? { input: { shape: [input.length], data: input } } : {};
    return { metrics, curve: {}, arrays };
  },
  figures: (runs) => figures(runs, Object.keys(FAULTY_MODELS), REGRESSION),
});
