/** Mode coverage of ALI and GAN on the mixture of Gaussians (the paper's toy task, ten runs each). */
import * as tf from "@tensorflow/tfjs-core";
import { ali } from "../../baselines/models/ali/model.ts";
import { gan } from "../../baselines/models/gan/model.ts";
import type { ToySettings } from "../../baselines/models/toy-settings.ts";
import { LATENT } from "../../baselines/models/toy-settings.ts";
import { minibatchRows, mixtureData } from "../../datasets/mixture.ts";
import { coverage } from "../../datasets/mixture-coverage.ts";
import type { Claim } from "../../harness/contract/claims.ts";
import type { Model } from "../../harness/contract/model.ts";
import { crossReadings, type ReadingAxis, settingOf } from "../../harness/contract/readings.ts";
import type { RunSpec } from "../../harness/contract/run.ts";
import type { Measurement, Plan, RunContext, Suite } from "../../harness/contract/suite.ts";
import { tensors } from "../../harness/engine/program.ts";
import { CLAIMS, PLACE, REGRESSION } from "./claims.ts";
import { figures } from "./figures.ts";
import { METRICS } from "./metrics.ts";
import { countingProtocol, mixtureProtocol } from "./protocol.ts";
import { AXES } from "./readings.ts";
import { CURVE_SAMPLES, normalDraws, SAMPLES, values } from "./samples.ts";
import { BUDGETS, type Budget, type BudgetId, budgetOf, runSettings } from "./settings.ts";

export interface ToyModesOptions {
  readonly id: string;
  readonly title: string;
  /** The models side by side, by their slots. Others than the paper's serve as controls. */
  readonly models: Readonly<Record<string, Model<ToySettings>>>;
  readonly claims: readonly Claim[];
  readonly axes: readonly [ReadingAxis, ...ReadingAxis[]];
  /** Whose claims they are: the paper's own, or ours about what a budget can tell. */
  readonly tests: "the paper" | "the harness";
}

/** Mode coverage of some models, run by run and pair by pair. */
export function toyModes(options: ToyModesOptions): Suite {
  const { id, title, models, claims, axes, tests } = options;
  const readings = crossReadings(axes);
  return {
    id,
    title,
    version: 1,
    place: PLACE,
    claims,
    readings,
    readingAxes: axes,
    protocol: (plan) => [...mixtureProtocol(BUDGETS[plan.budget as BudgetId]), ...countingProtocol()],
    regression: REGRESSION,
    metrics: METRICS,
    usesPapersData: (profile) => profile === "paper" && tests === "the paper",
    plan: (profile, engineClass, { rootSeed, replicates }) => {
      const budgetId = budgetOf(profile, engineClass);
      const budget: Budget = BUDGETS[budgetId];
      const wanted = new Set(readings.map((reading) => settingOf(reading, "")));
      const settings = budget.settings.filter((setting) => wanted.has(setting));
      const runs = settings.flatMap((setting) =>
        Array.from({ length: replicates ?? budget.replicates }, (_, replicate) =>
          Object.entries(models).map(([slot, { version }]): RunSpec => {
            const place = { setting, budgetId, replicate, rootSeed };
            return {
              suite: id,
              suiteVersion: 1,
              profile,
              budget: budgetId,
              model: slot,
              modelVersion: version,
              setting,
              replicate,
              path: `${id}/${budgetId}/${slot}/${setting}/replicate=${replicate}`,
              updates: budget.updates,
              settings: runSettings(place),
              dataSha256: mixtureData(budget.mixture, budget.trainSamples).sha256,
            };
          }),
        ).flat(),
      );
      return { profile, budget: budgetId, runs, scope: SCOPE[budgetId] } satisfies Plan;
    },
    run: (spec, context) => {
      const model = models[spec.model];
      if (!model) throw new TypeError(`suite ${id} has no model "${spec.model}"`);
      return run(spec, model, context);
    },
    measure: (spec, array) => metricsOf(spec, array("samples")),
    figures,
    slots: models,
    withModel: (slot, model) =>
      toyModes({ ...options, models: { ...models, [slot]: model as unknown as Model<ToySettings> } }),
  };
}

const SCOPE: Readonly<Record<BudgetId, string>> = {
  paper: "The paper's mixture, networks, batch and 200,000 updates; the ranges of the random hyperparameters are ours.",
  quick:
    "An easier mixture, narrower networks and few updates: it can tell a sound model from a broken one, and says nothing of the paper's numbers.",
  "quick-wasm":
    "The quick profile cut down for a slow engine: it shows that the pipeline works; never compared with results of the tensorflow engine.",
  smoke: "Tiny networks for a few updates: it shows that the pipeline works, and nothing about the models.",
};

/** All metrics of a run, from its samples [10000, 2]. */
const metricsOf = ({ settings }: RunSpec, samples: Float32Array): Record<string, number> => ({
  ...coverage(samples, (settings as unknown as Budget).mixture),
});

async function run(spec: RunSpec, model: Model<ToySettings>, context: RunContext): Promise<Measurement> {
  const settings = spec.settings as unknown as ToySettings & Pick<Budget, "mixture" | "trainSamples" | "curveEvery">;
  const { ops } = context.engine;
  const built = model.build(settings, ops);
  const decode = built.decode;
  if (!decode) throw new TypeError(`model "${model.id}" cannot sample: it has no decoder`);
  const { train } = mixtureData(settings.mixture, settings.trainSamples);
  const rows = minibatchRows(settings.trainSamples, settings.batchSize, context.seed("data order"));
  const [noiseLow] = context.seed("noise");
  const observe = normalDraws(CURVE_SAMPLES, context.seed("curve samples"));

  const { finalState, curve } = await context.train({
    initialState: () => built.initialState(context.seed("init")),
    step: built.step,
    data: { x: { shape: [settings.trainSamples, LATENT], data: train } },
    batch: (index) => ({ rows: tf.tensor1d(rows(index), "int32") }),
    key: (index) => [noiseLow | 0, index],
    updates: spec.updates,
    curveEvery: settings.curveEvery,
    observe: (state) => {
      const { modes, sharpModes, share3sd } = coverage(
        values(() => decode(state, observe)),
        settings.mixture,
      );
      return { modes, sharpModes, share3sd };
    },
  });

  const state = tensors(finalState);
  const samples = values(() => decode(state, normalDraws(SAMPLES, context.seed("samples"))));
  for (const tensor of [observe, ...Object.values(state)]) tensor.dispose();
  return {
    metrics: metricsOf(spec, samples),
    curve,
    arrays: { samples: { shape: [SAMPLES, LATENT], data: samples } },
  };
}

export const toyModesSuite = toyModes({
  id: "toy-modes",
  title: "Modes covered on the mixture of Gaussians",
  models: { ali, gan },
  claims: CLAIMS,
  axes: AXES,
  tests: "the paper",
});
