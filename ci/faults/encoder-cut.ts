/** A planted fault: ALI whose encoder gets no gradient, so that it stays at its random start. */
import * as tf from "@tensorflow/tfjs-core";
import { ali, aliGroups } from "../../baselines/models/ali/model.ts";
import { NETWORKS } from "../../baselines/models/ali/networks.ts";
import type { ToySettings } from "../../baselines/models/toy-settings.ts";
import type { TrainStep } from "../../harness/engine/engine.ts";
import { type Model, parameterCount } from "../../harness/model.ts";

export const aliEncoderCut: Model<ToySettings> = {
  id: "ali-encoder-cut",
  version: 1,
  build(settings, ops) {
    const built = ali.build(settings, ops);
    const { generator } = aliGroups(NETWORKS[settings.network]);
    const encoder = parameterCount(generator.filter((p) => p.name.startsWith("encoder/")));
    // The encoder's parameters come first in the flat vector: they are put back after each update.
    const step: TrainStep = (state, batch, key) => {
      const out = built.step(state, batch, key);
      const before = state.generator as tf.Tensor1D;
      const after = out.state.generator as tf.Tensor1D;
      const kept = tf.slice(before, 0, encoder);
      const updated = tf.slice(after, encoder, after.size - encoder);
      return { ...out, state: { ...out.state, generator: tf.concat([kept, updated]) } };
    };
    return { ...built, step };
  },
};
