/** What all models share: the state, and one update of every group by the model's optimizer from the losses of one forward pass. */
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../harness/contract/model.ts";
import type { HostState } from "../../harness/engine/host-state.ts";
import type { Ops } from "../../harness/engine/ops.ts";
import type { Key, Tensors, TrainStep } from "../../harness/engine/step.ts";
import type { AdamSettings } from "../../harness/nn/adam.ts";
import { initialParameters, withKept } from "../../harness/nn/initialise.ts";
import type { Losses } from "../../harness/nn/losses.ts";
import type { Parameter } from "../../harness/nn/mlp.ts";
import type { Optimizer } from "../../harness/nn/optimizers.ts";
import { initialAverages, updateAverages } from "../../harness/nn/running-averages.ts";
import type { Words2 } from "../../harness/random/philox.ts";

/** How the parameters start. */
export interface Start {
  /** Standard deviation of the initial weights. */
  readonly initialSd: number;
  /** That of batch norm's initial scales around 1; without it they start at 1. */
  readonly initialScaleSd?: number;
}

/** Settings of a model that Adam trains. */
export interface TrainingSettings extends AdamSettings, Start {}

/**
 * State: each parameter by its name, with what the optimizer keeps next to it, of Adam the moments `…/m`, `…/v`; `averages` (batch norm of the trained networks,
 * flat) and `updates` (a scalar). All groups are updated at once, from the gradients of one forward pass. What else is in
 * the state stays as it is.
 * @param settings an optimizer (harness/nn/optimizers.ts) and the start of the parameters
 * @param units of the layers that have running averages, in their order
 */
export function trainedModel<Group extends string>(
  settings: Start & { readonly optimizer: Optimizer },
  ops: Ops,
  groups: Readonly<Record<Group, readonly Parameter[]>>,
  units: readonly number[],
  learn: (state: Tensors, batch: Tensors, key: Key) => Losses<Group, { readonly statistics: tf.Tensor1D }>,
): Pick<BuiltModel, "groups" | "initialState" | "step"> {
  const { optimizer } = settings;
  const names = Object.keys(groups) as Group[];
  const step: TrainStep = (state, batch, key) => {
    const { losses, gradients, aux } = learn(state, batch, key);
    const updates = tf.add(state.updates!, 1);
    const all: Tensors = Object.assign({}, ...names.map((name) => gradients[name]));
    return {
      state: {
        ...state,
        ...optimizer.update(ops, state, all, updates),
        averages: updateAverages(state.averages!, aux.statistics),
        updates,
      },
      metrics: Object.fromEntries(names.map((name) => [`${name}Loss`, losses[name]])),
    };
  };
  return {
    groups,
    step,
    initialState: (key) => beforeTraining(settings, groups, units, key, optimizer.keeps),
  };
}

/** The state before the first update: see `trainedModel`. `keeps` is the optimizer's; without it Adam's. */
export function beforeTraining(
  { initialSd, initialScaleSd }: Start,
  groups: Readonly<Record<string, readonly Parameter[]>>,
  units: readonly number[],
  [low, high]: Words2,
  keeps?: readonly string[],
): HostState {
  const averages = initialAverages(units);
  // The groups' streams: the first one's is the key's own.
  const started = Object.values(groups).map((group, i) =>
    initialParameters(group, initialSd, [low ^ i, high], initialScaleSd),
  );
  return {
    ...withKept(Object.assign({}, ...started), keeps),
    averages: { shape: [averages.length], data: averages },
    updates: { shape: [], data: new Float32Array(1) },
  };
}
