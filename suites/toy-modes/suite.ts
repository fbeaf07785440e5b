/** Mode coverage of ALI and GAN on the mixture of Gaussians (the paper's toy task, ten runs each). */
import * as tf from "@tensorflow/tfjs-core";
import { ali } from "../../baselines/models/ali/model.ts";
import { gan } from "../../baselines/models/gan/model.ts";
import type { ToySettings } from "../../baselines/models/toy-settings.ts";
import { LATENT } from "../../baselines/models/toy-settings.ts";
import { mixtureData } from "../../datasets/mixture.ts";
import { coverage } from "../../datasets/mixture-coverage.ts";
import type { Model } from "../../harness/contract/model.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import type { Measured, RunAsked } from "../../harness/contract/suite-definition.ts";
import { tensors } from "../../harness/engine/program.ts";
import { defineSuite } from "../../harness/plan/define-suite.ts";
import { minibatchRows } from "../../harness/random/minibatches.ts";
import { CLAIMS, PLACE, REGRESSION } from "./claims.ts";
import { figures } from "./figures.ts";
import { METRICS, type MetricKey } from "./metrics.ts";
import { countingProtocol, mixtureProtocol } from "./protocol.ts";
import { QUESTIONS } from "./readings.ts";
import { CURVE_SAMPLES, normalDraws, SAMPLES, values } from "./samples.ts";
import { BUDGETS, type Budget, type BudgetId, budgetOf, type RunSettings, runSettings, SETTINGS } from "./settings.ts";

const ARMS: Readonly<Record<"ali" | "gan", Model<ToySettings>>> = { ali, gan };

const SCOPE: Readonly<Record<BudgetId, string>> = {
  paper: "The paper's mixture, networks, batch and 200,000 updates; the ranges of the random hyperparameters are ours.",
  quick:
    "An easier mixture, narrower networks and few updates: it can tell a sound model from a broken one, and says nothing of the paper's numbers.",
  "quick-wasm":
    "The quick profile cut down for a slow engine: it shows that the pipeline works; never compared with results of the tensorflow engine.",
  smoke: "Tiny networks for a few updates: it shows that the pipeline works, and nothing about the models.",
};

async function run(
  settings: RunSettings,
  context: RunContext,
  { spec, model }: RunAsked<typeof ARMS>,
): Promise<Measured<MetricKey>> {
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
    metrics: coverage(samples, settings.mixture),
    curve,
    arrays: { samples: { shape: [SAMPLES, LATENT], data: samples } },
  };
}

export const toyModesSuite = defineSuite({
  file: import.meta.filename,
  id: "toy-modes",
  title: "Modes covered on the mixture of Gaussians",
  version: 1,
  place: PLACE,
  settings: SETTINGS,
  arms: ARMS,
  slots: ["ali", "gan"],
  metrics: METRICS,
  claims: CLAIMS,
  questions: QUESTIONS,
  regression: REGRESSION,
  protocol: (plan) => [...mixtureProtocol(BUDGETS[plan.budget as BudgetId]), ...countingProtocol()],
  usesPapersData: (profile) => profile === "paper",
  plan: ({ profile, engineClass, rootSeed, replicates }) => {
    const budgetId = budgetOf(profile, engineClass);
    const budget: Budget = BUDGETS[budgetId];
    const { sha256 } = mixtureData(budget.mixture, budget.trainSamples);
    const runs = budget.settings.flatMap((setting) =>
      Array.from({ length: replicates ?? budget.replicates }, (_, replicate) => {
        const settings = runSettings({ setting, budgetId, replicate, rootSeed });
        const shared = { setting, replicate, updates: budget.updates, settings, dataSha256: sha256 };
        return [{ arm: "ali", ...shared } as const, { arm: "gan", ...shared } as const];
      }).flat(),
    );
    return { budget: budgetId, runs, scope: SCOPE[budgetId] };
  },
  run,
  measure: ({ mixture }, array) => coverage(array("samples"), mixture),
  figures,
});
