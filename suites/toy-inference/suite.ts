/** Inference on the mixture of Gaussians: the figure that sets ALI beside encoders put on a GAN afterwards and a VAE. */
import { z } from "zod";
import { ali } from "../../baselines/models/ali/model.ts";
import { inverse } from "../../baselines/models/inverse/model.ts";
import { postHoc } from "../../baselines/models/post-hoc/model.ts";
import type { ToySettings } from "../../baselines/models/toy-settings.ts";
import { vae } from "../../baselines/models/vae/model.ts";
import type { DependentModel, Model } from "../../harness/contract/model.ts";
import type { TrainingResult } from "../../harness/contract/training.ts";
import type { HostState } from "../../harness/engine/host-state.ts";
import { defineSuite } from "../../harness/plan/define-suite.ts";
import { PLACE } from "../toy-modes/claims.ts";
import { mixtureProtocol } from "../toy-modes/protocol.ts";
import { BUDGETS, type BudgetId, SETTINGS } from "../toy-modes/settings.ts";
import { toyModesSuite } from "../toy-modes/suite.ts";
import { CLAIMS, REGRESSION } from "./claims.ts";
import { figures } from "./figures.ts";
import { METRICS } from "./metrics.ts";
import { type RunSettings, runsBeside, type Slot } from "./plan.ts";
import { inferenceProtocol } from "./protocol.ts";
import { QUESTIONS } from "./readings.ts";
import { measuredFrom, runCoder } from "./run-coder.ts";

type Settings = ToySettings & Pick<RunSettings, "likelihoodSd">;
const ARMS: Readonly<Record<Slot, Model<Settings> | DependentModel<Settings>>> = {
  ali,
  inverse,
  "post-hoc": postHoc,
  vae,
};
const OF_VAE = SETTINGS.extend({ likelihoodSd: z.union([z.literal("learned"), z.number().positive()]) });

const SCOPE: Readonly<Record<BudgetId, string>> = {
  paper:
    "The paper's mixture, networks, batch and 200,000 updates; the second stage, the VAE's likelihood and the measures are ours.",
  quick:
    "An easier mixture, narrower networks and few updates: it can tell an encoder that works from one that does not, and says nothing of the paper's figure.",
  "quick-wasm":
    "The quick profile cut down for a slow engine: it shows that the pipeline works; never compared with results of the tensorflow engine.",
  smoke: "Tiny networks for a few updates: it shows that the pipeline works, and nothing about the models.",
};

/** A state that another run has trained. */
const given = (finalState: HostState): TrainingResult => ({ finalState, curve: {} });

export const toyInferenceSuite = defineSuite({
  file: import.meta.filename,
  id: "toy-inference",
  title: "Inference on the mixture of Gaussians",
  version: 1,
  place: PLACE,
  settings: (arm): z.ZodType<RunSettings> => (arm === "vae" ? OF_VAE : SETTINGS),
  arms: ARMS,
  slots: ["ali", "inverse", "post-hoc", "vae"],
  metrics: METRICS,
  claims: CLAIMS,
  questions: QUESTIONS,
  regression: REGRESSION,
  protocol: ({ budget }) => {
    const done = BUDGETS[budget as BudgetId];
    return [...mixtureProtocol(done), ...inferenceProtocol(done)];
  },
  usesPapersData: (profile) => profile === "paper",
  plan: ({ profile, engineClass, ...options }, arms) => {
    // Its ALI is trained in toy-modes, by the same model.
    const upstream = toyModesSuite.withModel!("ali", arms.ali).plan(profile, engineClass, options);
    return { budget: upstream.budget, runs: runsBeside(upstream), scope: SCOPE[upstream.budget as BudgetId] };
  },
  run: (settings, context, { spec, model }) => {
    const { ops } = context.engine;
    const built =
      "buildOn" in model ? model.buildOn(settings, ops, context.needed().weights) : model.build(settings, ops);
    return runCoder(settings, spec, built, context, spec.updates === 0 ? given(context.needed().weights) : null);
  },
  measure: measuredFrom,
  figures,
});
