/** Trains a model that infers and generates, unless it is trained already, and measures it. */
import * as tf from "@tensorflow/tfjs-core";
import { LATENT } from "../../baselines/models/toy-settings.ts";
import { minibatchRows, mixtureData } from "../../datasets/mixture.ts";
import { coverage } from "../../datasets/mixture-coverage.ts";
import { reconstructionError } from "../../datasets/reconstruction.ts";
import type { BuiltModel } from "../../harness/contract/model.ts";
import type { RunSpec } from "../../harness/contract/run.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import type { Measured } from "../../harness/contract/suite-definition.ts";
import type { TrainingResult } from "../../harness/contract/training.ts";
import { tensors } from "../../harness/engine/program.ts";
import { energyToNormal } from "../../harness/statistics/energy-distance.ts";
import { CURVE_SAMPLES, SAMPLES } from "../toy-modes/samples.ts";
import type { RunSettings } from "../toy-modes/settings.ts";
import { type Coder, coderOf, codesOf, metricsOf, samplesOf } from "./measure.ts";
import type { MetricKey } from "./metrics.ts";

/** `trained`: its final state where another run has trained it, else null. */
export async function runCoder(
  settings: RunSettings,
  spec: RunSpec,
  built: BuiltModel,
  context: RunContext,
  trained: TrainingResult | null,
): Promise<Measured<MetricKey>> {
  const coder = coderOf(spec.model, built);
  const { finalState, curve } = trained ?? (await train(spec, settings, built, coder, context));

  const { heldOut } = mixtureData(settings.mixture, settings.trainSamples);
  const state = tensors(finalState);
  const { codes, reconstructions } = codesOf(coder, state, heldOut, context.seed("encoder noise"));
  const samples = samplesOf(coder, state, SAMPLES, context.seed("samples"));
  tf.dispose(state);
  const data = { codes, reconstructions, samples };
  const array = (data: Float32Array) => ({ shape: [SAMPLES, LATENT], data });
  return {
    metrics: measuredFrom(settings, (name) => data[name]),
    curve,
    arrays: { codes: array(codes), reconstructions: array(reconstructions), samples: array(samples) },
  };
}

/** All metrics of a run, from its arrays, each [10000, 2]. */
export function measuredFrom(
  { mixture, trainSamples }: RunSettings,
  array: (name: "codes" | "reconstructions" | "samples") => Float32Array,
): Record<MetricKey, number> {
  const { heldOut } = mixtureData(mixture, trainSamples);
  const [codes, reconstructions, samples] = [array("codes"), array("reconstructions"), array("samples")];
  return metricsOf({ heldOut, codes, reconstructions, samples }, mixture);
}

function train(
  spec: RunSpec,
  settings: RunSettings,
  built: BuiltModel,
  coder: Coder,
  context: RunContext,
): Promise<TrainingResult> {
  const { mixture, batchSize, curveEvery } = settings;
  const data = mixtureData(mixture, settings.trainSamples);
  const rows = minibatchRows(settings.trainSamples, batchSize, context.seed("data order"));
  const [noiseLow] = context.seed("noise");
  const observed = data.heldOut.subarray(0, CURVE_SAMPLES * LATENT);
  return context.train({
    initialState: () => built.initialState(context.seed("init")),
    step: built.step,
    data: { x: { shape: [settings.trainSamples, LATENT], data: data.train } },
    batch: (index) => ({ rows: tf.tensor1d(rows(index), "int32") }),
    key: (index) => [noiseLow | 0, index],
    updates: spec.updates,
    curveEvery,
    observe: (state) => {
      const { codes, reconstructions } = codesOf(coder, state, observed, context.seed("curve noise"));
      const samples = samplesOf(coder, state, CURVE_SAMPLES, context.seed("curve samples"));
      return {
        latentEnergy: energyToNormal(codes),
        reconstructionError: reconstructionError(observed, reconstructions),
        share3sd: coverage(samples, mixture).share3sd,
      };
    },
  });
}
