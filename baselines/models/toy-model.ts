/** What the toy's models share: the state, the Adam updates of every group, evaluation on running averages. */
import * as tf from "@tensorflow/tfjs-core";
import type { Key, Tensors, TrainStep } from "../../harness/engine/engine.ts";
import type { Ops } from "../../harness/engine/ops.ts";
import type { BuiltModel } from "../../harness/model.ts";
import { adam } from "../../harness/nn/adam.ts";
import { initialParameters, withMoments } from "../../harness/nn/initialise.ts";
import type { Losses } from "../../harness/nn/losses.ts";
import { evaluateMlp, type MlpTable, type Parameter, unflatten } from "../../harness/nn/mlp.ts";
import { initialAverages, splitAverages, updateAverages } from "../../harness/nn/running-averages.ts";
import type { HostState } from "../../harness/training.ts";
import { ADAM_EPSILON, BETA2, type ToySettings } from "./toy-settings.ts";

type Statistics = { readonly statistics: tf.Tensor1D };

/**
 * State: each group's flat parameters under its name, their Adam moments `…/m`, `…/v`, `averages` (batch norm of the
 * trained networks, flat) and `updates` (a scalar). All groups are updated at once, from the gradients of one forward
 * pass. What else is in the state stays as it is.
 */
export function toyModel<Group extends string>(
  settings: ToySettings,
  ops: Ops,
  groups: Readonly<Record<Group, readonly Parameter[]>>,
  units: readonly number[],
  learn: (state: Tensors, batch: Tensors, key: Key) => Losses<Group, Statistics>,
): Pick<BuiltModel, "groups" | "initialState" | "step"> {
  const names = Object.keys(groups) as Group[];
  const optimizer = {
    learningRate: settings.learningRate,
    beta1: settings.beta1,
    beta2: BETA2,
    epsilon: ADAM_EPSILON,
  };
  const step: TrainStep = (state, batch, key) => {
    const { losses, gradients, aux } = learn(state, batch, key);
    const updates = tf.add(state.updates!, 1);
    return {
      state: {
        ...state,
        ...adam(ops, state, gradients, updates, optimizer),
        averages: updateAverages(state.averages!, aux.statistics),
        updates,
      },
      metrics: Object.fromEntries(names.map((name) => [`${name}Loss`, losses[name]])),
    };
  };
  return {
    groups,
    step,
    initialState([low, high]) {
      const averages = initialAverages(units);
      const parameters = names.map((name, i): HostState => {
        // The groups' streams: the generator's is the key's own.
        const flat = initialParameters(groups[name], settings.initialSd, [low ^ i, high]);
        return withMoments({ [name]: { shape: [flat.length], data: flat } });
      });
      return {
        ...Object.assign({}, ...parameters),
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
