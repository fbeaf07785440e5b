/**
 * A model of one's own, for `npm run compare toy-modes -- --model ci/examples/ali-equivalent.ts --slot ali`. ALI with its
 * latent space turned round: the code of x is what −code was. The prior is symmetric, so the pairs (x, z) have the same
 * law and the model is as good; but each sample comes from another z, and no sample has the same bits.
 */
import * as tf from "@tensorflow/tfjs-core";
import { ali } from "../../baselines/models/ali/model.ts";
import type { ToySettings } from "../../baselines/models/toy-settings.ts";
import type { Model } from "../../harness/contract/model.ts";

export const model: Model<ToySettings> = {
  id: "ali-equivalent",
  version: 1,
  build(settings, ops) {
    const built = ali.build(settings, ops);
    return {
      ...built,
      decode: (state, z) => built.decode!(state, tf.neg(z)),
      encode: (state, x, epsilon) => tf.neg(built.encode!(state, x, epsilon)),
    };
  },
};
