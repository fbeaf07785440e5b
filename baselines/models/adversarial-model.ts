/** What the toy's adversarial models share: the state, the simultaneous Adam updates, evaluation on running averages. */
import * as tf from "@tensorflow/tfjs-core";
import type { Key, Tensors, TrainStep } from "../../harness/engine/engine.ts";
import type { Ops } from "../../harness/engine/ops.ts";
import type { BuiltModel } from "../../harness/model.ts";
import { adam } from "../../harness/nn/adam.ts";
import { initialParameters, withMoments } from "../../harness/nn/initialise.ts";
import { evaluateMlp, type MlpTable, type Parameter, unflatten } from "../../harness/nn/mlp.ts";
import { initialAverages, splitAverages, updateAverages } from "../../harness/nn/running-averages.ts";
import type { TwoLosses } from "../../harness/nn/two-losses.ts";
import { ADAM_EPSILON, BETA2, type ToySettings } from "./toy-settings.ts";

type Groups = { readonly generator: readonly Parameter[]; readonly discriminator: readonly Parameter[] };
type Gradients = (state: Tensors, batch: Tensors, key: Key) => TwoLosses<{ statistics: tf.Tensor1D }>;

/**
 * State: `generator`, `discriminator` (flat), their Adam moments `…/m`, `…/v`, `averages` (batch norm, flat) and
 * `updates` (a scalar). Both groups are updated at once, from the gradients of one forward pass.
 */
export function adversarialModel(
  settings: ToySettings,
  groups: Groups,
  units: readonly number[],
  gradients: Gradients,
): Pick<BuiltModel, "groups" | "initialState" | "step"> {
  const optimizer = {
    learningRate: settings.learningRate,
    beta1: settings.beta1,
    beta2: BETA2,
    epsilon: ADAM_EPSILON,
  };
  const step: TrainStep = (state, batch, key) => {
    const out = gradients(state, batch, key);
    const updates = tf.add(state.updates!, 1);
    return {
      state: {
        ...adam(state, "generator", out.generatorGradient, updates, optimizer),
        ...adam(state, "discriminator", out.discriminatorGradient, updates, optimizer),
        averages: updateAverages(state.averages!, out.aux.statistics),
        updates,
      },
      metrics: { discriminatorLoss: out.discriminatorLoss, generatorLoss: out.generatorLoss },
    };
  };
  return {
    groups,
    step,
    initialState([low, high]) {
      const averages = initialAverages(units);
      return {
        ...withMoments("generator", initialParameters(groups.generator, settings.initialSd, [low, high])),
        ...withMoments("discriminator", initialParameters(groups.discriminator, settings.initialSd, [low ^ 1, high])),
        averages: { shape: [averages.length], data: averages },
        updates: { shape: [], data: new Float32Array(1) },
      };
    },
  };
}

/** A generator network on its running averages; `from` is its first layer's place among all normalised layers. */
export function evaluate(
  table: MlpTable,
  parameters: readonly Parameter[],
  state: Tensors,
  input: tf.Tensor2D,
  ops: Ops,
  { units, from }: { units: readonly number[]; from: number },
): tf.Tensor2D {
  const averages = splitAverages(state.averages!, units).slice(from);
  return evaluateMlp(table, unflatten(state.generator as tf.Tensor1D, parameters), input, ops, averages);
}
