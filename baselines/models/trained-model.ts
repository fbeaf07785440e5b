/** What all models share: the state, and one Adam update of every group from the losses of one forward pass. */
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../harness/contract/model.ts";
import type { HostState } from "../../harness/engine/host-state.ts";
import type { Ops } from "../../harness/engine/ops.ts";
import type { Key, Tensors, TrainStep } from "../../harness/engine/step.ts";
import { type AdamSettings, adam } from "../../harness/nn/adam.ts";
import { initialParameters, withMoments } from "../../harness/nn/initialise.ts";
import type { Losses } from "../../harness/nn/losses.ts";
import type { Parameter } from "../../harness/nn/mlp.ts";
import { initialAverages, updateAverages } from "../../harness/nn/running-averages.ts";
import type { Words2 } from "../../harness/random/philox.ts";

export interface TrainingSettings extends AdamSettings {
  /** Standard deviation of the initial weights. */
  readonly initialSd: number;
  /** That of batch norm's initial scales around 1; without it they start at 1. */
  readonly initialScaleSd?: number;
}

/**
 * State: each parameter by its name, with its Adam moments `…/m`, `…/v`; `averages` (batch norm of the trained networks,
 * flat) and `updates` (a scalar). All groups are updated at once, from the gradients of one forward pass. What else is in
 * the state stays as it is.
 * @param units of the layers that have running averages, in their order
 */
export function trainedModel<Group extends string>(
  settings: TrainingSettings,
  ops: Ops,
  groups: Readonly<Record<Group, readonly Parameter[]>>,
  units: readonly number[],
  learn: (state: Tensors, batch: Tensors, key: Key) => Losses<Group, { readonly statistics: tf.Tensor1D }>,
): Pick<BuiltModel, "groups" | "initialState" | "step"> {
  const { initialSd: _, ...optimizer } = settings;
  const names = Object.keys(groups) as Group[];
  const step: TrainStep = (state, batch, key) => {
    const { losses, gradients, aux } = learn(state, batch, key);
    const updates = tf.add(state.updates!, 1);
    const all: Tensors = Object.assign({}, ...names.map((name) => gradients[name]));
    return {
      state: {
        ...state,
        ...adam(ops, state, all, updates, optimizer),
        averages: updateAverages(state.averages!, aux.statistics),
        updates,
      },
      metrics: Object.fromEntries(names.map((name) => [`${name}Loss`, losses[name]])),
    };
  };
  return {
    groups,
    step,
    initialState: (key) => beforeTraining(settings, groups, units, key),
  };
}

/** The state before the first update: see `trainedModel`. */
export function beforeTraining(
  { initialSd, initialScaleSd }: Pick<TrainingSettings, "initialSd" | "initialScaleSd">,
  groups: Readonly<Record<string, readonly Parameter[]>>,
  units: readonly number[],
  [low, high]: Words2,
): HostState {
  const averages = initialAverages(units);
  // The groups' streams: the first one's is the key's own.
  const started = Object.values(groups).map((group, i) =>
    initialParameters(group, initialSd, [low ^ i, high], initialScaleSd),
  );
  return {
    ...withMoments(Object.assign({}, ...started)),
    averages: { shape: [averages.length], data: averages },
    updates: { shape: [], data: new Float32Array(1) },
  };
}
