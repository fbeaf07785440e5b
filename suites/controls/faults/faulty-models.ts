/** The planted faults of a model, by the names of their slots. Each is ALI of the toy with one thing wrong. */
import * as tf from "@tensorflow/tfjs-core";
import { aliGradients, aliGroups } from "../../../baselines/models/ali/model.ts";
import { halves, LOSSES } from "../../../baselines/models/ali/objective.ts";
import { BATCH_NORM_EPSILON } from "../../../baselines/models/toy-settings.ts";
import { twoLossesByCase } from "../../../harness/nn/losses-by-case.ts";
import { type BatchStatistics, mlpParameters, parametersOf, trainMlp } from "../../../harness/nn/mlp.ts";
import { flatStatistics } from "../../../harness/nn/running-averages.ts";
import { type Fault, faultyAli } from "./faulty-ali.ts";

/** The encoder gets no gradient: it stays at its random start. */
const encoderCut: Fault = {
  gradients(networks, ops, state, inputs) {
    const found = aliGradients(networks, ops, state, inputs);
    const none = Object.fromEntries(
      mlpParameters(networks.encoder).map(({ name, shape }) => [name, tf.zeros([...shape])]),
    );
    return { ...found, gradients: { ...found.gradients, generator: { ...found.gradients.generator, ...none } } };
  },
};

/** The discriminator sees zeros in the place of z: a GAN, whose encoder learns nothing. */
const blindDiscriminator: Fault = {
  gradients({ encoder, decoder, discriminator }, ops, state, { x, z, epsilon }) {
    const groups = aliGroups({ encoder, decoder, discriminator });
    return twoLossesByCase(
      parametersOf(state, groups.discriminator),
      parametersOf(state, groups.generator),
      ops,
      (byCase) => {
        const layers: BatchStatistics[] = [];
        const observe = (statistics: BatchStatistics): void => void layers.push(statistics);
        const zHat = trainMlp(encoder, state, tf.concat([x, epsilon], 1), ops, BATCH_NORM_EPSILON, observe);
        const xTilde = trainMlp(decoder, state, z, ops, BATCH_NORM_EPSILON, observe);
        const unseen = [tf.concat([x, tf.mul(zHat, 0)], 1), tf.concat([xTilde, tf.mul(z, 0)], 1)];
        const pairs = tf.concat(unseen, 0) as tf.Tensor2D;
        const logits = trainMlp(discriminator, state, byCase.into(pairs), byCase.ops, BATCH_NORM_EPSILON);
        return { logits, aux: { ...halves(logits), zHat, xTilde, statistics: flatStatistics(layers) } };
      },
      LOSSES,
    );
  },
};

/** Batch norm's running averages are never updated: evaluation normalises by the statistics of the start. */
const batchNormMode: Fault = {
  step: (right) => (state, batch, key) => {
    const { state: next, metrics } = right(state, batch, key);
    return { state: { ...next, averages: tf.mul(state.averages!, 1) }, metrics };
  },
};

const learningRateTenfold: Fault = {
  optimizer: (right) => ({ ...right, learningRate: 10 * right.learningRate }),
};

const betasSwapped: Fault = {
  optimizer: (right) => ({ ...right, beta1: right.beta2, beta2: right.beta1 }),
};

/** The generator descends what it should ascend: it helps the discriminator. */
const generatorSign: Fault = {
  gradients(networks, ops, state, inputs) {
    const found = aliGradients(networks, ops, state, inputs);
    const turned = Object.fromEntries(
      Object.entries(found.gradients.generator).map(([name, gradient]) => [name, tf.neg(gradient)]),
    );
    return { ...found, gradients: { ...found.gradients, generator: turned } };
  },
};

const faulty = (id: string, fault: Fault) => ({ ...faultyAli(id, fault), file: import.meta.filename });

export const FAULTY_MODELS = {
  "encoder-cut": faulty("encoder-cut", encoderCut),
  "blind-discriminator": faulty("blind-discriminator", blindDiscriminator),
  "batch-norm-mode": faulty("batch-norm-mode", batchNormMode),
  "learning-rate-tenfold": faulty("learning-rate-tenfold", learningRateTenfold),
  "betas-swapped": faulty("betas-swapped", betasSwapped),
  "generator-sign": faulty("generator-sign", generatorSign),
} as const;
