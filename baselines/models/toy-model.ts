/** What the toy's models share beyond all models: the settings, and evaluation on running averages. */
import type * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../harness/contract/model.ts";
import type { Ops } from "../../harness/engine/ops.ts";
import type { Key, Tensors } from "../../harness/engine/step.ts";
import type { Losses } from "../../harness/nn/losses.ts";
import { evaluateMlp, type MlpTable, type Parameter } from "../../harness/nn/mlp.ts";
import { OPTIMIZERS } from "../../harness/nn/optimizers.ts";
import { splitAverages } from "../../harness/nn/running-averages.ts";
import { ADAM_EPSILON, BETA2, type ToySettings } from "./toy-settings.ts";
import { trainedModel } from "./trained-model.ts";

/** See trained-model.ts. */
export function toyModel<Group extends string>(
  { learningRate, beta1, initialSd }: ToySettings,
  ops: Ops,
  groups: Readonly<Record<Group, readonly Parameter[]>>,
  units: readonly number[],
  learn: (state: Tensors, batch: Tensors, key: Key) => Losses<Group, { readonly statistics: tf.Tensor1D }>,
): Pick<BuiltModel, "groups" | "initialState" | "step"> {
  const optimizer = OPTIMIZERS.adam({ learningRate, beta1, beta2: BETA2, epsilon: ADAM_EPSILON });
  return trainedModel({ optimizer, initialSd }, ops, groups, units, learn);
}

/** A generator network on its running averages; `from` is its first layer's place among all normalised layers. */
export function evaluate(
  table: MlpTable,
  state: Tensors,
  input: tf.Tensor2D,
  ops: Ops,
  { units, from }: { units: readonly number[]; from: number },
): tf.Tensor2D {
  return evaluateMlp(table, state, input, ops, splitAverages(state.averages!, units).slice(from));
}
