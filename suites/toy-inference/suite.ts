/** Inference on the mixture of Gaussians: the figure that sets ALI beside encoders put on a GAN afterwards and a VAE. */
import { ali } from "../../baselines/models/ali/model.ts";
import { inverse } from "../../baselines/models/inverse/model.ts";
import { postHoc } from "../../baselines/models/post-hoc/model.ts";
import type { ToySettings } from "../../baselines/models/toy-settings.ts";
import { type VaeSettings, vae } from "../../baselines/models/vae/model.ts";
import type { DependentModel, Model } from "../../harness/contract/model.ts";
import { crossReadings } from "../../harness/contract/readings.ts";
import type { RunSpec } from "../../harness/contract/run.ts";
import type { Measurement, Plan, RunContext, Suite } from "../../harness/contract/suite.ts";
import type { TrainingResult } from "../../harness/contract/training.ts";
import type { HostState } from "../../harness/engine/host-state.ts";
import { unknownName } from "../../harness/errors.ts";
import { PLACE } from "../toy-modes/claims.ts";
import { mixtureProtocol } from "../toy-modes/protocol.ts";
import { BUDGETS, type BudgetId } from "../toy-modes/settings.ts";
import { toyModesSuite } from "../toy-modes/suite.ts";
import { CLAIMS, REGRESSION } from "./claims.ts";
import { figures } from "./figures.ts";
import { METRICS } from "./metrics.ts";
import { runsBeside, SLOTS, type Slot, SUITE, VERSION } from "./plan.ts";
import { inferenceProtocol } from "./protocol.ts";
import { AXES } from "./readings.ts";
import { measuredFrom, runCoder } from "./run-coder.ts";

type Models = {
  readonly ali: Model<ToySettings>;
  readonly inverse: DependentModel<ToySettings>;
  readonly "post-hoc": DependentModel<ToySettings>;
  readonly vae: Model<VaeSettings>;
};

/** The suite with its models, beside a toy-modes whose ALI is the same. */
function toyInference(models: Models, modes: Suite): Suite {
  return {
    id: SUITE,
    title: "Inference on the mixture of Gaussians",
    version: VERSION,
    place: PLACE,
    claims: CLAIMS,
    readings: crossReadings(AXES),
    readingAxes: AXES,
    protocol: ({ budget }) => {
      const done = BUDGETS[budget as BudgetId];
      return [...mixtureProtocol(done), ...inferenceProtocol(done)];
    },
    regression: REGRESSION,
    metrics: METRICS,
    usesPapersData: (profile) => profile === "paper",
    plan: (profile, engineClass, options) => {
      const upstream = modes.plan(profile, engineClass, options);
      const versions = Object.fromEntries(Object.entries(models).map(([slot, { version }]) => [slot, version]));
      return {
        profile,
        budget: upstream.budget,
        runs: runsBeside(upstream, versions as Record<Slot, number>),
        needs: upstream.runs,
        scope: SCOPE[upstream.budget as BudgetId],
      } satisfies Plan;
    },
    run: (spec, context) => run(spec, models, context),
    measure: (spec, array) => measuredFrom(spec, array),
    figures,
    slots: models,
    withModel: (slot, model) => {
      requireSlot(slot);
      return toyInference({ ...models, [slot]: model }, slot === "ali" ? modes.withModel!("ali", model) : modes);
    },
  };
}

const SCOPE: Readonly<Record<BudgetId, string>> = {
  paper:
    "The paper's mixture, networks, batch and 200,000 updates; the second stage, the VAE's likelihood and the measures are ours.",
  quick:
    "An easier mixture, narrower networks and few updates: it can tell an encoder that works from one that does not, and says nothing of the paper's figure.",
  "quick-wasm":
    "The quick profile cut down for a slow engine: it shows that the pipeline works; never compared with results of the tensorflow engine.",
  smoke: "Tiny networks for a few updates: it shows that the pipeline works, and nothing about the models.",
};

function requireSlot(slot: string): asserts slot is Slot {
  if (!Object.hasOwn(SLOTS, slot)) throw unknownName("slot", slot, Object.keys(SLOTS));
}

async function run(spec: RunSpec, models: Models, context: RunContext): Promise<Measurement> {
  const settings = spec.settings as unknown as VaeSettings;
  const slot = spec.model;
  requireSlot(slot);
  const { ops } = context.engine;
  const model = models[slot];
  const built =
    "buildOn" in model ? model.buildOn(settings, ops, context.needed().weights) : model.build(settings, ops);
  return runCoder(spec, built, context, spec.updates === 0 ? given(context.needed().weights) : null);
}

/** A state that another run has trained. */
const given = (finalState: HostState): TrainingResult => ({ finalState, curve: {} });

export const toyInferenceSuite = toyInference({ ali, inverse, "post-hoc": postHoc, vae }, toyModesSuite);
