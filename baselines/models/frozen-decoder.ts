/** A trained GAN's decoder as a part of another model's state that is not trained. */
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../harness/contract/model.ts";
import type { HostState } from "../../harness/engine/host-state.ts";
import type { Ops } from "../../harness/engine/ops.ts";
import type { Tensors } from "../../harness/engine/step.ts";
import { evaluateMlp, type MlpTable, mlpParameters, normalisedUnits } from "../../harness/nn/mlp.ts";
import { initialAverages, splitAverages } from "../../harness/nn/running-averages.ts";
import { evaluate } from "./toy-model.ts";

const AVERAGES = "decoder/averages";

/**
 * The GAN's part of a state: its decoder's parameters by name, and `decoder/averages` (its running averages).
 * @throws RangeError when the GAN's decoder is not this table's.
 */
function frozenDecoder(table: MlpTable, gan: HostState): HostState {
  const parameters = mlpParameters(table);
  const averages = { name: "averages", size: initialAverages(normalisedUnits(table)).length };
  for (const { name, size } of [...parameters, averages]) {
    const got = gan[name]?.data.length;
    if (got !== size)
      throw new RangeError(
        `The GAN's state has ${got ?? "no"} entries of "${name}", this decoder needs ${size}: build both with the same network.`,
      );
  }
  return { ...Object.fromEntries(parameters.map(({ name }) => [name, gan[name]!])), [AVERAGES]: gan.averages! };
}

/** x̃ = Gx(z), the decoder on its running averages: z [batch, 2] → [batch, 2]. No gradient reaches its parameters. */
export function decodeFrozen(table: MlpTable, state: Tensors, z: tf.Tensor2D, ops: Ops): tf.Tensor2D {
  return evaluateMlp(table, state, z, ops, splitAverages(state[AVERAGES]!, normalisedUnits(table)));
}

/**
 * A model of the toy that trains an encoder on [x, epsilon] alone, beside a GAN's decoder that stays in its state to the bit.
 * @throws RangeError as `frozenDecoder`.
 */
export function besideFrozenDecoder(
  { encoder, decoder }: { readonly encoder: MlpTable; readonly decoder: MlpTable },
  { initialState, ...trained }: Pick<BuiltModel, "groups" | "initialState" | "step">,
  ops: Ops,
  gan: HostState,
): BuiltModel {
  const frozen = frozenDecoder(decoder, gan);
  const averages = { units: normalisedUnits(encoder), from: 0 };
  return {
    ...trained,
    initialState: (key) => ({ ...initialState(key), ...frozen }),
    decode: (state, z) => decodeFrozen(decoder, state, z, ops),
    encode: (state, x, epsilon) => evaluate(encoder, state, tf.concat([x, epsilon], 1), ops, averages),
  };
}
